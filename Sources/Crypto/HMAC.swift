import COpenSSL

/// Keyed hashing (RFC 2104).
package enum HMAC {
    package static func sha256(key: [UInt8], message: [UInt8]) -> [UInt8] {
        MessageAuthentication.hmacSHA256.code(key: key, message: message)
    }
}

/// A MAC with its hash chosen and no key yet; each use works on its own copy.
///
/// Safe to share: the prepared context is only ever copied from after `init`.
@safe private final class MessageAuthentication: Sendable {
    private nonisolated(unsafe) let prepared: OpaquePointer
    private let size: Int

    static let hmacSHA256 = MessageAuthentication(digest: .sha256, size: 32)

    private init(digest: MessageDigest, size: Int) {
        guard let algorithm = unsafe EVP_MAC_fetch(nil, "HMAC", nil), let context = unsafe EVP_MAC_CTX_new(algorithm)
        else { preconditionFailure("the installed OpenSSL has no HMAC") }
        unsafe EVP_MAC_free(algorithm)
        let status = unsafe lanyard_hmac_set_digest(context, digest.name)
        precondition(status == 1, "the installed OpenSSL has no HMAC with \(digest.name)")
        unsafe prepared = context
        self.size = size
    }

    deinit { unsafe EVP_MAC_CTX_free(prepared) }

    /// Fails only when memory is exhausted, and then traps: an empty code would compare equal to another one.
    func code(key: [UInt8], message: [UInt8]) -> [UInt8] {
        var code = [UInt8](repeating: 0, count: size)
        var length = 0
        // The key's address must not be null, not even for an empty key: null means "keep the key you have".
        let padded = key.isEmpty ? [0] : key
        let context = unsafe EVP_MAC_CTX_dup(prepared)
        defer { unsafe EVP_MAC_CTX_free(context) }
        let done =
            unsafe EVP_MAC_init(context, padded, key.count, nil) == 1
            && EVP_MAC_update(context, message, message.count) == 1
            && EVP_MAC_final(context, &code, &length, code.count) == 1
        precondition(done && length == size, "OpenSSL could not compute a MAC")
        return code
    }
}
