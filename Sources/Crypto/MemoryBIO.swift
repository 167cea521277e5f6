import COpenSSL

/// Octets in memory, as OpenSSL's PEM functions want them. Used once, by one owner, hence not copyable; OpenSSL wipes what
/// it wrote when it frees one.
@safe struct MemoryBIO: ~Copyable {
    let pointer: OpaquePointer

    /// Empty, to be written to.
    init() throws(CryptoError) {
        guard let pointer = unsafe BIO_new(BIO_s_mem()) else { throw .fromQueue("BIO_new") }
        unsafe self.pointer = pointer
    }

    /// Filled with a copy of `bytes`, to be read from.
    init(_ bytes: [UInt8]) throws(CryptoError) {
        guard let length = Int32(exactly: bytes.count), let pointer = unsafe BIO_new(BIO_s_mem()) else {
            throw .fromQueue("BIO_new")
        }
        guard unsafe BIO_write(pointer, bytes, length) == length else {
            unsafe BIO_free(pointer)
            throw .fromQueue("BIO_write")
        }
        unsafe self.pointer = pointer
    }

    deinit { unsafe BIO_free(pointer) }

    var content: [UInt8] {
        var start: UnsafePointer<UInt8>?
        let length = unsafe lanyard_bio_content(pointer, &start)
        return unsafe Array(UnsafeBufferPointer(start: start, count: length))
    }
}
