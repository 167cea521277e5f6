import Encoding
import Testing

@Suite struct `RFC 3986 §2.1 Percent-Encoding` {
    @Test(arguments: [
        ("", ""), ("AZaz09-._~", "AZaz09-._~"), (" ", "%20"), ("+", "%2B"), ("a/b?c=d&e", "a%2Fb%3Fc%3Dd%26e"),
        ("%", "%25"),
        ("é", "%C3%A9"), ("🩺", "%F0%9F%A9%BA"), ("\u{0}", "%00"), ("\r\n", "%0D%0A"), ("|", "%7C"),
        ("http://a:1", "http%3A%2F%2Fa%3A1"),
    ])
    func `all but the unreserved characters are written as %XX, and read back`(plain: String, encoded: String) {
        #expect(PercentEncoding.encode(plain) == encoded)
        #expect(PercentEncoding.decode(encoded) == plain)
    }

    @Test func `both cases of the digits are read, and + is itself`() {
        #expect(PercentEncoding.decode("%c3%A9+%2b") == "é++")
    }

    @Test(arguments: ["%", "%4", "a%", "a%4", "%4g", "%g4", "%%41", "% 41", "%+1", "%-1", "%u0041", "%4\u{E9}"])
    func `a percent sign without two hexadecimal digits is refused`(text: String) {
        #expect(PercentEncoding.decode(text) == nil)
        #expect(PercentEncoding.decodeBytes(Array(text.utf8)) == nil)
    }

    @Test(arguments: ["%FF", "%C3", "%C3%28", "%C0%AF", "%E0%80%AF", "%ED%A0%80", "%F4%90%80%80", "%80", "a%A9"])
    func `octets that are not UTF-8 are refused as text, kept as bytes`(text: String) {
        #expect(PercentEncoding.decode(text) == nil)
        #expect(PercentEncoding.decodeBytes(Array(text.utf8)) != nil)
    }

    @Test(arguments: 0...127)
    func `every ASCII character comes back`(code: UInt8) {
        let text = "<\(Unicode.Scalar(code))>"
        #expect(PercentEncoding.decode(PercentEncoding.encode(text)) == text)
    }
}
