import Crypto
import Encoding
import HTTP

/// What somebody saw who changes something (AD-09): the strong entity tag of RFC 9110 §8.8.3, of all that can be changed of it.
struct EntityTag: Sendable {
    let value: String

    init(of object: JSONObject) {
        value = "\"" + Base64URL.encode(Digest.sha256(JSON.object(object).serialized())) + "\""
    }

    /// Of a text that is another wherever anything is another.
    init(version: String) { value = "\"\(version)\"" }

    /// A change must say what it saw: of two administrators who edit at once, the second is told and loses nothing.
    func requireMatch(_ request: AdministrationRequest) throws {
        switch RevisionCondition(request.headers) {
        case .any: return
        case .tags(let tags) where tags.contains(value): return
        case .unstated:
            throw Problem(
                status: 428, title: "What was seen?",
                detail: "If-Match must hold the ETag of what was read and is changed, or * for whatever it is.")
        case .tags:
            throw Problem(
                status: 412, title: "It has changed", detail: "It has changed since it was read: read it again.")
        }
    }
}
