import Crypto
import Encoding
import Storage

/// What a code, launch, refresh token, session or interaction looks like outside: the number of its row and 256 random
/// bits, of which the row keeps only the hash (design, Storage). One text for all kinds: the kind is the table that is asked.
struct Handle: Sendable {
    let id: Int64
    let secret: [UInt8]

    /// Reads the text form; nil for anything that this server never made.
    init?(_ text: String) {
        guard text.utf8.count == Self.textLength, let bytes = Base64URL.decode(text), bytes.count == Self.byteCount
        else { return nil }
        let number = bytes[0..<8].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        guard let id = Int64(exactly: number), id > 0 else { return nil }
        self.id = id
        secret = Array(bytes[8...])
    }

    init(id: Int64, secret: HandleSecret) {
        self.id = id
        self.secret = secret.bytes
    }

    /// 54 characters of base64url.
    var text: String {
        let number = UInt64(bitPattern: id)
        let octets = (0..<8).map { UInt8(truncatingIfNeeded: number >> (56 - 8 * UInt64($0))) }
        return Base64URL.encode(octets + secret)
    }

    var hash: SecretHash { HandleSecret.hash(of: secret) }

    private static let byteCount = 40
    private static let textLength = 54
}

/// The random half of a handle, made before its row exists.
struct HandleSecret: Sendable {
    let bytes: [UInt8]

    init(_ random: RandomBytes) throws(CryptoError) {
        bytes = try random(32)
    }

    var hash: SecretHash { Self.hash(of: bytes) }

    static func hash(of secret: [UInt8]) -> SecretHash {
        guard let hash = SecretHash(Digest.sha256(secret)) else { preconditionFailure("SHA-256 has 32 octets") }
        return hash
    }
}
