import Encoding
import JOSE
import Testing

@Suite struct `TK-11 strict JOSE parsing` {
    private static let header = "eyJhbGciOiJFUzI1NiJ9"

    @Test(arguments: [
        "", ".", "..", "...", "a", "e30.e30", "e30.e30.AQ", "\(header)", "\(header).", "\(header).e30",
        "\(header).e30.AQ.",
        ".\(header).e30.AQ", "\(header).e30.AQ.AQ", "\(header).e30.AQ.AQ.AQ", "\(header)..e30.AQ", ".e30.AQ",
    ])
    func `a header and exactly three parts`(text: String) {
        #expect(throws: JOSEError.self) { try JWS(compact: Array(text.utf8)) }
    }

    @Test(arguments: [
        "\(header)=.e30.AQ", "\(header).e30=.AQ", "\(header).e30.AQ==", " \(header).e30.AQ", "\(header).e30.AQ ",
        "\(header).e30.AQ\n", "\(header). e30.AQ", "\(header).e3 0.AQ", "\(header).e3\u{0}0.AQ", "\(header).e30.A+",
        "\(header).e30.A/", "\(header).e30.A", "\(header).e.AQ", "\(header).e30.AR", "\(header).e31.AQ",
        "\(header)A.e30.AQ",
        "\(header).e30.\u{e9}A", "\(header).ｅ30.AQ",
    ])
    func `base64url without padding, spaces or a tail that is not canonical`(text: String) {
        #expect(throws: JOSEError.self) { try JWS(compact: Array(text.utf8)) }
    }

    @Test(arguments: [
        "", "null", "[]", "\"alg\"", "1", "{", "{\"alg\":\"ES256\"", "{\"alg\":\"ES256\"} ,", "{\"alg\":\"ES256\"}{}",
        "{\"alg\":\"ES256\",}", "{'alg':'ES256'}", "\u{feff}{\"alg\":\"ES256\"}",
        "{\"alg\":\"ES256\",\"x\":\"\\ud800\"}",
        "{\"alg\":\"none\",\"alg\":\"ES256\"}", "{\"alg\":\"ES256\",\"\\u0061lg\":\"none\"}",
        "{\"alg\":\"ES256\",\"kid\":\"a\",\"kid\":\"a\"}", "{\"alg\":\"ES256\",\"x\":{\"a\":1,\"a\":1}}",
        "{\"alg\":\"ES256\",\"x\":1e999}",
    ])
    func `one JSON object without duplicate names`(header: String) {
        #expect(outcome { () throws(JOSEError) in _ = try JWS(compact: JWS.text(header: header)) } == "malformed")
    }

    @Test func `a header that is not UTF-8 is refused`() {
        let header = Array(#"{"alg":"ES256","x":""#.utf8) + [0xff] + Array(#""}"#.utf8)
        let text = Base64URL.encode(header) + ".e30.AQ"
        #expect(throws: JOSEError.self) { try JWS(compact: Array(text.utf8)) }
    }

    @Test(arguments: [
        #"{}"#: "missing", #"{"alg":1}"#: "malformed", #"{"alg":null}"#: "malformed",
        #"{"alg":["ES256"]}"#: "malformed",
        #"{"alg":"ES256","kid":1}"#: "malformed", #"{"alg":"ES256","kid":null}"#: "malformed",
        #"{"alg":"ES256","typ":true}"#: "malformed", #"{"alg":"ES256","cty":{}}"#: "malformed",
        #"{"alg":"ES256","kid":"k","typ":"JWT","unknown":[1]}"#: "valid",
    ])
    func `members of the header have their types`(header: String, expectation: String) {
        #expect(outcome { () throws(JOSEError) in _ = try JWS(compact: JWS.text(header: header)) } == expectation)
    }

    @Test(arguments: [(31, "valid"), (32, "malformed"), (1000, "malformed")])
    func `the header's depth is at most 32`(depth: Int, expectation: String) {
        let nested = String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        let header = "{\"alg\":\"ES256\",\"x\":\(nested)}"
        #expect(outcome { () throws(JOSEError) in _ = try JWS(compact: JWS.text(header: header)) } == expectation)
    }

    @Test(arguments: [(16_384, "valid"), (16_385, "malformed")])
    func `the size is at most 16 kB`(size: Int, expectation: String) {
        let start = Array("\(Self.header).".utf8)
        let payload = [UInt8](repeating: UInt8(ascii: "A"), count: size - start.count - 3)
        let text = start + payload + Array(".AQ".utf8)
        // Of every four lengths of base64url, one cannot be: then the tail moves into the signature.
        let fitting = payload.count % 4 == 1 ? start + payload.dropLast(2) + Array(".AAAA".utf8) : text
        #expect(fitting.count == size)
        #expect(outcome { () throws(JOSEError) in _ = try JWS(compact: fitting) } == expectation)
    }

    @Test func `a text of dots is refused at once`() {
        let dots = [UInt8](repeating: UInt8(ascii: "."), count: 16_384)
        #expect(throws: JOSEError.malformed("more than three parts")) { try JWS(compact: dots) }
        #expect(throws: JOSEError.self) { try JWS(compact: [UInt8](repeating: UInt8(ascii: "."), count: 1 << 24)) }
    }
}
