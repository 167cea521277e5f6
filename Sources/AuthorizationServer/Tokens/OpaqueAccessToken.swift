import Encoding
import SMART
import Storage

/// An access token that is a handle, where the client or the FHIR server wants one, or a JWT would grow too long for a header
/// (checklist TOK-10, SCP-13; JW-03). Its claims are those that the JWT would have had, so that introspection says the same.
struct OpaqueAccessToken: Sendable {
    let database: Database

    /// The token of these claims; it is on disk before anybody gets it.
    func issue(_ claims: JSONObject, grantID: Int64, expiresAt: Int64, secret: HandleSecret) async throws -> String {
        let text = JSON.object(claims).text
        let id = try await database.write { transaction in
            try transaction.insertAccessToken(
                secretHash: secret.hash, grantID: grantID, claims: text, expiresAt: expiresAt)
        }
        return Handle(id: id, secret: secret).text
    }

    /// A token that this server issued and that has not been swept; nil for anything else. `grantEnd`: nil if the grant was
    /// revoked or is gone.
    func stored(_ text: String) throws(StorageError) -> (claims: JSONObject, grantID: Int64, grantEnd: Int64?)? {
        guard let handle = Handle(text) else { return nil }
        let stored = try database.read { (transaction) throws(StorageError) in try transaction.accessToken(handle.id) }
        guard let stored, stored.secretHash == handle.hash else { return nil }
        guard let claims = (try? JSON(parsing: Array(stored.claims.utf8)))?.objectValue else {
            throw .corrupt("the claims of access token \(stored.id) cannot be read")
        }
        return (claims, stored.grantID, stored.grantEnd)
    }
}
