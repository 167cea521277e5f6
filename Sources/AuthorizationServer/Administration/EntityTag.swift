import Crypto
import Encoding
import HTTP

/// What somebody saw who changes something (AD-09): the strong entity tag of RFC 9110 §8.8.3, of all that can be changed of it.
struct EntityTag: Sendable {
    private let version: String

    init(of object: JSONObject) {
        version = Base64URL.encode(Digest.sha256(JSON.object(object).serialized()))
    }

    /// Of a text that is another wherever anything is another.
    init(version: String) { self.version = version }

    var value: String { "\"\(version)\"" }

    /// A change must say what it saw: of two administrators who edit at once, the second is told and loses nothing.
    func requireMatch(_ request: AdministrationRequest, of what: String) throws {
        try RevisionCondition(request.headers).require(version: version, of: what)
    }
}
