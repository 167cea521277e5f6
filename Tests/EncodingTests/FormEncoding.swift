import Encoding
import Testing

private func parse(_ text: String, maximum: Int = 200) throws(FormError) -> FormParameters {
    try FormParameters(parsing: Array(text.utf8), maximum: maximum)
}

private func pairs(_ parameters: FormParameters) -> [String] {
    parameters.items.map { "\($0.name)→\($0.value)" }
}

@Suite struct `RFC 6749 Appendix B Form Encoding` {
    @Test(
        arguments: [
            ("", []), ("a=1", ["a→1"]), ("a=1&b=2", ["a→1", "b→2"]), ("a", ["a→"]), ("a=", ["a→"]), ("=1", ["→1"]),
            ("=", ["→"]),
            ("a==", ["a→="]), ("a=b=c", ["a→b=c"]), ("a=1&&b=2&", ["a→1", "b→2"]), ("&&&", []),
            ("a=x+y%20z", ["a→x y z"]),
            ("a=%2B%26%3D%25", ["a→+&=%"]), ("a+b=1", ["a b→1"]), ("%61%3d=1", ["a=→1"]), ("a=é", ["a→é"]),
            ("a=%C3%A9", ["a→é"]),
            ("b=2&a=1&b=3", ["b→2", "a→1", "b→3"]),
            ("scope=Observation.rs?category=a|b", ["scope→Observation.rs?category=a|b"]),
            ("a;b=1", ["a;b→1"]), ("a=1;b=2", ["a→1;b=2"]), ("a=%0D%0A", ["a→\r\n"]),
        ] as [(String, [String])])
    func `items are read in order, repeats and empty values kept`(text: String, expected: [String]) throws {
        #expect(pairs(try parse(text)) == expected)
    }

    @Test func `Appendix B: the specification's example`() throws {
        let parameters = FormParameters([("p", " %&+£€")])
        #expect(parameters.serialized() == "p=%20%25%26%2B%C2%A3%E2%82%AC")
        #expect(try parse("p=+%25%26%2B%C2%A3%E2%82%AC") == parameters)
    }

    @Test(arguments: [
        ("a=%", FormError.badPercentEncoding(name: "a")), ("a=%4", .badPercentEncoding(name: "a")),
        ("b=1&state=%zz&c=1", .badPercentEncoding(name: "state")), ("%=1", .badPercentEncoding(name: nil)),
        ("a%4=%zz", .badPercentEncoding(name: nil)), ("a=%FF", .notUTF8), ("%C0%AE=1", .notUTF8),
        ("a=%ED%A0%80", .notUTF8),
        ("a=%00", .nul), ("a%00=1", .nul), ("a=\u{0}", .nul), ("a=1&b=x%00y", .nul),
    ])
    func `a form that cannot be read is refused as a whole`(text: String, error: FormError) {
        #expect(throws: error) { try parse(text) }
    }

    @Test func `raw octets that are not UTF-8 are refused`() {
        #expect(throws: FormError.notUTF8) { try FormParameters(parsing: [0x61, 0x3D, 0xFF]) }
    }

    @Test func `HT-07: 200 items are read, 201 refused, empty segments not counted`() throws {
        let many = Array(repeating: "a=1", count: 200).joined(separator: "&&")
        #expect(try parse(many).items.count == 200)
        #expect(throws: FormError.tooManyItems) { try parse(many + "&b") }
        #expect(try parse("a&b", maximum: 2).items.count == 2)
        #expect(throws: FormError.tooManyItems) { try parse("a&b&c", maximum: 2) }
        #expect(throws: FormError.tooManyItems) { try parse("a", maximum: 0) }
    }
}

@Suite struct `RFC 6749 §3.1 Parameters` {
    @Test func `a parameter without a value counts as omitted`() throws {
        let parameters = try parse("state=&scope&state=x&state=y")
        #expect(parameters["state"] == "x")
        #expect(parameters["scope"] == nil)
        #expect(parameters["nonce"] == nil)
        #expect(parameters.values("state") == ["x", "y"])
        #expect(parameters.values("scope") == [])
    }

    @Test(
        arguments: [
            ("", nil), ("a=1&b=2", nil), ("a=1&a=1", "a"), ("a=1&b=2&b=3&a=4", "b"), ("a=1&a=", "a"), ("a&a", "a"),
            ("a=1&%61=2", "a"),
            ("a=1&A=1", nil),
        ] as [(String, String?)])
    func `a parameter included more than once is named, however it was spelled`(text: String, name: String?) throws {
        #expect(try parse(text).repeated == name)
    }

    @Test func `names are compared octet for octet: KELVIN SIGN is not K`() throws {
        let parameters = try parse("%E2%84%AAey=1")
        #expect(parameters["Key"] == nil)
        #expect(parameters.values("Key") == [])
        #expect(parameters["\u{212A}ey"] == "1")
        #expect(FormParameters([("K", "1")]) != FormParameters([("\u{212A}", "1")]))
    }

    @Test func `what is written is read back`() throws {
        var random = SeededGenerator(seed: 6749)
        let letters = Array("aé%&=+ |;/?#\r\n\u{1F9EA}~")
        for _ in 0..<2_000 {
            let items = (0..<Int.random(in: 0...5, using: &random)).map { _ in
                (
                    "n" + String(letters.shuffled(using: &random).prefix(3)),
                    String(letters.shuffled(using: &random).prefix(4))
                )
            }
            let parameters = FormParameters(items)
            #expect(try parse(parameters.serialized()) == parameters)
        }
    }

    @Test func `20,000 mutated forms never trap, and what is accepted survives a round trip`() {
        var random = SeededGenerator(seed: 200)
        let seed = Array(
            "grant_type=authorization_code&code=a%20b&redirect_uri=https%3A%2F%2Fx%2F&x=%C3%A9&scope=a+b".utf8)
        let alphabet = Array("%&=+0aF|\u{0}".utf8)
        var accepted = 0
        for _ in 0..<20_000 {
            guard let parameters = try? FormParameters(parsing: random.mutate(seed, from: alphabet)) else { continue }
            accepted += 1
            #expect((try? parse(parameters.serialized())) == parameters)
        }
        #expect((2_000..<18_000).contains(accepted))
    }
}
