import Encoding
import HTTP

/// One step of a launch as the app lived through it, kept to be shown.
struct AppStep: Sendable {
    /// What a step shows below its words.
    enum Part: Sendable {
        case request(RequestTrace)
        /// `isFolded`: long, and only for those who want to know.
        case response(status: Int, body: String, isFolded: Bool)
        case table(caption: String, rows: [Row])
        case json(caption: String, JSON)
        case check(passed: Bool, String)
    }

    /// A named value and what it is for.
    struct Row: Sendable {
        let name: String
        let value: String
        let meaning: String

        init(_ name: String, _ value: String, _ meaning: String = "") {
            self.name = name
            self.value = value
            self.meaning = meaning
        }
    }

    /// What was sent.
    struct RequestTrace: Sendable {
        let line: String
        var authorization: String?
        var form: [Row] = []
    }

    let title: String
    let note: String
    let parts: [Part]

    /// True if something in it did not go as it should.
    var hasFailed: Bool {
        parts.contains { part in
            if case .check(passed: false, _) = part { true } else { false }
        }
    }
}

extension AppStep.Part {
    /// An answer with its body: JSON is laid out, anything else stands as it came.
    static func response(_ response: ClientResponse, isFolded: Bool = false) -> AppStep.Part {
        let json = try? JSON(parsing: response.body)
        let body = json.map { PrettyJSON.text($0) } ?? String(decoding: response.body, as: UTF8.self)
        return .response(status: response.status, body: body, isFolded: isFolded)
    }
}
