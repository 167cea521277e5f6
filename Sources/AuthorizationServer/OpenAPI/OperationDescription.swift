import Encoding
import HTTP

/// What the tables of routes do not say of an operation. The tables dispatch; a description can only add to them: one without a
/// route is not in the document, and a test finds it.
struct OperationDescription: Sendable {
    let method: HTTP.Method
    /// As in the table of routes: behind `/admin/v1` or behind the issuer.
    let path: String
    let summary: String
    let parameters: [Parameter]
    let body: Body?
    let answers: [Answer]
    /// Of the refusals that not all operations share.
    let refusals: [Refusal]
    /// Who may call an operation of the protocol; what the administration asks is in its table.
    let security: [Security]

    init(
        _ method: HTTP.Method, _ path: String, _ summary: String, _ parameters: [Parameter] = [], body: Body? = nil,
        answers: [Answer], refusals: [Refusal] = [], security: [Security] = []
    ) {
        self.method = method
        self.path = path
        self.summary = summary
        self.parameters = parameters
        self.body = body
        self.answers = answers
        self.refusals = refusals
        self.security = security
    }

    /// A parameter of the query, or a header.
    struct Parameter: Sendable {
        enum Place: String, Sendable {
            case query, header
        }

        let place: Place
        let name: String
        let schema: Schema
        let isRequired: Bool

        static func query(_ name: String, _ schema: Schema, isRequired: Bool = false) -> Parameter {
            Parameter(place: .query, name: name, schema: schema, isRequired: isRequired)
        }

        static func header(_ name: String, _ schema: Schema, isRequired: Bool = false) -> Parameter {
            Parameter(place: .header, name: name, schema: schema, isRequired: isRequired)
        }

        /// AD-09: what was read is named by its entity tag, or nothing is changed.
        static let seen = header(
            "If-Match", Schema.text(atLeast: 1).about("The ETag of what is changed, as it was read."), isRequired: true)

        /// Of every POST of the administration (draft-ietf-httpapi-idempotency-key-header).
        static let idempotencyKey = header(
            "Idempotency-Key",
            Schema.text(1...255, matching: "^[!-~]+$").about(
                "One's own for each thing to be done: asked again with it within a day, nothing is done twice."))

        /// `true`, or not there.
        static func flag(_ name: String, _ about: String) -> Parameter { query(name, Schema.word("true").about(about)) }
    }

    struct Body: Sendable {
        let content: [Content]
        let isRequired: Bool

        static func json(_ schema: Schema, isRequired: Bool = true) -> Body {
            Body(content: [Content("application/json", schema)], isRequired: isRequired)
        }

        /// RFC 7396.
        static func mergePatch(_ schema: Schema) -> Body {
            Body(content: [Content("application/merge-patch+json", schema)], isRequired: true)
        }

        static func form(_ schema: Schema) -> Body {
            Body(content: [Content("application/x-www-form-urlencoded", schema)], isRequired: true)
        }
    }

    struct Content: Sendable {
        let type: String
        let schema: Schema

        init(_ type: String, _ schema: Schema) {
            self.type = type
            self.schema = schema
        }
    }

    struct Answer: Sendable {
        let status: Int
        let about: String
        var content: [Content] = []
        var headers: [Header] = []

        static func json(_ status: Int, _ schema: Schema, _ about: String, _ headers: Header...) -> Answer {
            Answer(status: status, about: about, content: [Content("application/json", schema)], headers: headers)
        }

        /// A list in pages: `next`, where there is more, is the `after` of the next one.
        static func page(_ member: String, of items: Schema, _ about: String, more: Schema.Member...) -> Answer {
            json(200, pageSchema(member, of: items, more: more), about)
        }

        static func pageSchema(_ member: String, of items: Schema, more: [Schema.Member] = []) -> Schema {
            .object(
                more + [
                    .must(member, .list(of: items)),
                    .may("next", Schema.text.about("There may be more: `after` of the next page.")),
                ])
        }

        static func nothing(_ status: Int, _ about: String, _ headers: Header...) -> Answer {
            Answer(status: status, about: about, headers: headers)
        }

        static func html(_ status: Int, _ about: String) -> Answer {
            Answer(status: status, about: about, content: [Content("text/html", .text)])
        }
    }

    struct Header: Sendable {
        let name: String
        let schema: Schema
        let isRequired: Bool

        static func always(_ name: String, _ schema: Schema) -> Header {
            Header(name: name, schema: schema, isRequired: true)
        }

        static func sometimes(_ name: String, _ schema: Schema) -> Header {
            Header(name: name, schema: schema, isRequired: false)
        }

        static let entityTag = always("ETag", .text)
        static let replayed = sometimes(
            "Idempotency-Replayed",
            Schema.word("true").about("It is the answer to an earlier request, without what is shown once."))
    }

    /// One way to be let in.
    enum Security: Sendable {
        /// Nobody is asked who they are; or they say it in the body.
        case none
        case clientSecretBasic
        case bearer
        /// An access token with that scope.
        case scope(String)
    }
}

extension [OperationDescription.Parameter] {
    /// Of a list.
    static let paging: [OperationDescription.Parameter] = [
        .query(
            "limit",
            // What is there without a value counts as left out.
            Schema.either(.integer(1...500), Schema(["type": "string", "maxLength": 0]))
                .about("At most so many; 100 by default.")),
        .query("after", Schema.text.about("`next` of the page before.")),
    ]

    /// Of a list that goes by numbers, and takes nothing else.
    static let numberedPaging: [OperationDescription.Parameter] = paging(after: "^([0-9]{1,18})?$")

    /// Of a list that can be sorted by one of these; by the first where nothing is said.
    static func sortedPaging<Key: RawRepresentable<String> & CaseIterable>(
        _ keys: Key.Type
    ) -> [OperationDescription.Parameter] {
        let names = keys.allCases.map(\.rawValue)
        let words = Schema.word(among: names + names.map { "-" + $0 })
        return paging(after: "^(-?[a-z_]+(\\.[A-Za-z0-9_-]*){2})?$") + [
            .query("sort", words.about("By `\(names.first ?? "")` where it is left out; `-`: the other way round."))
        ]
    }

    static func paging(after pattern: String) -> [OperationDescription.Parameter] {
        paging.dropLast() + [.query("after", Schema.text(matching: pattern).about("`next` of the page before."))]
    }
}

/// What belongs together in the document: operations of one kind and the schemas that they name.
struct OperationGroup: Sendable {
    let name: String
    let about: String
    let operations: [OperationDescription]
    var schemas: [(name: String, schema: Schema)] = []
}
