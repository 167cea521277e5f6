import Crypto
import Encoding
import JOSE
import SMART

/// The keys that a client is registered with, read as they will be read when they are used (TK-21, checklist CAS-10).
struct RegisteredKeys: Sendable {
    let keys: [JWK]
    /// Named by the member, such as `jwks.keys[1]`. Nothing of the keys themselves is repeated: it may be private.
    let problems: [ClientMetadata.Problem]

    init(_ metadata: ClientMetadata) {
        guard let jwks = metadata.jwks else {
            (keys, problems) = ([], [])
            return
        }
        do {
            keys = try JWKSet(jwks, requireKeyIDs: true).keys
        } catch {
            (keys, problems) = ([], Self.problems(of: jwks, error))
            return
        }
        let isUsable = metadata.tokenEndpointAuthMethod != .privateKeyJWT || keys.contains { $0.canSign(for: metadata) }
        problems =
            isUsable
            ? [] : [.init(member: "jwks.keys", reason: "holds no key for signatures by \(Self.algorithms(metadata))")]
    }

    private static func algorithms(_ metadata: ClientMetadata) -> String {
        AssertionVerifier.algorithms(metadata).map(\.rawValue).joined(separator: " or ")
    }

    /// `refusal` is of the whole set: asks each key alone, so that its owner hears which one it is.
    private static func problems(of jwks: JSON, _ refusal: JOSEError) -> [ClientMetadata.Problem] {
        var problems: [ClientMetadata.Problem] = []
        for (index, key) in (jwks["keys"]?.arrayValue ?? []).prefix(maximumAsked).enumerated() {
            do {
                _ = try JWKSet(["keys": [key]], requireKeyIDs: true)
            } catch {
                problems.append(.init(member: "jwks.keys[\(index)]", reason: words(error)))
            }
        }
        // Each alone is sound: there are too many, or two share a kid.
        return problems.isEmpty ? [.init(member: "jwks.keys", reason: words(refusal))] : problems
    }

    private static let maximumAsked = 64

    private static func words(_ error: JOSEError) -> String {
        switch error {
        case .malformed(let reason): reason
        case .notAllowed(let what): "not allowed: \(what)"
        case .keyMismatch(let what): "does not fit together: \(what)"
        case .missing(let member): "\(member) is missing"
        case .crypto(.invalidKey(let reason)), .crypto(.unsupported(let reason)): reason
        default: "is not a valid public key"
        }
    }
}

extension JWK {
    /// Whether the assertions of that client can be signed with this key.
    fileprivate func canSign(for metadata: ClientMetadata) -> Bool {
        (try? verificationKey()) != nil
            && AssertionVerifier.algorithms(metadata).contains { candidate in
                candidate.fits(parameters) && (algorithm == nil || algorithm == candidate)
            }
    }
}
