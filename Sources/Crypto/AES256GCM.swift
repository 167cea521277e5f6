import COpenSSL

/// Authenticated encryption (SP 800-38D) of what has to be read back: nonce ‖ ciphertext ‖ tag.
package enum AES256GCM {
    private static let keyLength = 32
    private static let nonceLength = 12
    private static let tagLength = 16

    /// Draws a fresh nonce for each box; with random nonces one key serves for 2³² boxes (SP 800-38D §8.3).
    package static func seal(
        _ plain: [UInt8], key: [UInt8], aad: [UInt8], random: RandomBytes
    ) throws(CryptoError) -> [UInt8] {
        try seal(plain, key: key, aad: aad, nonce: random(nonceLength))
    }

    /// For test vectors; a nonce used twice under one key gives both texts away.
    static func seal(_ plain: [UInt8], key: [UInt8], aad: [UInt8], nonce: [UInt8]) throws(CryptoError) -> [UInt8] {
        let context = try GCMContext(key: key, nonce: nonce, purpose: .seal)
        try context.authenticate(aad)
        let sealed = try context.update(plain)
        guard context.finish() else { throw .fromQueue("EVP_EncryptFinal_ex") }
        return nonce + sealed + (try context.tag())
    }

    /// Throws `invalidSignature` for a box, key or associated data that is not the one sealed: which of them is not told.
    package static func open(_ box: [UInt8], key: [UInt8], aad: [UInt8]) throws(CryptoError) -> [UInt8] {
        guard box.count >= nonceLength + tagLength else { throw .invalidSignature }
        let context = try GCMContext(key: key, nonce: Array(box.prefix(nonceLength)), purpose: .open)
        try context.expect(tag: Array(box.suffix(tagLength)))
        try context.authenticate(aad)
        let plain = try context.update(Array(box.dropFirst(nonceLength).dropLast(tagLength)))
        guard context.finish() else {
            ERR_clear_error()
            throw .invalidSignature
        }
        return plain
    }
}

/// One run of the cipher. Used once, by one owner, hence not copyable.
@safe private struct GCMContext: ~Copyable {
    enum Purpose: Int32 { case open = 0, seal = 1 }

    private let pointer: OpaquePointer

    init(key: [UInt8], nonce: [UInt8], purpose: Purpose) throws(CryptoError) {
        guard key.count == 32, nonce.count == 12 else {
            throw .invalidKey("AES-256-GCM takes 32 octets and a nonce of 12")
        }
        guard let pointer = unsafe EVP_CIPHER_CTX_new() else { throw .fromQueue("EVP_CIPHER_CTX_new") }
        guard unsafe EVP_CipherInit_ex2(pointer, Cipher.aes256GCM.pointer, key, nonce, purpose.rawValue, nil) == 1
        else {
            unsafe EVP_CIPHER_CTX_free(pointer)
            throw .fromQueue("EVP_CipherInit_ex2")
        }
        unsafe self.pointer = pointer
    }

    deinit { unsafe EVP_CIPHER_CTX_free(pointer) }

    func authenticate(_ aad: [UInt8]) throws(CryptoError) {
        guard let length = Int32(exactly: aad.count) else { throw .unsupported("associated data of 2 GiB") }
        var written: Int32 = 0
        guard unsafe length == 0 || EVP_CipherUpdate(pointer, nil, &written, aad, length) == 1 else {
            throw .fromQueue("EVP_CipherUpdate")
        }
    }

    func update(_ input: [UInt8]) throws(CryptoError) -> [UInt8] {
        guard let length = Int32(exactly: input.count) else { throw .unsupported("a text of 2 GiB") }
        var output = [UInt8](repeating: 0, count: input.count)
        var written: Int32 = 0
        guard unsafe length == 0 || EVP_CipherUpdate(pointer, &output, &written, input, length) == 1, written == length
        else { throw .fromQueue("EVP_CipherUpdate") }
        return output
    }

    /// GCM has no last block to write, but OpenSSL wants room for one.
    func finish() -> Bool {
        var rest = [UInt8](repeating: 0, count: 16)
        var written: Int32 = 0
        return unsafe EVP_CipherFinal_ex(pointer, &rest, &written) == 1 && written == 0
    }

    func tag() throws(CryptoError) -> [UInt8] {
        var tag = [UInt8](repeating: 0, count: 16)
        guard unsafe EVP_CIPHER_CTX_ctrl(pointer, EVP_CTRL_AEAD_GET_TAG, 16, &tag) == 1 else {
            throw .fromQueue("EVP_CIPHER_CTX_ctrl")
        }
        return tag
    }

    func expect(tag: [UInt8]) throws(CryptoError) {
        var tag = tag
        guard unsafe EVP_CIPHER_CTX_ctrl(pointer, EVP_CTRL_AEAD_SET_TAG, 16, &tag) == 1 else {
            throw .fromQueue("EVP_CIPHER_CTX_ctrl")
        }
    }
}

/// The cipher, looked up in OpenSSL once.
///
/// Safe to share: an EVP_CIPHER that was fetched is immutable and counts its references atomically.
@safe private final class Cipher: Sendable {
    nonisolated(unsafe) let pointer: OpaquePointer

    static let aes256GCM = Cipher("AES-256-GCM")

    private init(_ name: String) {
        guard let pointer = unsafe EVP_CIPHER_fetch(nil, name, nil) else {
            preconditionFailure("the installed OpenSSL has no \(name)")
        }
        unsafe self.pointer = pointer
    }

    deinit { unsafe EVP_CIPHER_free(pointer) }
}
