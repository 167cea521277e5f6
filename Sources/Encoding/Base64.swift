/// Base64 with padding, RFC 4648 §4, as HTTP Basic and PEM use it. Strict: see `Base64Alphabet.decode`.
package enum Base64 {
    package static func encode(_ bytes: [UInt8]) -> String {
        String(decoding: Base64Alphabet.standard.encode(bytes.span), as: UTF8.self)
    }

    /// Nil unless `text` is the one canonical, padded spelling of some bytes.
    package static func decode(_ text: String) -> [UInt8]? {
        Base64Alphabet.standard.decode(text.utf8.span)
    }

    package static func decode(_ bytes: [UInt8]) -> [UInt8]? {
        Base64Alphabet.standard.decode(bytes.span)
    }
}
