import COpenSSL

/// One end of a TLS connection over a non-blocking socket. Used by one thread at a time; SIGPIPE must be
/// ignored, since OpenSSL writes without `MSG_NOSIGNAL`.
@safe package final class TLSSession {
    /// How far a call got.
    package enum Transfer: Equatable {
        case octets(Int)
        /// Call again when the socket is readable, which it may be already.
        case wantsRead
        /// Call again when the socket is writable.
        case wantsWrite
        /// The peer has closed its side.
        case ended
        /// The connection is broken, or the peer breaks the protocol.
        case failed
    }

    private let session: OpaquePointer
    /// How often the call under way may still read from the socket, so that no peer keeps a thread: whoever calls looks at
    /// its deadline, or at other connections, in between.
    private let reads = UnsafeMutablePointer<Int32>.allocate(capacity: 1)
    /// After a fatal error not even a goodbye may be sent (SSL_shutdown(3)).
    private var isBroken = false

    init(_ session: OpaquePointer) {
        unsafe self.session = session
        unsafe reads.initialize(to: 0)
        unsafe lanyard_tls_bound(session, reads)
    }

    deinit {
        unsafe SSL_free(session)
        unsafe reads.deallocate()
    }

    /// Goes on with the handshake. `.octets(0)` once it is done.
    package func handshake() -> Transfer {
        begin()
        let status = unsafe SSL_do_handshake(session)
        return status == 1 ? .octets(0) : outcome(status)
    }

    /// Fills `buffer` from its start with what has come.
    package func read(into buffer: inout [UInt8]) -> Transfer {
        begin()
        let room = Int32(clamping: buffer.count)
        let count = unsafe SSL_read(session, &buffer, room)
        return count > 0 ? .octets(Int(count)) : outcome(count)
    }

    /// Sends the octets from `start` on, or some of them.
    package func write(_ octets: [UInt8], from start: Int) -> Transfer {
        guard start < octets.count else { return .octets(0) }
        begin()
        let count = unsafe octets.withUnsafeBytes { bytes -> Int32 in
            let rest = unsafe UnsafeRawBufferPointer(rebasing: bytes[start...])
            return unsafe SSL_write(session, rest.baseAddress, Int32(clamping: rest.count))
        }
        return count > 0 ? .octets(Int(count)) : outcome(count)
    }

    /// Whether octets were decrypted that no call of `read` has taken yet: epoll does not know of them.
    package var hasPending: Bool { unsafe SSL_pending(session) > 0 }

    /// Says goodbye (RFC 8446 §6.1), without waiting for the peer's.
    package func close() {
        guard !isBroken else { return }
        ERR_clear_error()
        _ = unsafe SSL_shutdown(session)
        ERR_clear_error()
    }

    private func begin() {
        ERR_clear_error()
        unsafe reads.pointee = lanyard_tls_reads_per_call
    }

    private func outcome(_ status: Int32) -> Transfer {
        switch unsafe SSL_get_error(session, status) {
        case SSL_ERROR_WANT_READ: return .wantsRead
        case SSL_ERROR_WANT_WRITE: return .wantsWrite
        case SSL_ERROR_ZERO_RETURN: return .ended
        default:
            isBroken = true
            ERR_clear_error()
            return .failed
        }
    }
}
