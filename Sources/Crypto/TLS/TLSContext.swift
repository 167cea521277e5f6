import COpenSSL
import Synchronization

/// The server's certificate and key, and the rules of RFC 9325 (HT-11). They can be read again while connections go on.
package final class TLSContext: Sendable {
    private let certificateFile: String
    private let keyFile: String
    private let current: Mutex<TLSCredential>

    /// Reads both files, in PEM form: the certificate first, then its chain; the key unencrypted, its file private.
    package init(certificateFile: String, keyFile: String) throws(TLSError) {
        self.certificateFile = certificateFile
        self.keyFile = keyFile
        current = Mutex(try TLSCredential(certificateFile: certificateFile, keyFile: keyFile))
    }

    /// Reads the files again, for new connections. If anything is wrong with them the old ones stay in use (HT-12).
    package func reload() throws(TLSError) {
        let fresh = try TLSCredential(certificateFile: certificateFile, keyFile: keyFile)
        current.withLock { $0 = fresh }
    }

    /// The server's end of a connection that was just accepted. Nil if OpenSSL has no memory for it.
    package func session(on descriptor: Int32) -> TLSSession? {
        current.withLock { $0 }.session(on: descriptor)
    }
}

/// One certificate with its key, ready for use: an `SSL_CTX`.
@safe final class TLSCredential: Sendable {
    /// Safe to share: it is not changed after `init`, and OpenSSL locks what sessions share through it.
    private nonisolated(unsafe) let context: OpaquePointer

    init(certificateFile: String, keyFile: String) throws(TLSError) {
        let key = try TLSFile.key(keyFile)
        let certificates = try TLSFile.certificate(certificateFile)
        guard let context = unsafe lanyard_tls_context() else { throw TLSError.fromLibrary() }
        do throws(TLSError) {
            try unsafe Self.useCertificates(certificates, certificateFile, context)
            try unsafe Self.useKey(key, keyFile, context)
        } catch {
            unsafe SSL_CTX_free(context)
            throw error
        }
        unsafe self.context = context
    }

    deinit { unsafe SSL_CTX_free(context) }

    func session(on descriptor: Int32) -> TLSSession? {
        guard let session = unsafe SSL_new(context) else { return nil }
        guard unsafe SSL_set_fd(session, descriptor) == 1 else {
            unsafe SSL_free(session)
            return nil
        }
        unsafe SSL_set_accept_state(session)
        return unsafe TLSSession(session)
    }

    private static func useCertificates(
        _ pem: [UInt8], _ file: String, _ context: OpaquePointer
    ) throws(TLSError) {
        guard let source = unsafe memory(pem) else { throw TLSError.fromLibrary() }
        defer { unsafe BIO_free(source) }
        var isFirst = true
        while let certificate = unsafe lanyard_tls_read_certificate(source) {
            defer { unsafe X509_free(certificate) }
            let taken =
                unsafe isFirst
                ? SSL_CTX_use_certificate(context, certificate) : lanyard_tls_add_chain(context, certificate)
            guard taken == 1 else { throw TLSError.fromLibrary() }
            isFirst = false
        }
        // The end of the file is an error to OpenSSL.
        ERR_clear_error()
        if isFirst { throw .noCertificate(file: file) }
    }

    private static func useKey(_ pem: [UInt8], _ file: String, _ context: OpaquePointer) throws(TLSError) {
        guard let source = unsafe memory(pem) else { throw TLSError.fromLibrary() }
        defer { unsafe BIO_free(source) }
        guard let key = unsafe lanyard_tls_read_key(source) else {
            ERR_clear_error()
            throw .noKey(file: file)
        }
        defer { unsafe EVP_PKEY_free(key) }
        let fits = unsafe SSL_CTX_use_PrivateKey(context, key) == 1 && SSL_CTX_check_private_key(context) == 1
        ERR_clear_error()
        guard fits else { throw .mismatch }
    }

    /// A source OpenSSL can read from, with a copy of the octets.
    private static func memory(_ octets: [UInt8]) -> OpaquePointer? {
        guard let source = unsafe BIO_new(BIO_s_mem()) else { return nil }
        guard unsafe BIO_write(source, octets, Int32(octets.count)) == octets.count else {
            unsafe BIO_free(source)
            return nil
        }
        return unsafe source
    }
}
