import Encoding

/// Takes the members of a launch context one by one, and at the end has only extensions left.
struct ContextReader {
    private var object: JSONObject
    private let path: String

    init(_ object: JSONObject, path: String = "") {
        self.object = object
        self.path = path
    }

    /// The member as a `T`; nil if it isn't there. A member that is there and null is wrong like any other.
    mutating func value<T>(
        _ name: String, _ reason: String, _ read: (JSON) -> T?
    ) throws(LaunchContextError) -> T? {
        guard let json = object[name] else { return nil }
        guard let value = read(json) else { throw LaunchContextError(path + name, reason) }
        object[name] = nil
        return value
    }

    mutating func string(
        _ name: String, _ reason: String, _ isRight: (String) -> Bool
    ) throws(LaunchContextError) -> String? {
        try value(name, reason) { json in
            json.stringValue.flatMap { isRight($0) ? $0 : nil }
        }
    }

    /// CTX-8: what is left must be named by a full URI or with two underscores.
    func extensions() throws(LaunchContextError) -> JSONObject {
        for member in object.members where !Self.isExtension(member.name) {
            throw LaunchContextError(path + member.name, "is not a member of a launch context")
        }
        return object
    }

    private static func isExtension(_ name: String) -> Bool {
        guard case .extension = Scope(name) else { return false }
        return true
    }
}
