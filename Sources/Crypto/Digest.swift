/// SHA-2 (FIPS 180-4).
package enum Digest {
    package static func sha256(_ bytes: Span<UInt8>) -> [UInt8] { MessageDigest.sha256.hash(bytes) }
    package static func sha384(_ bytes: Span<UInt8>) -> [UInt8] { MessageDigest.sha384.hash(bytes) }
    package static func sha512(_ bytes: Span<UInt8>) -> [UInt8] { MessageDigest.sha512.hash(bytes) }

    package static func sha256(_ bytes: [UInt8]) -> [UInt8] { sha256(bytes.span) }
    package static func sha384(_ bytes: [UInt8]) -> [UInt8] { sha384(bytes.span) }
    package static func sha512(_ bytes: [UInt8]) -> [UInt8] { sha512(bytes.span) }
}
