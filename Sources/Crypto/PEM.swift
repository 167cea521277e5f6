import COpenSSL

extension EVPKey {
    /// Reads "PRIVATE KEY" or, with a passphrase, "ENCRYPTED PRIVATE KEY" (RFC 7468 §10, §11).
    static func privateKey(pem: [UInt8], passphrase: [UInt8]?) throws(CryptoError) -> EVPKey {
        let bio = try MemoryBIO(pem)
        var lent = passphrase ?? []
        let pointer = unsafe withUnsafeMutablePointer(to: &lent) {
            unsafe PEM_read_bio_PrivateKey(bio.pointer, nil, lendPassphrase, $0)
        }
        return try unsafe EVPKey(pointer, from: "PEM_read_bio_PrivateKey")
    }

    /// Reads "PUBLIC KEY" (RFC 7468 §13).
    static func publicKey(pem: [UInt8]) throws(CryptoError) -> EVPKey {
        let bio = try MemoryBIO(pem)
        return try unsafe EVPKey(PEM_read_bio_PUBKEY(bio.pointer, nil, nil, nil), from: "PEM_read_bio_PUBKEY")
    }

    /// PKCS#8, encrypted with AES-256 under PBKDF2-HMAC-SHA256 when there is a passphrase (RFC 8018 §6.2).
    func privatePEM(passphrase: [UInt8]?) throws(CryptoError) -> [UInt8] {
        guard let info = unsafe EVP_PKEY2PKCS8(pointer) else { throw .fromQueue("EVP_PKEY2PKCS8") }
        defer { unsafe PKCS8_PRIV_KEY_INFO_free(info) }
        let bio = try MemoryBIO()
        guard let passphrase else {
            guard unsafe PEM_write_bio_PKCS8_PRIV_KEY_INFO(bio.pointer, info) == 1 else {
                throw .fromQueue("PEM_write_bio_PKCS8_PRIV_KEY_INFO")
            }
            return bio.content
        }
        guard !passphrase.isEmpty else { throw .unsupported("an empty passphrase") }
        let sealed = try unsafe Self.encrypt(info, passphrase)
        defer { unsafe X509_SIG_free(sealed) }
        guard unsafe PEM_write_bio_PKCS8(bio.pointer, sealed) == 1 else { throw .fromQueue("PEM_write_bio_PKCS8") }
        return bio.content
    }

    /// OWASP's count for PBKDF2-HMAC-SHA256; OpenSSL's own default of 2048 is a few minutes' work to guess through.
    private static let iterations: Int32 = 600_000

    private static func encrypt(_ info: OpaquePointer, _ passphrase: [UInt8]) throws(CryptoError) -> OpaquePointer {
        let characters = passphrase.map { CChar(bitPattern: $0) }
        let length = Int32(truncatingIfNeeded: characters.count)
        // -1: PBES2 with the given cipher; no salt: OpenSSL draws one.
        let sealed = unsafe PKCS8_encrypt(-1, EVP_aes_256_cbc(), characters, length, nil, 16, iterations, info)
        guard let sealed = unsafe sealed else { throw .fromQueue("PKCS8_encrypt") }
        return unsafe sealed
    }
}

/// Hands OpenSSL the octets that `argument` points to. There is always a callback, for a key without passphrase too: with
/// none, OpenSSL asks on the terminal and waits.
private func lendPassphrase(
    _ buffer: UnsafeMutablePointer<CChar>?, _ capacity: Int32, _: Int32, _ argument: UnsafeMutableRawPointer?
) -> Int32 {
    guard let buffer = unsafe buffer, let argument = unsafe argument else { return -1 }
    let passphrase = unsafe argument.assumingMemoryBound(to: [UInt8].self).pointee
    guard !passphrase.isEmpty, passphrase.count <= Int(capacity) else { return -1 }
    for (index, octet) in passphrase.enumerated() { unsafe buffer[index] = CChar(bitPattern: octet) }
    return Int32(truncatingIfNeeded: passphrase.count)
}
