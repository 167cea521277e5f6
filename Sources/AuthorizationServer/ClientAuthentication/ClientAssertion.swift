import Encoding
import JOSE

/// A JWT by which a client says who it is (RFC 7523 §2.2), taken apart and not believed: the claims are checked here, the
/// signature by `AssertionVerifier`. A class, so that handing it on costs one reference instead of one for each member.
final class ClientAssertion: Sendable {
    /// Who it says that it is from.
    let clientID: String
    let token: JWS
    private let claims: JWTClaims

    /// What is wrong with an assertion, in words for the log: the client reads one text for all (TK-03).
    struct Fault: Error {
        let reason: String
    }

    /// Checklist CAS-5: at most five minutes.
    private static let longestLife: Int64 = 300
    /// What two clocks may differ by (TK-16).
    private static let skew: Int64 = 60
    private static let longestIdentifier = 255

    init(_ text: String) throws(Fault) {
        do throws(JOSEError) {
            token = try JWS(compact: Array(text.utf8))
            claims = try JWTClaims(token.payload)
        } catch {
            throw Fault(reason: "the assertion cannot be read: \(error)")
        }
        guard let issuer = claims.issuer, !issuer.isEmpty else { throw Fault(reason: "the assertion has no iss") }
        clientID = issuer
    }

    /// RFC 7523 §3 and SMART App Launch 2.2: iss and sub are the client, aud is this server alone, exp is near, jti is there.
    /// Answers what is to be claimed. `restoredAt`: when the database was put in place of another, if it was.
    func use(audiences: [String], now: Int64, restoredAt: Int64? = nil) throws(Fault) -> AssertionUse {
        try requireType()
        guard claims.subject?.hasSameOctets(as: clientID) == true else { throw Fault(reason: "sub is not iss") }
        // A token for several audiences can be carried from one of them to the next (TK-15).
        guard claims.audience.count == 1, let audience = claims.audience.first,
            audiences.contains(where: { $0.hasSameOctets(as: audience) })
        else { throw Fault(reason: "aud is not this server, or not alone") }
        let expiresAt = try liveUntil(now)
        if let restoredAt { try requireMade(after: restoredAt) }
        guard let jwtID = claims.jwtID, (1...Self.longestIdentifier).contains(jwtID.utf8.count) else {
            throw Fault(reason: "jti is missing, empty or too long")
        }
        return AssertionUse(jwtID: jwtID, expiresAt: expiresAt)
    }

    /// TK-13: another kind of JWT never passes, ours least of all. SMART wants `JWT`; RFC 7523bis has a name of its own; and
    /// many libraries send none.
    private func requireType() throws(Fault) {
        guard let type = token.type?.lowercased() else { return }
        guard ["jwt", "client-authentication+jwt"].contains(type) else { throw Fault(reason: "typ is not JWT") }
    }

    /// ST-06: of the assertions that were used before a restore, the database no longer knows which. All of them expire within
    /// the longest life that was accepted; after that only what says that it was made since is believed.
    private func requireMade(after restoredAt: Int64) throws(Fault) {
        let last = restoredAt.adding(seconds: Self.longestLife + Self.skew)
        if let expiresAt = claims.expiresAt, expiresAt > last { return }
        // A clock may have been ahead of ours.
        guard let issuedAt = claims.issuedAt, issuedAt > restoredAt.adding(seconds: Self.skew) else {
            throw Fault(reason: "it may have been used before the database was restored: it needs an iat after that")
        }
    }

    /// The end of the last second in which it could be accepted.
    private func liveUntil(_ now: Int64) throws(Fault) -> Int64 {
        do throws(JOSEError) {
            try claims.validate(now: now, issuer: nil, audience: nil, skew: Self.skew)
        } catch {
            throw Fault(reason: "\(error) (exp \(ahead(claims.expiresAt, now)), iat \(ahead(claims.issuedAt, now)))")
        }
        guard let expiresAt = claims.expiresAt, expiresAt <= now.adding(seconds: Self.longestLife + Self.skew) else {
            throw Fault(reason: "exp is more than five minutes ahead")
        }
        return expiresAt.adding(seconds: Self.skew)
    }

    /// Lessons T1: who looks for a clock that is wrong wants to read by how much.
    private func ahead(_ date: Int64?, _ now: Int64) -> String {
        date.map { "\($0.subtracting(seconds: now)) s from now" } ?? "missing"
    }
}
