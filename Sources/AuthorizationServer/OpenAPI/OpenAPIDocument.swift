import Encoding
import HTTP
import SMART

/// OpenAPI 3.1 of the whole server, rendered from the tables that dispatch: a path, a method or a right that is not in them is
/// not in the document. `groups` add what the tables do not say.
struct OpenAPIDocument {
    private let configuration: Configuration
    private let operations: [Operation]
    private let rights: [String]

    /// An operation of a table, with its description where there is one.
    private struct Operation {
        let path: String
        let method: HTTP.Method
        let description: OperationDescription?
        let tag: String?
        /// Its row of the administration; nil for the protocol.
        let row: AdministrationOperation?

        var right: AdministrationRight? { row?.right }
        /// Whether an `Idempotency-Key` tells that a request is repeated: `RepeatedCreation`.
        var isRepeatable: Bool { row?.isRepeatable ?? false }
    }

    init(_ server: AuthorizationServer) {
        configuration = server.configuration
        let published = server.publishedOperations.map { key in
            let (tag, description) = Self.described(key, in: Self.protocolGroups)
            let path = description?.path ?? key.path
            return Operation(path: path, method: key.method, description: description, tag: tag, row: nil)
        }
        let administration = server.administrationOperations.map { row in
            Self.operation(row, below: "/admin/v1", Self.administrationGroups)
        }
        let guarded = administration + [Self.operation(.figures, below: "", [.figures])]
        var seen: Set<OperationKey> = []
        operations = (published + guarded).filter { seen.insert(OperationKey($0.method, $0.path)).inserted }
        rights = Array(Set(guarded.compactMap(\.right?.description))).sorted()
    }

    private static func operation(
        _ row: AdministrationOperation, below prefix: String, _ groups: [OperationGroup]
    ) -> Operation {
        let (tag, description) = described(OperationKey(row.method, row.path), in: groups)
        return Operation(path: prefix + row.path, method: row.method, description: description, tag: tag, row: row)
    }

    private static func described(
        _ key: OperationKey, in groups: [OperationGroup]
    ) -> (tag: String?, OperationDescription?) {
        for group in groups {
            if let found = group.operations.first(where: key.fits) { return (group.name, found) }
        }
        return (nil, nil)
    }

    var json: JSON {
        [
            "openapi": "3.1.0",
            "info": [
                "title": "Lanyard", "version": "1",
                "summary": "A SMART on FHIR authorization server and its administration.",
            ],
            "servers": [["url": .string(configuration.issuer.value), "description": "The protocol."]],
            "tags": .array(
                Self.groups.map { group in
                    ["name": .string(group.name), "description": .string(group.about)]
                }),
            "paths": .object(paths),
            "components": [
                "securitySchemes": securitySchemes, "responses": .object(Self.refusals),
                "schemas": .object(Self.schemas),
            ],
        ]
    }

    private var paths: JSONObject {
        var items: [(path: String, item: JSONObject)] = []
        for operation in operations {
            let place: Int
            if let known = items.firstIndex(where: { $0.path == operation.path }) {
                place = known
            } else {
                place = items.count
                items.append((operation.path, item(operation)))
            }
            items[place].item[operation.method.name.lowercased()] = .object(json(operation))
        }
        return JSONObject(members: items.map { JSONObject.Member(name: $0.path, value: .object($0.item)) })
    }

    /// What all operations of a path share.
    private func item(_ operation: Operation) -> JSONObject {
        var item = JSONObject()
        if operation.right != nil { item["servers"] = [administrationServer] }
        let names = Self.parameterNames(operation.path)
        if names.isEmpty { return item }
        item["parameters"] = .array(
            names.map { name in
                let schema = Self.pathParameter(name, of: operation.path)
                return ["name": .string(name), "in": "path", "required": true, "schema": schema.json]
            })
        return item
    }

    /// The issuer is where tokens for the administration come from. Where it listens is the operator's to say.
    private var administrationServer: JSON {
        [
            "url": "{administration}", "description": "An address of `admin_listen`, or the local socket.",
            "variables": ["administration": ["default": .string(configuration.issuer.origin)]],
        ]
    }

    private static func parameterNames(_ path: String) -> [String] {
        path.split(separator: "/").filter { $0.hasPrefix("{") }.map { String($0.dropFirst().dropLast()) }
    }

    // MARK: Operations

    private func json(_ operation: Operation) -> JSONObject {
        let description = operation.description
        var object: JSONObject = ["operationId": .string(Self.identifier(operation))]
        object["tags"] = operation.tag.map { [.string($0)] }
        object["summary"] = description.map { .string($0.summary) }
        let parameters = (description?.parameters ?? []) + (operation.isRepeatable ? [.idempotencyKey] : [])
        if !parameters.isEmpty { object["parameters"] = .array(parameters.map(Self.json)) }
        object["requestBody"] = description?.body.map(Self.json)
        object["responses"] = .object(Self.answers(operation))
        object["security"] = .array(Self.security(operation))
        return object
    }

    /// `postClientsByClientIdSecrets`: the same for as long as the row is.
    private static func identifier(_ operation: Operation) -> String {
        let words = operation.path.split(whereSeparator: { "/-_.".contains($0) })
        return words.reduce(operation.method.name.lowercased()) { name, word in
            let isParameter = word.hasPrefix("{")
            let text = word.filter { $0 != "{" && $0 != "}" }
            return name + (isParameter ? "By" : "") + text.prefix(1).uppercased() + text.dropFirst()
        }
    }

    private static func json(_ parameter: OperationDescription.Parameter) -> JSON {
        var object: JSONObject = ["name": .string(parameter.name), "in": .string(parameter.place.rawValue)]
        if parameter.isRequired { object["required"] = true }
        object["schema"] = parameter.schema.json
        return .object(object)
    }

    private static func json(_ body: OperationDescription.Body) -> JSON {
        ["required": .bool(body.isRequired), "content": content(body.content)]
    }

    private static func content(_ content: [OperationDescription.Content]) -> JSON {
        .object(
            JSONObject(
                members: content.map { JSONObject.Member(name: $0.type, value: ["schema": $0.schema.json]) }))
    }

    private static func answers(_ operation: Operation) -> JSONObject {
        var object = JSONObject()
        for answer in operation.description?.answers ?? [] {
            var answer = answer
            if operation.isRepeatable { answer.headers.append(.replayed) }
            object[String(answer.status)] = json(answer)
        }
        for refusal in refusals(operation) {
            object[String(refusal.status)] = ["$ref": .string("#/components/responses/" + refusal.rawValue)]
        }
        if object.isEmpty { object["default"] = ["description": "It is not described."] }
        return object
    }

    /// With those that come by the way a request takes, whatever it is for.
    private static func refusals(_ operation: Operation) -> [OperationDescription.Refusal] {
        let own = operation.description?.refusals ?? []
        guard let row = operation.row else { return own }
        let isNamed = operation.path.contains("{")
        let always: [OperationDescription.Refusal] = [
            .badRequest, row.needsFreshSignIn ? .signInTooOld : .unauthenticated, .forbidden, .trouble,
        ]
        return always + (isNamed ? [.notFound] : []) + (operation.description?.body == nil ? [] : [.tooLarge])
            + (operation.method == .post ? [.conflict, .notValid] : []) + own
    }

    static func json(_ answer: OperationDescription.Answer) -> JSON {
        var object: JSONObject = ["description": .string(answer.about)]
        if !answer.headers.isEmpty {
            object["headers"] = .object(
                JSONObject(
                    answer.headers.map { header in
                        (header.name, ["required": .bool(header.isRequired), "schema": header.schema.json])
                    }))
        }
        if !answer.content.isEmpty { object["content"] = content(answer.content) }
        return .object(object)
    }

    private static func security(_ operation: Operation) -> [JSON] {
        if let right = operation.right { return [["oauth2": [.string(right.description)]]] }
        return (operation.description?.security ?? []).map { way in
            switch way {
            case .none: [:]
            case .clientSecretBasic: ["clientSecretBasic": []]
            case .bearer: ["bearer": []]
            case .scope(let scope): ["oauth2": [.string(scope)]]
            }
        }
    }

    // MARK: Components

    private var securitySchemes: JSON {
        let scopes = JSON.object(
            JSONObject((rights + ["openid", "auth/Token.r"]).map { ($0, .string(Self.words(of: $0))) }))
        let (authorize, token) = (configuration.issuer.value + "/authorize", configuration.issuer.value + "/token")
        return [
            "oauth2": [
                "type": "oauth2",
                "description": .string(
                    "Tokens of this server. Those for the administration are asked for with "
                        + "resource=\(configuration.administrationAudience) (RFC 8707), by a person with an app and "
                        + "PKCE (S256), or by a client on its own."),
                "flows": [
                    "authorizationCode": [
                        "authorizationUrl": .string(authorize), "tokenUrl": .string(token),
                        "refreshUrl": .string(token),
                        "scopes": scopes,
                    ],
                    "clientCredentials": ["tokenUrl": .string(token), "scopes": scopes],
                ],
            ],
            "clientSecretBasic": [
                "type": "http", "scheme": "basic",
                "description": .string(
                    "client_id and client_secret (RFC 6749 §2.3.1). Other clients authenticate in the body: with "
                        + "client_secret, or with client_assertion, a JWT that they sign (private_key_jwt, RFC 7523)."),
            ],
            "bearer": ["type": "http", "scheme": "bearer", "description": "RFC 6750."],
        ]
    }

    private static func words(of scope: String) -> String {
        scope == "openid" ? "Who signed in." : "A right to this server's own API."
    }

    private static var refusals: JSONObject {
        JSONObject(OperationDescription.Refusal.allCases.map { ($0.rawValue, json($0.answer)) })
    }

    private static var schemas: JSONObject {
        let own = groups.flatMap(\.schemas)
        return JSONObject((OperationDescription.Refusal.schemas + own).map { ($0.name, $0.schema.json) })
    }
}
