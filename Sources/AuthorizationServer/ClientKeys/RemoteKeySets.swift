import HTTP
import JOSE
import SMART

/// The key sets that clients publish at an address of their own (SMART App Launch 2.2, client-confidential-asymmetric;
/// TK-19, TK-20). Whoever asks is not known yet: the assertion that names the client is only about to be checked.
final class RemoteKeySets: Sendable {
    private let documents: RemoteDocuments<JWKSet>

    /// What an answer may have (TK-19).
    static let longestAnswer = 262_144

    init(outbound: OutboundClient, clock: Clock, turns: any FetchTurns = TimedTurns(name: "keys-turns")) {
        documents = RemoteDocuments(.keySets, outbound: outbound, clock: clock, turns: turns, threads: "keys")
    }

    /// From the cache while that is allowed, else fetched.
    func keySet(at url: WebURL) async throws(FetchTrouble) -> JWKSet { try await documents.document(at: url).content }

    /// For an unknown `kid` or a bad signature (lessons K4): fetched again, but not often. Nil if that is not allowed now,
    /// or nothing has changed.
    func newerKeySet(at url: WebURL, than old: JWKSet) async throws(FetchTrouble) -> JWKSet? {
        try await documents.newerDocument(at: url, than: old)
    }

    func stop() { documents.stop() }
}

extension DocumentKind where Content == JWKSet {
    static var keySets: Self {
        Self(
            what: "the keys", accept: "application/json, application/jwk-set+json",
            isType: { $0 == "application/json" || $0 == "application/jwk-set+json" },
            // TK-20: not past an hour.
            lifetime: 0...3600, unsaidLifetime: 300, read: { json, _ in try JWKSet(json, requireKeyIDs: true) })
    }
}
