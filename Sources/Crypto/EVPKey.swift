import COpenSSL

/// OpenSSL's key object: private with its public half, or public alone.
///
/// Safe to share: an EVP_PKEY is immutable after creation and counts its references atomically (openssl-threads(7)).
@safe final class EVPKey: Sendable {
    nonisolated(unsafe) let pointer: OpaquePointer

    /// Takes ownership of what `call` answered.
    init(_ pointer: OpaquePointer?, from call: StaticString) throws(CryptoError) {
        guard let pointer = unsafe pointer else { throw .fromQueue(call) }
        unsafe self.pointer = pointer
    }

    deinit { unsafe EVP_PKEY_free(pointer) }

    static func generate(_ kind: KeyKind) throws(CryptoError) -> EVPKey {
        switch kind {
        case .rsa(let bits):
            guard PublicKeyParameters.modulusBits.contains(bits) else { throw .unsupported("RSA of \(bits) bits") }
            return try unsafe EVPKey(lanyard_generate_rsa(bits), from: "EVP_RSA_gen")
        case .p256: return try unsafe EVPKey(lanyard_generate_ec(Curve.p256.groupName), from: "EVP_EC_gen")
        case .p384: return try unsafe EVPKey(lanyard_generate_ec(Curve.p384.groupName), from: "EVP_EC_gen")
        case .ed25519: return try unsafe EVPKey(lanyard_generate_ed25519(), from: "EVP_PKEY_Q_keygen")
        }
    }

    /// OpenSSL refuses a point that is not on the curve, or whose coordinates are not below the field's prime, as it reads
    /// it; both curves have prime order, so that a point on the curve is in the right group (SP 800-56A §5.6.2.3.4).
    static func publicKey(_ parameters: PublicKeyParameters) throws(CryptoError) -> EVPKey {
        try parameters.requireSound()
        let pointer: OpaquePointer?
        switch parameters {
        case .rsa(let modulus, let exponent):
            let lengths = (Int32(truncatingIfNeeded: modulus.count), Int32(truncatingIfNeeded: exponent.count))
            unsafe pointer = unsafe lanyard_rsa_public_key(modulus, lengths.0, exponent, lengths.1)
        case .ec(let curve, let x, let y):
            let point = [0x04] + x + y
            unsafe pointer = unsafe lanyard_ec_public_key(curve.groupName, point, point.count)
        case .ed25519(let x):
            unsafe pointer = unsafe EVP_PKEY_new_raw_public_key_ex(nil, "ED25519", nil, x, x.count)
        }
        guard let pointer = unsafe pointer else {
            ERR_clear_error()
            throw .invalidKey("the public key is not a point on its curve, or not a key at all")
        }
        return try unsafe EVPKey(pointer, from: "EVP_PKEY_fromdata")
    }

    /// The public half, as numbers. RSA-PSS keys, other curves, and whatever else OpenSSL can hold are refused.
    func publicParameters() throws(CryptoError) -> PublicKeyParameters {
        if unsafe EVP_PKEY_is_a(pointer, "RSA") == 1 {
            return .rsa(modulus: try number(OSSL_PKEY_PARAM_RSA_N), exponent: try number(OSSL_PKEY_PARAM_RSA_E))
        }
        if unsafe EVP_PKEY_is_a(pointer, "ED25519") == 1 { return .ed25519(x: try rawPublicKey()) }
        guard unsafe EVP_PKEY_is_a(pointer, "EC") == 1 else { throw .unsupported("no RSA, EC or Ed25519 key") }
        let name = try groupName()
        guard let curve = Curve.allCases.first(where: { $0.groupName == name }) else {
            throw .unsupported("the curve \(name)")
        }
        let x = try number(OSSL_PKEY_PARAM_EC_PUB_X, octets: curve.octets)
        let y = try number(OSSL_PKEY_PARAM_EC_PUB_Y, octets: curve.octets)
        return .ec(curve: curve, x: x, y: y)
    }

    private func rawPublicKey() throws(CryptoError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: Edwards25519.keyOctets)
        var length = bytes.count
        guard unsafe EVP_PKEY_get_raw_public_key(pointer, &bytes, &length) == 1, length == bytes.count else {
            throw .fromQueue("EVP_PKEY_get_raw_public_key")
        }
        return bytes
    }

    private func groupName() throws(CryptoError) -> String {
        var name = [CChar](repeating: 0, count: 64)
        var length = 0
        guard unsafe EVP_PKEY_get_group_name(pointer, &name, name.count, &length) == 1 else {
            throw .fromQueue("EVP_PKEY_get_group_name")
        }
        return String(decoding: name.prefix(length).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Big-endian; padded on the left to `octets`, or as short as it can be.
    private func number(_ name: String, octets: Int? = nil) throws(CryptoError) -> [UInt8] {
        var number: OpaquePointer?
        guard unsafe EVP_PKEY_get_bn_param(pointer, name, &number) == 1 else {
            throw .fromQueue("EVP_PKEY_get_bn_param")
        }
        defer { unsafe BN_free(number) }
        let length = octets ?? (Int(unsafe BN_num_bits(number)) + 7) / 8
        var bytes = [UInt8](repeating: 0, count: length)
        guard unsafe BN_bn2binpad(number, &bytes, Int32(truncatingIfNeeded: length)) >= 0 else {
            throw .fromQueue("BN_bn2binpad")
        }
        return bytes
    }
}
