import COpenSSL

/// A signing or verifying operation with its key, hash and padding already chosen; each use works on its own copy, which
/// costs less than starting anew. (Ed25519 starts anew: OpenSSL 3.0 copies no context that has no hash.)
///
/// Safe to share: the prepared context is only ever copied from after `init`, and copying only reads it.
@safe final class SignatureContext: Sendable {
    private nonisolated(unsafe) let prepared: OpaquePointer
    private let key: EVPKey
    private let algorithm: SignatureAlgorithm
    private let purpose: Purpose
    private let capacity: Int

    enum Purpose { case sign, verify }

    init(_ key: EVPKey, _ algorithm: SignatureAlgorithm, for purpose: Purpose) throws(CryptoError) {
        guard let context = unsafe Self.start(key, algorithm, purpose) else {
            throw .fromQueue("EVP_DigestSignInit_ex")
        }
        unsafe prepared = context
        self.key = key
        self.algorithm = algorithm
        self.purpose = purpose
        capacity = Int(unsafe EVP_PKEY_get_size(key.pointer))
    }

    deinit { unsafe EVP_MD_CTX_free(prepared) }

    private static func start(
        _ key: EVPKey, _ algorithm: SignatureAlgorithm, _ purpose: Purpose
    ) -> OpaquePointer? {
        guard let context = unsafe EVP_MD_CTX_new() else { return nil }
        guard unsafe prepare(context, key, algorithm, purpose) else {
            unsafe EVP_MD_CTX_free(context)
            return nil
        }
        return unsafe context
    }

    private static func prepare(
        _ context: OpaquePointer, _ key: EVPKey, _ algorithm: SignatureAlgorithm, _ purpose: Purpose
    ) -> Bool {
        var parameters: OpaquePointer?  // owned by the context
        let name = algorithm.digest?.name
        let status =
            switch purpose {
            case .sign: unsafe EVP_DigestSignInit_ex(context, &parameters, name, nil, nil, key.pointer, nil)
            case .verify: unsafe EVP_DigestVerifyInit_ex(context, &parameters, name, nil, nil, key.pointer, nil)
            }
        guard status == 1 else { return false }
        switch algorithm {
        case .rsaPKCS1SHA256, .rsaPKCS1SHA384:
            return unsafe EVP_PKEY_CTX_set_rsa_padding(parameters, RSA_PKCS1_PADDING) == 1
        case .rsaPSSSHA256:
            // Left to itself, OpenSSL takes a salt of any length.
            return unsafe EVP_PKEY_CTX_set_rsa_padding(parameters, RSA_PKCS1_PSS_PADDING) == 1
                && EVP_PKEY_CTX_set_rsa_mgf1_md_name(parameters, name, nil) == 1
                && EVP_PKEY_CTX_set_rsa_pss_saltlen(parameters, RSA_PSS_SALTLEN_DIGEST) == 1
        case .ecdsaP256SHA256, .ecdsaP384SHA384, .ed25519:
            return true
        }
    }

    /// In OpenSSL's form: DER for ECDSA.
    func sign(_ message: Span<UInt8>) throws(CryptoError) -> [UInt8] {
        guard let context = unsafe fresh() else { throw .fromQueue("EVP_MD_CTX_copy_ex") }
        defer { unsafe EVP_MD_CTX_free(context) }
        var signature = [UInt8](repeating: 0, count: capacity)
        var length = capacity
        let status = unsafe message.withUnsafeBufferPointer {
            unsafe EVP_DigestSign(context, &signature, &length, $0.baseAddress, $0.count)
        }
        guard status == 1, length <= capacity else { throw .fromQueue("EVP_DigestSign") }
        signature.removeLast(capacity - length)
        return signature
    }

    /// Takes OpenSSL's form: DER for ECDSA. Anything but a clear yes is a no.
    func isValid(_ signature: Span<UInt8>, of message: Span<UInt8>) -> Bool {
        defer { ERR_clear_error() }
        guard let context = unsafe fresh() else { return false }
        defer { unsafe EVP_MD_CTX_free(context) }
        let status = unsafe message.withUnsafeBufferPointer { message in
            unsafe signature.withUnsafeBufferPointer { signature in
                unsafe EVP_DigestVerify(
                    context, signature.baseAddress, signature.count, message.baseAddress, message.count)
            }
        }
        return status == 1
    }

    private func fresh() -> OpaquePointer? {
        guard algorithm.digest != nil else { return unsafe Self.start(key, algorithm, purpose) }
        guard let context = unsafe EVP_MD_CTX_new() else { return nil }
        guard unsafe EVP_MD_CTX_copy_ex(context, prepared) == 1 else {
            unsafe EVP_MD_CTX_free(context)
            return nil
        }
        // Used once: OpenSSL need not work on another copy of the copy.
        unsafe EVP_MD_CTX_set_flags(context, EVP_MD_CTX_FLAG_FINALISE)
        return unsafe context
    }
}
