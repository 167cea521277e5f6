import Encoding
import HTTP

/// RFC 7396: a change as an object that holds what is to be other; null takes a member away.
struct MergePatch: Sendable {
    let members: JSONObject

    /// `application/merge-patch+json`, or plain JSON, which means the same here.
    init(_ request: AdministrationRequest) throws {
        let type = request.headers["content-type"]?.split(separator: ";").first?.lowercased() ?? ""
        guard ["application/merge-patch+json", "application/json"].contains(type) else {
            throw Problem(
                status: 415, title: "Not a merge patch", detail: "Content-Type must be application/merge-patch+json.")
        }
        guard let members = try request.json().objectValue else {
            throw Problem(status: 400, title: "Not an object", detail: "A merge patch is one JSON object.")
        }
        self.members = members
    }

    /// RFC 7396 §2.
    func applied(to target: JSONObject) -> JSONObject { Self.merge(target, members) }

    private static func merge(_ target: JSONObject, _ patch: JSONObject) -> JSONObject {
        var merged = target
        for member in patch.members {
            switch member.value {
            case .null: merged[member.name] = nil
            case .object(let inner):
                merged[member.name] = .object(merge(merged[member.name]?.objectValue ?? [:], inner))
            default: merged[member.name] = member.value
            }
        }
        return merged
    }
}
