import Encoding
import HTTP
import JOSE

/// OpenID Connect Core §3.1.3.7, as a client does it: signature by the published key, then issuer, audience, expiry,
/// nonce.
struct IDTokenCheck {
    let issuer: String
    let clientID: String
    /// Nil after a refresh, whose id_token has none.
    let nonce: String?
    let now: Int64

    /// One line for people, and whether it went well.
    func result(of token: String, keys response: ClientResponse) -> AppStep.Part {
        do {
            let claims = try verifiedClaims(
                of: token, keys: try JWKSet(JSON(parsing: response.body), requireKeyIDs: true))
            guard nonce == nil || claims.json["nonce"]?.stringValue == nonce else {
                return .check(passed: false, "The id_token has another nonce.")
            }
            return .check(
                passed: true, "RS256 signature, issuer, audience, expiry and nonce of the id_token are right.")
        } catch {
            return .check(passed: false, "The id_token is refused: \(error).")
        }
    }

    private func verifiedClaims(of token: String, keys: JWKSet) throws -> JWTClaims {
        let signed = try JWS(compact: Array(token.utf8))
        guard let key = keys.keys.first(where: { $0.keyID == signed.keyID }) else {
            throw DemoProblem("no published key has its key id")
        }
        try signed.verify(with: try key.verificationKey(), allowing: [.rs256])
        let claims = try JWTClaims(signed.payload)
        try claims.validate(now: now, issuer: issuer, audience: clientID, skew: 30)
        return claims
    }
}
