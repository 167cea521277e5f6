import Crypto
import JOSE
import Testing

/// Two keys of each kind, made once for all tests: RSA keys take their time.
enum TestKeys {
    static let first = make()
    static let second = make()

    /// By one algorithm of theirs.
    private static func make() -> [Algorithm: SigningKey] {
        let kinds: [(Algorithm, KeyKind)] = [(.rs256, .rsa(bits: 2048)), (.es256, .p256), (.es384, .p384)]
        return kinds.reduce(into: [:]) { keys, kind in keys[kind.0] = try? SigningKey.generate(kind.1) }
    }

    static func pair(for algorithm: Algorithm) throws -> (SigningKey, SigningKey) {
        let name = algorithm == .rs384 ? .rs256 : algorithm
        return (try #require(first[name]), try #require(second[name]))
    }
}
