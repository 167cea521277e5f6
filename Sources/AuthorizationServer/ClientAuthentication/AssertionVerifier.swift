import Encoding
import JOSE
import SMART
import Threads

/// Checks the signatures of client assertions on threads of its own with a bounded queue: an ES384 signature costs 0.7 ms,
/// and a flood of them must not hold up an event loop. Its queue has room for all who wait for the keys of one address, for
/// they come at once.
final class AssertionVerifier: Sendable {
    private let remoteKeySets: RemoteKeySets
    private let pool = WorkerPool(name: "assertion", threads: 1, capacity: 1_024, computes: true)

    init(_ remoteKeySets: RemoteKeySets) {
        self.remoteKeySets = remoteKeySets
    }

    func stop() {
        pool.stop()
        remoteKeySets.stop()
    }

    /// Throws `ClientAssertion.Fault` unless the assertion is signed by a key of that client: with an algorithm that it may
    /// use, and by the one key that `kid` names (TK-06, TK-07; checklist CAS-7). Throws `WorkerPool.Full` over the bound.
    func verify(_ assertion: ClientAssertion, of client: Client) async throws {
        let token = assertion.token
        guard let algorithm = Self.algorithms(client.metadata).first(where: { $0.rawValue == token.algorithmName })
        else {
            throw ClientAssertion.Fault(reason: "alg is not one that the client may use")
        }
        guard let keyID = token.keyID else { throw ClientAssertion.Fault(reason: "kid is missing") }
        try requireRegisteredKeySet(token, client)
        guard let url = client.metadata.jwksURI else {
            guard let keys = client.keys else { throw ClientAssertion.Fault(reason: "the client has no keys") }
            return try await check(token, algorithm, keyID, keys)
        }
        let keys = try await keySet(at: url, newerThan: nil)
        do {
            try await check(token, algorithm, keyID, keys ?? JWKSet(keys: []))
        } catch let fault as ClientAssertion.Fault {
            // Lessons K4: the client may have changed its keys since.
            guard let newer = try await keySet(at: url, newerThan: keys) else { throw fault }
            try await check(token, algorithm, keyID, newer)
        }
    }

    /// What the client of that registration may sign with.
    static func algorithms(_ metadata: ClientMetadata) -> [Algorithm] {
        let registered = metadata.tokenEndpointAuthSigningAlgorithm.map { [$0] } ?? AssertionAlgorithm.usual
        return registered.compactMap { Algorithm(rawValue: $0.rawValue) }
    }

    /// TK-08: a `jku` may only repeat what is registered. `jwk`, `x5c`, `x5u` and `x5t` are not even looked at.
    private func requireRegisteredKeySet(_ token: JWS, _ client: Client) throws(ClientAssertion.Fault) {
        guard let value = token.header["jku"] else { return }
        guard let url = value.stringValue, client.metadata.jwksURI?.value.hasSameOctets(as: url) == true else {
            throw ClientAssertion.Fault(reason: "jku is not the registered jwks_uri")
        }
    }

    /// Nil only where there is nothing newer.
    private func keySet(at url: WebURL, newerThan old: JWKSet?) async throws -> JWKSet? {
        do throws(FetchTrouble) {
            guard let old else { return try await remoteKeySets.keySet(at: url) }
            return try await remoteKeySets.newerKeySet(at: url, than: old)
        } catch {
            if error.isOurs { throw WorkerPool.Full() }
            throw ClientAssertion.Fault(reason: "\(error)")
        }
    }

    private func check(_ token: JWS, _ algorithm: Algorithm, _ keyID: String, _ keys: JWKSet) async throws {
        try await pool.run {
            do throws(JOSEError) {
                let key = try keys.key(withID: keyID, for: algorithm)
                try token.verify(with: try key.verificationKey(), allowing: [algorithm])
            } catch {
                throw ClientAssertion.Fault(reason: "\(error)")
            }
        }
    }
}
