import COpenSSL

/// Comparison of secrets.
package enum ConstantTime {
    /// Takes the same time wherever two values of equal length differ. Lengths are not secret.
    package static func equal(_ a: [UInt8], _ b: [UInt8]) -> Bool {
        guard a.count == b.count else { return false }
        return unsafe CRYPTO_memcmp(a, b, a.count) == 0
    }
}
