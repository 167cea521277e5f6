import COpenSSL

/// A hash function, looked up in OpenSSL once: naming it at every call costs more than hashing a short message.
///
/// Safe to share: an EVP_MD that was fetched is immutable and counts its references atomically.
@safe final class MessageDigest: Sendable {
    private nonisolated(unsafe) let pointer: OpaquePointer
    let name: String
    private let size: Int

    static let sha256 = MessageDigest("SHA2-256")
    static let sha384 = MessageDigest("SHA2-384")
    static let sha512 = MessageDigest("SHA2-512")

    private init(_ name: String) {
        guard let pointer = unsafe EVP_MD_fetch(nil, name, nil) else {
            preconditionFailure("the installed OpenSSL has no \(name)")
        }
        unsafe self.pointer = pointer
        self.name = name
        size = Int(unsafe EVP_MD_get_size(pointer))
    }

    deinit { unsafe EVP_MD_free(pointer) }

    /// Fails only when memory is exhausted, and then traps: an empty digest would compare equal to another one.
    func hash(_ bytes: Span<UInt8>) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: size)
        let status = unsafe bytes.withUnsafeBufferPointer {
            unsafe EVP_Digest($0.baseAddress, $0.count, &digest, nil, pointer, nil)
        }
        precondition(status == 1, "OpenSSL could not hash")
        return digest
    }
}
