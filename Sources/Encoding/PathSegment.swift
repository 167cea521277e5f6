/// Any text as one segment of a path: percent-encoded, or, where no path may carry it so, `~` and its base64url.
package enum PathSegment {
    package static func encode(_ text: String) -> String {
        isCarried(text) ? PercentEncoding.encode(text) : "~" + Base64URL.encode(Array(text.utf8))
    }

    /// The text of a segment that has been percent-decoded; nil for an escape that is none.
    package static func decode(_ segment: String) -> String? {
        guard segment.utf8.first == mark else { return segment }
        guard let octets = Base64URL.decode(String(segment.dropFirst())) else { return nil }
        return String(strictUTF8: octets)
    }

    /// Servers and what stands before them read an encoded slash, backslash or control character, and a dot segment, in
    /// more than one way, so our own refuses them (HT-01). What begins with the mark would read as an escape.
    private static func isCarried(_ text: String) -> Bool {
        guard let first = text.utf8.first, first != mark, text != ".", text != ".." else { return false }
        return text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F && $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "\\") }
    }

    private static let mark = UInt8(ascii: "~")
}
