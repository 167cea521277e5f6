import Encoding

/// RFC 7396: what of a document shall be another.
enum MergePatch {
    static func apply(_ patch: JSON, to target: JSON) -> JSON {
        guard let changes = patch.objectValue else { return patch }
        var object = target.objectValue ?? JSONObject()
        for member in changes.members {
            object[member.name] = member.value.isNull ? nil : apply(member.value, to: object[member.name] ?? .null)
        }
        return .object(object)
    }
}
