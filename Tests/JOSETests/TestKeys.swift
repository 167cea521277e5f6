import Crypto
import JOSE
import Testing

/// Two keys of each kind, made once for all tests: RSA keys take their time.
enum TestKeys {
    static let first = make()
    static let second = make()

    /// By one algorithm of theirs.
    private static func make() -> [Algorithm: SigningKey] {
        let kinds: [(Algorithm, KeyKind)] = [
            (.rs256, .rsa(bits: 2048)), (.es256, .p256), (.es384, .p384), (.edDSA, .ed25519),
        ]
        return kinds.reduce(into: [:]) { keys, kind in keys[kind.0] = try? SigningKey.generate(kind.1) }
    }

    static func pair(for algorithm: Algorithm) throws -> (SigningKey, SigningKey) {
        let name = holder(of: algorithm)
        return (try #require(first[name]), try #require(second[name]))
    }

    /// The algorithm by whose name the key for `algorithm` goes here: one RSA key is for all of RSA.
    static func holder(of algorithm: Algorithm) -> Algorithm {
        switch algorithm {
        case .rs256, .rs384, .ps256: .rs256
        case .es256, .es384, .edDSA: algorithm
        }
    }
}
