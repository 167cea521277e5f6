/// Percent-encoding of URI components, RFC 3986 §2.1.
package enum PercentEncoding {
    /// Keeps the unreserved characters (RFC 3986 §2.3), writes every other octet of the UTF-8 as %XX.
    package static func encode(_ text: String) -> String {
        var bytes: [UInt8] = []
        append(text, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Nil for a '%' that two hexadecimal digits do not follow, and for octets that are not UTF-8. '+' is itself.
    package static func decode(_ text: String) -> String? {
        guard let bytes = decode(text.utf8.span, plusIsSpace: false) else { return nil }
        return String(strictUTF8: bytes)
    }

    package static func decodeBytes(_ bytes: [UInt8]) -> [UInt8]? {
        decode(bytes.span, plusIsSpace: false)
    }

    static func append(_ text: String, to bytes: inout [UInt8]) {
        let text = text.utf8.span
        for index in text.indices {
            let byte = text[index]
            if isUnreserved(byte) {
                bytes.append(byte)
            } else {
                bytes.append(UInt8(ascii: "%"))
                bytes.append(Hexadecimal.digit(byte >> 4))
                bytes.append(Hexadecimal.digit(byte))
            }
        }
    }

    static func decode(_ text: Span<UInt8>, plusIsSpace: Bool) -> [UInt8]? {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count)
        var index = 0
        while index < text.count {
            let byte = text[index]
            index += 1
            switch byte {
            case UInt8(ascii: "%"):
                guard index + 1 < text.count, let high = Hexadecimal.value(text[index]),
                    let low = Hexadecimal.value(text[index + 1])
                else { return nil }
                bytes.append(high << 4 | low)
                index += 2
            case UInt8(ascii: "+") where plusIsSpace: bytes.append(UInt8(ascii: " "))
            default: bytes.append(byte)
            }
        }
        return bytes
    }

    private static func isUnreserved(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: "~"):
            true
        default: false
        }
    }
}
