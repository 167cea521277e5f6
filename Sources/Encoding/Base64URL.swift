/// Base64url without padding, RFC 7515 §2. Strict: see `Base64Alphabet.decode`.
package enum Base64URL {
    package static func encode(_ bytes: [UInt8]) -> String {
        String(decoding: encodeBytes(bytes), as: UTF8.self)
    }

    package static func encodeBytes(_ bytes: [UInt8]) -> [UInt8] {
        Base64Alphabet.urlSafe.encode(bytes.span)
    }

    /// Nil unless `text` is the one canonical spelling of some bytes: no padding, no white space, no stray bits.
    package static func decode(_ text: String) -> [UInt8]? {
        Base64Alphabet.urlSafe.decode(text.utf8.span)
    }

    package static func decode(_ bytes: Span<UInt8>) -> [UInt8]? {
        Base64Alphabet.urlSafe.decode(bytes)
    }

    package static func decode(_ bytes: [UInt8]) -> [UInt8]? {
        Base64Alphabet.urlSafe.decode(bytes.span)
    }
}
