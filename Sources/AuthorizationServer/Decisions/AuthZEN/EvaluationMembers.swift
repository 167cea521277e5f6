import Encoding

/// Reads members of an evaluation. What is there must be what it should be; what is not known is ignored, for each PEP has
/// members of its own (AuthZEN Authorization API 1.0 §5).
struct EvaluationMembers: Sendable {
    /// For messages: `subject` or `resource.properties`.
    let path: String
    private let object: JSONObject

    /// An entity of the request. It is required.
    init(_ name: String, of request: JSONObject) throws(EvaluationError) {
        guard let entity = request[name] else { throw EvaluationError("\(name) is missing") }
        try self.init(name, entity)
    }

    private init(_ path: String, _ json: JSON) throws(EvaluationError) {
        guard let object = json.objectValue else { throw EvaluationError("\(path) must be an object") }
        self.path = path
        self.object = object
    }

    /// An object within this one; nil if it is not there.
    func object(_ name: String) throws(EvaluationError) -> EvaluationMembers? {
        guard let json = object[name] else { return nil }
        return try EvaluationMembers("\(path).\(name)", json)
    }

    /// The same of the request itself.
    static func optional(_ name: String, of request: JSONObject) throws(EvaluationError) -> EvaluationMembers? {
        guard let json = request[name] else { return nil }
        return try EvaluationMembers(name, json)
    }

    func text(_ name: String) throws(EvaluationError) -> String? {
        guard let json = object[name] else { return nil }
        guard let text = json.stringValue else { throw EvaluationError("\(path).\(name) must be a string") }
        return text
    }

    func requiredText(_ name: String) throws(EvaluationError) -> String {
        guard let text = try text(name), !text.isEmpty else { throw EvaluationError("\(path).\(name) is missing") }
        return text
    }

    /// A string of words, or a list of them.
    func words(_ name: String) throws(EvaluationError) -> String? {
        guard let json = object[name] else { return nil }
        if let text = json.stringValue { return text }
        guard let texts = json.strings else {
            throw EvaluationError("\(path).\(name) must be a string or a list of strings")
        }
        return texts.joined(separator: " ")
    }

    private static let mostProperties = 100

    /// Search parameters with a value or a list of values.
    func searchValues() throws(EvaluationError) -> [String: [String]] {
        guard object.count <= Self.mostProperties else { throw EvaluationError("\(path) has too many members") }
        var values: [String: [String]] = [:]
        for member in object.members {
            let items = member.value.arrayValue ?? [member.value]
            let texts = items.compactMap(Self.searchValue)
            guard texts.count == items.count, texts.count <= Self.mostProperties else {
                throw EvaluationError(
                    "\(path).\(OAuthError.safe(member.name)) must be a string, integer, boolean, or a list of them")
            }
            values[member.name] = texts
        }
        return values
    }

    private static func searchValue(_ json: JSON) -> String? {
        switch json {
        case .string(let text): text
        case .integer(let number): String(number)
        case .bool(let flag): flag ? "true" : "false"
        default: nil
        }
    }
}
