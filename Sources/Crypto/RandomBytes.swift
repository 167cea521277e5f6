import COpenSSL

/// Random octets fit for keys, codes and tokens. A value, so that what needs randomness says so in its `init`.
package struct RandomBytes: Sendable {
    package init() {}

    /// Draws `count` octets. A generator that fails stops the request; it never answers with fewer or weaker octets.
    package func callAsFunction(_ count: Int) throws(CryptoError) -> [UInt8] {
        guard let length = Int32(exactly: count), length >= 0 else { throw .randomFailed }
        var bytes = [UInt8](repeating: 0, count: count)
        guard unsafe RAND_bytes(&bytes, length) == 1 else {
            ERR_clear_error()
            throw .randomFailed
        }
        return bytes
    }
}
