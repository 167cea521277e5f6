import COpenSSL

/// Why a certificate or key cannot be used.
package enum TLSError: Error, Equatable, CustomStringConvertible {
    case unreadable(file: String)
    /// The key file can be read by others than its owner, or belongs to someone else (HT-12).
    case exposedKey(file: String)
    case noCertificate(file: String)
    case noKey(file: String)
    case mismatch
    case library(String)

    package var description: String {
        switch self {
        case .unreadable(let file): "\(file) cannot be read"
        case .exposedKey(let file): "\(file) must be a file of the server's own user with mode 0600"
        case .noCertificate(let file): "\(file) holds no certificate in PEM form"
        case .noKey(let file): "\(file) holds no unencrypted private key in PEM form"
        case .mismatch: "the private key does not belong to the certificate"
        case .library(let reason): "OpenSSL: \(reason)"
        }
    }

    /// What OpenSSL last complained of on this thread; empties its queue.
    static func fromLibrary() -> TLSError {
        var buffer = [CChar](repeating: 0, count: 256)
        let code = ERR_get_error()
        unsafe ERR_error_string_n(code, &buffer, buffer.count)
        ERR_clear_error()
        let text = buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        return .library(String(decoding: text, as: UTF8.self))
    }
}
