import COpenSSL
import Synchronization

/// Whom this program believes when it calls others over TLS: the authorities of the system, or those of one file. Read at
/// the first call, for the system's are many and a program that calls nobody need not wait for them.
package final class TLSTrust: Sendable {
    private let authorities: String?
    private let kept = Mutex<TLSAuthorities?>(nil)

    /// `authorities`: a PEM file of certificates; nil takes the system's (OpenSSL heeds `SSL_CERT_FILE` too).
    package init(authorities: String? = nil) {
        self.authorities = authorities
    }

    /// The client's end of a connection; its handshake fails unless the server's certificate names `host` (RFC 9110
    /// §4.3.4). Nil if OpenSSL has no memory for it, or `host` cannot stand in a certificate.
    package func session(on descriptor: Int32, with host: String, isAddress: Bool) throws(TLSError) -> TLSSession? {
        try loaded().session(on: descriptor, with: host, isAddress: isAddress)
    }

    private func loaded() throws(TLSError) -> TLSAuthorities {
        try kept.withLock { kept throws(TLSError) in
            if let kept { return kept }
            let fresh = try TLSAuthorities(authorities)
            kept = fresh
            return fresh
        }
    }
}

/// The authorities, ready for use: an `SSL_CTX`.
@safe private final class TLSAuthorities: Sendable {
    /// Safe to share: it is not changed after `init`, and OpenSSL locks what sessions share through it.
    private nonisolated(unsafe) let context: OpaquePointer

    init(_ file: String?) throws(TLSError) {
        guard let context = unsafe lanyard_tls_client_context() else { throw TLSError.fromLibrary() }
        guard unsafe Self.read(file, context) == 1 else {
            let error = TLSError.fromLibrary()
            unsafe SSL_CTX_free(context)
            throw error
        }
        unsafe self.context = context
    }

    deinit { unsafe SSL_CTX_free(context) }

    func session(on descriptor: Int32, with host: String, isAddress: Bool) -> TLSSession? {
        guard let session = unsafe SSL_new(context) else { return nil }
        guard unsafe SSL_set_fd(session, descriptor) == 1,
            unsafe lanyard_tls_expect(session, host, isAddress ? 1 : 0) == 1
        else {
            unsafe SSL_free(session)
            ERR_clear_error()
            return nil
        }
        unsafe SSL_set_connect_state(session)
        return unsafe TLSSession(session)
    }

    private static func read(_ file: String?, _ context: OpaquePointer) -> Int32 {
        guard let file else { return unsafe SSL_CTX_set_default_verify_paths(context) }
        return unsafe SSL_CTX_load_verify_file(context, file)
    }
}
