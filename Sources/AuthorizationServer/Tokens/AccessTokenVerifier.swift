import Encoding
import JOSE
import SMART
import Storage
import Synchronization

/// An access token of ours, its signature and claims checked: what never changes about it, ready to be answered.
final class VerifiedAccessToken: Sendable {
    let grantID: Int64
    let clientID: String
    let audience: String
    let scope: ScopeSet
    let expiresAt: Int64
    /// The members of the introspection answer, serialised once (RFC 7662 §2.2, checklist INT-2…INT-4).
    let introspection: [UInt8]
    /// Of the token's text, in octets.
    let length: Int

    init?(_ claims: JWTClaims, length: Int) {
        guard let clientID = claims.json["client_id"]?.stringValue, let audience = claims.audience.first,
            let scope = claims.json["scope"]?.stringValue, let expiresAt = claims.expiresAt,
            let identifier = claims.jwtID.flatMap(AccessTokenID.init)
        else { return nil }
        grantID = identifier.grantID
        self.length = length
        self.clientID = clientID
        self.audience = audience
        self.scope = ScopeSet(parsing: scope)
        self.expiresAt = expiresAt
        var answer: JSONObject = ["active": true, "token_type": "Bearer"]
        for member in claims.json.members { answer[member.name] = member.value }
        introspection = JSON.object(answer).serialized()
    }
}

/// Verifies our own access tokens. A verified one is kept by its text, for a signature costs 74 µs, the SHA-256 of a token
/// three, and a look-up less than one; its fate (revoked or not) is asked of its grant's row each time, which is what makes revocation immediate.
final class AccessTokenVerifier: Sendable {
    private let issuer: String
    private let keys: KeyStore
    private let database: Database
    private let verified = Mutex<[String: VerifiedAccessToken]>([:])
    private static let capacity = 20_000

    init(issuer: String, keys: KeyStore, database: Database) {
        self.issuer = issuer
        self.keys = keys
        self.database = database
    }

    /// The token if it is live now: ours, an access token, unexpired, its grant not revoked. Nil for everything else, without
    /// a reason (IN-02). Throws only if storage fails.
    func liveToken(_ text: String, now: Int64) throws(StorageError) -> VerifiedAccessToken? {
        // Text that Swift merely holds equal to a token's ASCII is longer than it.
        let kept = verified.withLock { $0[text] }.flatMap { $0.length == text.utf8.count ? $0 : nil }
        guard let token = kept ?? verify(Array(text.utf8), now), token.expiresAt > now else { return nil }
        if kept == nil { keep(token, text) }
        let grantID = token.grantID
        let isLive = try database.read { (transaction) throws(StorageError) in
            try transaction.grantIsLive(grantID, now: now)
        }
        return isLive ? token : nil
    }

    /// JW-01: `typ` must be `at+jwt`, so that an id_token never passes for an access token.
    private func verify(_ octets: [UInt8], _ now: Int64) -> VerifiedAccessToken? {
        guard let token = try? JWS(compact: octets), token.type?.lowercased() == "at+jwt", let keyID = token.keyID,
            let (algorithm, key) = keys.verificationKey(keyID),
            (try? token.verify(with: key, allowing: [algorithm])) != nil,
            let claims = try? JWTClaims(token.payload),
            (try? claims.validate(now: now, issuer: issuer, audience: nil, skew: 0)) != nil
        else { return nil }
        return VerifiedAccessToken(claims, length: octets.count)
    }

    private func keep(_ token: VerifiedAccessToken, _ text: String) {
        verified.withLock { verified in
            if verified.count >= Self.capacity { verified.removeAll(keepingCapacity: true) }
            verified[text] = token
        }
    }
}
