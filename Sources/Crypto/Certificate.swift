import COpenSSL
import Glibc

/// What an operator wants to know of a certificate that the server shows.
package struct Certificate: Sendable, Equatable {
    /// Seconds since 1970.
    package let notBefore: Int64
    package let notAfter: Int64

    /// The first certificate of a PEM file, which is the server's own (RFC 8446 §4.4.2). Nil where there is none.
    package init?(pem: [UInt8]) {
        defer { ERR_clear_error() }
        guard let source = try? MemoryBIO(pem),
            let certificate = unsafe lanyard_tls_read_certificate(source.pointer)
        else { return nil }
        defer { unsafe X509_free(certificate) }
        guard let notBefore = unsafe Self.seconds(X509_get0_notBefore(certificate)),
            let notAfter = unsafe Self.seconds(X509_get0_notAfter(certificate))
        else { return nil }
        (self.notBefore, self.notAfter) = (notBefore, notAfter)
    }

    private static func seconds(_ time: UnsafePointer<ASN1_TIME>?) -> Int64? {
        var parts = unsafe tm()
        guard unsafe ASN1_TIME_to_tm(time, &parts) == 1 else { return nil }
        return unsafe Int64(timegm(&parts))
    }
}
