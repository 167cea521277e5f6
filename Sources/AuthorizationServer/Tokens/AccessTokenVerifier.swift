import Encoding
import JOSE
import SMART
import Storage
import Synchronization

/// An access token of ours, its signature or its row and its claims checked: what never changes about it, ready to be answered.
final class VerifiedAccessToken: Sendable {
    let grantID: Int64
    let clientID: String
    let audience: String
    let scope: ScopeSet
    let expiresAt: Int64
    /// The patient in context.
    let patient: FHIRID?
    private let fate = Mutex(Fate(commits: nil, grantEnd: 0))
    /// What its roles come to, and since when nothing has been committed that could have changed it.
    let standing = Mutex<(standing: TokenStanding, commits: UInt64)?>(nil)
    /// The members of the introspection answer, serialised once (RFC 7662 §2.2, checklist INT-2…INT-4), without the brace at
    /// the end: what the roles come to is added.
    let members: [UInt8]

    init?(_ claims: JWTClaims) {
        guard let clientID = claims.json["client_id"]?.stringValue, let audience = claims.audience.first,
            let scope = claims.json["scope"]?.stringValue, let expiresAt = claims.expiresAt,
            let identifier = claims.jwtID.flatMap(AccessTokenID.init)
        else { return nil }
        grantID = identifier.grantID
        self.clientID = clientID
        self.audience = audience
        self.scope = ScopeSet(parsing: scope)
        self.expiresAt = expiresAt
        patient = claims.json["patient"]?.stringValue.flatMap(FHIRID.init)
        var answer: JSONObject = ["active": true, "token_type": "Bearer"]
        for member in claims.json.members { answer[member.name] = member.value }
        var octets = JSON.object(answer).serialized()
        octets.removeLast()
        members = octets
    }

    /// Its claims, as they are in a JWT or would be.
    var claims: JSON? { try? JSON(parsing: members + [UInt8(ascii: "}")]) }
}

extension VerifiedAccessToken {
    /// The end of the token's grant, as its row said when the database counted so many commits.
    fileprivate struct Fate {
        var commits: UInt64?
        var grantEnd: Int64
    }

    /// Nil unless it was read at that count of commits.
    fileprivate func grantEnd(asOf commits: UInt64) -> Int64? {
        fate.withLock { $0.commits == commits ? $0.grantEnd : nil }
    }

    fileprivate func remember(grantEnd: Int64, asOf commits: UInt64) {
        fate.withLock { $0 = Fate(commits: commits, grantEnd: grantEnd) }
    }
}

/// A token as a key. Its hash is that of its end, which is within the signature or the handle's secret, random either way: only tokens
/// that we issued are kept, so that nobody can crowd them. Equal are only equal octets, whatever `String` holds equal.
private struct TokenText: Hashable {
    private let text: String

    init(_ text: String) { self.text = text }

    static func == (one: TokenText, other: TokenText) -> Bool { one.text.hasSameOctets(as: other.text) }

    func hash(into hasher: inout Hasher) {
        let end = text.utf8.span.extracting(last: 16)
        var number: UInt64 = 0
        for index in end.indices { number = number << 6 ^ UInt64(end[index]) }
        hasher.combine(number)
    }
}

/// Verifies our own access tokens, JWTs and opaque ones. A verified one is kept by its text, for a signature costs 74 µs, the
/// SHA-256 of a token three, and a look-up less than one. Its fate (revoked or not) is asked of its grant's row, and asked
/// again after every commit, whatever was committed: that is what makes revocation immediate.
final class AccessTokenVerifier: Sendable {
    private let issuer: String
    private let keys: KeyStore
    private let database: Database
    private let opaque: OpaqueAccessToken
    private let verified = Mutex(Verified())

    /// What was verified by keys of which none has been revoked since.
    private struct Verified {
        var tokens = BoundedCache<TokenText, VerifiedAccessToken>(capacity: 20_000)
        var revocations = 0
        var hits: Int64 = 0
        var misses: Int64 = 0

        mutating func forget(asOf count: Int) {
            guard revocations != count else { return }
            tokens.removeAll()
            revocations = count
        }
    }

    init(issuer: String, keys: KeyStore, database: Database) {
        self.issuer = issuer
        self.keys = keys
        self.database = database
        opaque = OpaqueAccessToken(database: database)
    }

    /// The token if it is live now: ours, an access token, unexpired, its grant not revoked. Nil for everything else, without
    /// a reason (IN-02). Throws only if storage fails.
    func liveToken(_ text: String, now: Int64) throws(StorageError) -> VerifiedAccessToken? {
        // Before a key is looked up: what a key verified that is revoked in between is not kept.
        let revocations = keys.revocationCount
        let kept = verified.withLock { verified in
            verified.forget(asOf: revocations)
            let token = verified.tokens[TokenText(text)]
            if token == nil { verified.misses &+= 1 } else { verified.hits &+= 1 }
            return token
        }
        let found = if let kept { kept } else { try verify(text, now) as VerifiedAccessToken? }
        guard let token = found, token.expiresAt > now else { return nil }
        if kept == nil { keep(token, text, asOf: revocations) }
        guard let end = try grantEnd(token), end > now else { return nil }
        return token
    }

    /// How often a token was found among those that are kept, and how many are.
    var cacheFigures: (hits: Int64, misses: Int64, tokens: Int64) {
        verified.withLock { ($0.hits, $0.misses, Int64($0.tokens.count)) }
    }

    /// When the token's grant ends; nil if it was revoked. No row changes without a commit.
    private func grantEnd(_ token: VerifiedAccessToken) throws(StorageError) -> Int64? {
        // Before the row is read: what is committed in between is looked at next time.
        let commits = database.commitCount
        if let known = token.grantEnd(asOf: commits) { return known }
        let grantID = token.grantID
        let end = try database.read { (transaction) throws(StorageError) in try transaction.grantEnd(grantID) }
        if let end { token.remember(grantEnd: end, asOf: commits) }
        return end
    }

    /// A handle or a JWT; no text is both, for a JWT has dots.
    private func verify(_ text: String, _ now: Int64) throws(StorageError) -> VerifiedAccessToken? {
        // Before the row is read: what is committed in between is looked at next time.
        let commits = database.commitCount
        if let stored = try opaque.stored(text) {
            let token = (try? JWTClaims(stored.claims)).flatMap { valid($0, now) }
            if let token, let end = stored.grantEnd, stored.grantID == token.grantID {
                token.remember(grantEnd: end, asOf: commits)
            }
            return token
        }
        return verifiedPayload(Array(text.utf8)).flatMap { try? JWTClaims($0) }.flatMap { valid($0, now) }
    }

    private func valid(_ claims: JWTClaims, _ now: Int64) -> VerifiedAccessToken? {
        guard (try? claims.validate(now: now, issuer: issuer, audience: nil, skew: 0)) != nil else { return nil }
        return VerifiedAccessToken(claims)
    }

    /// JW-01: `typ` must be `at+jwt`, so that an id_token never passes for an access token.
    private func verifiedPayload(_ octets: [UInt8]) -> [UInt8]? {
        guard let token = try? JWS(compact: octets), token.type?.lowercased() == "at+jwt", let keyID = token.keyID,
            let (algorithm, key) = keys.verificationKey(keyID),
            (try? token.verify(with: key, allowing: [algorithm])) != nil
        else { return nil }
        return token.payload
    }

    private func keep(_ token: VerifiedAccessToken, _ text: String, asOf revocations: Int) {
        verified.withLock { verified in
            guard revocations == keys.revocationCount, verified.revocations == revocations else { return }
            verified.tokens.insert(token, for: TokenText(text))
        }
    }
}
