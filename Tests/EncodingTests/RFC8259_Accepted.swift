import Encoding
import Testing

private func parse(_ text: String) throws(JSONError) -> JSON { try JSON(parsing: Array(text.utf8)) }

@Suite struct `RFC 8259 texts that are JSON` {
    @Test(
        arguments: [
            ("null", .null), ("true", true), ("false", false), ("0", 0), ("-0", 0), ("1", 1), ("-1", -1), ("\"\"", ""),
            ("[]", []), ("{}", [:]),
            (" \t\r\n1 \t\r\n", 1), ("[ ]", []), ("{ }", [:]), ("[[]]", [[]]), ("[1,2,3]", [1, 2, 3]),
            ("[ 1 , 2 ]", [1, 2]),
            ("{\"a\":1}", ["a": 1]), ("{ \"a\" : 1 , \"b\" : [ ] }", ["a": 1, "b": []]), ("{\"\":0}", ["": 0]),
            ("{\"a\":{\"a\":{}}}", ["a": ["a": [:]]]),
            ("{\"a\":1,\"A\":2}", ["a": 1, "A": 2]), ("{\"a\":null}", ["a": .null]),
            ("[null,1,\"1\",true]", [.null, 1, "1", true]),
        ] as [(String, JSON)])
    func `the value is read`(text: String, value: JSON) throws {
        #expect(try parse(text) == value)
    }

    @Test(arguments: [
        (#""abc""#, "abc"), (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{C}\n\r\t"), (#""\u0041\u00e9\u20AC""#, "Aé€"),
        (#""\uD83D\uDE00""#, "😀"), (#""\ud834\udd1e""#, "𝄞"), (#""\uDBFF\uDFFF""#, "\u{10FFFF}"),
        (#""\u0000""#, "\u{0}"), (#""\uFFFF""#, "\u{FFFF}"),
        (#""\uD7FF\uE000""#, "\u{D7FF}\u{E000}"), ("\"é€😀\"", "é€😀"), ("\"\u{7F}\"", "\u{7F}"),
        ("\"\u{2028}\u{2029}\"", "\u{2028}\u{2029}"),
        ("\"\u{FEFF}\"", "\u{FEFF}"), (#""\\u0041""#, "\\u0041"), (#""a\nb\nc""#, "a\nb\nc"), (#""é\n€""#, "é\n€"),
        ("\"\u{10FFFF}\"", "\u{10FFFF}"),
        (#""\\""#, "\\"), (#""\"""#, "\""), ("\"/\"", "/"), ("\"'\"", "'"), ("\"e\u{301}\"", "e\u{301}"),
    ])
    func `the string is read, octet for octet`(text: String, expected: String) throws {
        let value = try #require(try parse(text).stringValue)
        #expect(Array(value.utf8) == Array(expected.utf8))
    }

    @Test(arguments: [
        ("9223372036854775807", Int64.max), ("-9223372036854775808", .min), ("10", 10), ("-10", -10),
        ("1700000000", 1_700_000_000),
        ("9007199254740993", 9_007_199_254_740_993),
    ])
    func `an integer of 64 bits is read exactly`(text: String, value: Int64) throws {
        #expect(try parse(text).integerValue == value)
    }

    @Test(arguments: [
        ("9223372036854775808", 0x1p63), ("-9223372036854775809", -0x1p63), ("18446744073709551616", 0x1p64),
        ("1e308", 1e308),
        ("-1e308", -1e308), ("1.7976931348623157e308", .greatestFiniteMagnitude), ("1.0", 1), ("1e0", 1), ("1E+2", 100),
        ("1e-2", 0.01),
        ("0.5", 0.5), ("-0.5", -0.5), ("0e5", 0), ("1e-400", 0), ("0e99999999999999999999", 0), ("123.456e-1", 12.3456),
        ("5e-324", .leastNonzeroMagnitude),
        ("0.00000000000000000000000000000000000001", 1e-38),
    ])
    func `TK-16: any other finite number is a number, never an integer`(text: String, value: Double) throws {
        #expect(try parse(text) == .number(value))
        #expect(try parse(text).integerValue == nil)
    }

    @Test(arguments: [1, 31, 32])
    func `TK-11: nesting up to 32 is read`(depth: Int) throws {
        _ = try parse(String(repeating: "[", count: depth) + String(repeating: "]", count: depth))
        _ = try parse(String(repeating: "{\"a\":", count: depth) + "1" + String(repeating: "}", count: depth))
    }

    @Test(arguments: [33, 34, 100_000])
    func `TK-11: nesting beyond 32 is refused, closed or not`(depth: Int) {
        let arrays = String(repeating: "[", count: depth)
        let error = #expect(throws: JSONError.self) { try parse(arrays) }
        #expect(error?.reason == "nested too deeply")
        #expect(throws: JSONError.self) { try parse(arrays + String(repeating: "]", count: depth)) }
        #expect(throws: JSONError.self) {
            try parse(String(repeating: "{\"a\":", count: depth) + "1" + String(repeating: "}", count: depth))
        }
    }

    @Test func `siblings do not add up to depth`() throws {
        let row = Array(repeating: "[[{}]]", count: 500).joined(separator: ",")
        #expect(try JSON(parsing: Array("[\(row)]".utf8), maximumDepth: 4).arrayValue?.count == 500)
        #expect(throws: JSONError.self) { try JSON(parsing: Array("[\(row)]".utf8), maximumDepth: 3) }
    }

    @Test func `members keep their order`() throws {
        let object = try #require(try parse("{\"z\":1,\"a\":2,\"m\":3}").objectValue)
        #expect(object.names == ["z", "a", "m"])
    }
}
