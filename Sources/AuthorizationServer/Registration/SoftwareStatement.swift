import Encoding
package import JOSE
import SMART

/// Somebody whose word on software counts here, and the keys that it signs with.
package struct SoftwareStatementIssuer: Sendable, Equatable {
    package let issuer: String
    package let keys: JWKSet

    /// What a statement may be signed with.
    package static let algorithms: [Algorithm] = [.rs256, .rs384, .es256, .es384]

    package init(issuer: String, keys: JWKSet) {
        self.issuer = issuer
        self.keys = keys
    }

    /// The key that the header names; where it names none, the only one that fits.
    fileprivate func key(for statement: JWS) throws(JOSEError) -> JWK {
        guard let algorithm = Self.algorithms.first(where: { $0.rawValue == statement.algorithmName }) else {
            throw .notAllowed("the alg of this JWS")
        }
        if let keyID = statement.keyID { return try keys.key(withID: keyID, for: algorithm) }
        let fitting = keys.keys.filter { key in
            algorithm.fits(key.parameters) && (key.algorithm == nil || key.algorithm == algorithm)
        }
        guard fitting.count == 1, let key = fitting.first else { throw .keyMismatch("\(fitting.count) keys match") }
        return key
    }
}

/// A software statement (RFC 7591 §2.3) that a trusted issuer signed: what it says of the client counts over what the
/// client says of itself.
struct SoftwareStatement: Sendable {
    let text: String
    let issuer: String
    private let claims: JSONObject

    /// Seconds that the issuer's clock may be off.
    private static let skew: Int64 = 60
    /// RFC 7519 §4.1: of the statement itself, and no metadata of the client.
    private static let ownClaims = ["iss", "sub", "aud", "exp", "nbf", "iat", "jti"]

    private static let types = ["jwt", "software-statement+jwt"]

    /// Throws `unapproved_software_statement` for an issuer that is not trusted, `invalid_software_statement` for one of a
    /// trusted issuer that does not hold (§3.2.2). `audience`: the names that a statement may be meant for.
    init(_ json: JSON, trusted: [SoftwareStatementIssuer], audience: [String], now: Int64) throws(OAuthError) {
        guard let text = json.stringValue else { throw Self.invalid("must be a text", detail: nil) }
        do throws(JOSEError) {
            let statement = try JWS(compact: Array(text.utf8))
            guard Self.isStatement(statement.type) else { throw .notAllowed("the typ of this JWS") }
            // Not believed before the signature is verified: it only says whose keys to verify it with.
            let claims = try JWTClaims(statement.payload)
            guard let issuer = trusted.first(where: { claims.issuer?.hasSameOctets(as: $0.issuer) == true }) else {
                throw .wrongIssuer
            }
            try statement.verify(
                with: try issuer.key(for: statement).verificationKey(), allowing: SoftwareStatementIssuer.algorithms)
            try Self.requireValid(claims, audience: audience, now: now)
            self.text = text
            self.issuer = issuer.issuer
            self.claims = claims.json
        } catch .wrongIssuer {
            throw OAuthError(.unapprovedSoftwareStatement, "software_statement: its issuer is not trusted here")
        } catch {
            throw Self.invalid(
                "is malformed, expired, meant for others, or not signed by its issuer", detail: "\(error)")
        }
    }

    /// `body` with the members that the statement says in place of the client's own.
    func overriding(_ body: JSONObject) -> JSONObject {
        var result = body
        for claim in claims.members where !Self.ownClaims.contains(claim.name) { result[claim.name] = claim.value }
        return result
    }

    /// RFC 7591 §2.3 names no type, but what its issuer signed as something else is no statement (RFC 8725 §3.12, TK-13).
    private static func isStatement(_ type: String?) -> Bool {
        guard let type = type?.lowercased() else { return true }
        // RFC 7515 §4.1.9: "application/" may be left out.
        return types.contains { type.hasSameOctets(as: $0) || type.hasSameOctets(as: "application/" + $0) }
    }

    /// Statements often live as long as their software: `exp` counts where it is there, and an `aud` must name us.
    private static func requireValid(_ claims: JWTClaims, audience: [String], now: Int64) throws(JOSEError) {
        if let expiresAt = claims.expiresAt, now >= expiresAt.adding(seconds: skew) { throw .expired }
        let latestStart = now.adding(seconds: skew)
        guard claims.notBefore.map({ $0 <= latestStart }) ?? true, claims.issuedAt.map({ $0 <= latestStart }) ?? true
        else { throw .notYetValid }
        guard
            claims.json["aud"] == nil
                || claims.audience.contains(where: { named in
                    audience.contains { named.hasSameOctets(as: $0) }
                })
        else { throw .wrongAudience }
    }

    private static func invalid(_ reason: String, detail: String?) -> OAuthError {
        OAuthError(.invalidSoftwareStatement, "software_statement: \(reason)", detail: detail)
    }
}
