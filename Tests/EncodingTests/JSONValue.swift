import Encoding
import Testing

@Suite struct `JSON values and objects` {
    let value: JSON = [
        "s": "t", "i": 7, "b": true, "a": ["x", "y"], "m": ["x", 1], "o": ["k": .null], "n": .number(1.5),
    ]

    @Test func `each accessor answers for its own kind only`() {
        #expect(value["s"]?.stringValue == "t")
        #expect(value["i"]?.integerValue == 7)
        #expect(value["b"]?.boolValue == true)
        #expect(value["a"]?.arrayValue?.count == 2)
        #expect(value["o"]?.objectValue?.contains("k") == true)
        #expect(value["o"]?["k"]?.isNull == true)
        #expect(value["i"]?.stringValue == nil)
        #expect(value["s"]?.integerValue == nil)
        #expect(value["i"]?.boolValue == nil)
        #expect(value["n"]?.integerValue == nil)
        #expect(value["s"]?["k"] == nil)
        #expect(value["missing"] == nil)
    }

    @Test func `strings answers only for arrays of strings`() {
        #expect(value["a"]?.strings == ["x", "y"])
        #expect(value["m"]?.strings == nil)
        #expect(value["s"]?.strings == nil)
        #expect(([] as JSON).strings == [])
    }

    @Test func `a member is set in place, appended, removed`() {
        var object: JSONObject = ["a": 1, "b": 2]
        object["a"] = 3
        object["c"] = "x"
        #expect(JSON.object(object).text == #"{"a":3,"b":2,"c":"x"}"#)
        object["b"] = nil
        object["missing"] = nil
        #expect(object.names == ["a", "c"])
        #expect(!object.isEmpty && JSONObject().isEmpty)
        #expect(object.contains("c") && !object.contains("b"))
    }

    @Test func `TK-11: names and strings are compared octet for octet`() throws {
        let object = try #require(try JSON(parsing: Array("{\"\u{212A}\":\"e\u{301}\"}".utf8)).objectValue)
        #expect(object["K"] == nil && !object.contains("K"))
        #expect(object["\u{212A}"] != .string("\u{E9}"))
        #expect(object["\u{212A}"] == .string("e\u{301}"))
    }

    @Test func `order and kind count in a comparison`() {
        #expect((["a": 1, "b": 2] as JSON) != ["b": 2, "a": 1])
        #expect(JSON.integer(1) != .number(1))
        #expect(JSON.null != false)
    }
}

@Suite struct `JSON writing` {
    @Test func `every control character, the quote and the backslash are escaped, and nothing else`() throws {
        let short = [8: "\\b", 9: "\\t", 10: "\\n", 12: "\\f", 13: "\\r", 34: "\\\"", 92: "\\\\"]
        for code in UInt8(0)...127 {
            let plain = String(Unicode.Scalar(code))
            let expected =
                short[Int(code)]
                ?? (code < 32 ? "\\u00\(code < 16 ? "0" : "")" + String(code, radix: 16, uppercase: true) : plain)
            #expect(JSON.string(plain).text == "\"\(expected)\"")
            #expect(JSON.string("é\(plain)<").text == "\"é\(expected)<\"")
        }
        #expect(JSON.string("/<é\u{2028}😀").text == "\"/<é\u{2028}😀\"")
    }

    @Test(arguments: [
        (0.0, "0.0"), (-0.5, "-0.5"), (1e308, "1e+308"), (.leastNonzeroMagnitude, "5e-324"), (1e16, "1e+16"),
        (.infinity, "null"),
        (-.infinity, "null"),
        (.nan, "null"), (-.nan, "null"), (.signalingNaN, "null"),
    ])
    func `a number is written as JSON, one that is not finite as null`(value: Double, text: String) {
        #expect(JSON.number(value).text == text)
    }

    @Test func `10,000 random numbers are valid JSON and come back bit for bit`() throws {
        var random = SeededGenerator(seed: 16)
        for _ in 0..<10_000 {
            let number = Double(bitPattern: random.next())
            guard number.isFinite else { continue }
            guard case .number(let read) = try JSON(parsing: JSON.number(number).serialized()) else {
                Issue.record("\(number) came back as something else")
                continue
            }
            #expect(read.bitPattern == number.bitPattern)
        }
    }

    @Test(arguments: [(0, "0"), (-1, "-1"), (Int64.max, "9223372036854775807"), (.min, "-9223372036854775808")])
    func `an integer is written in full`(value: Int64, text: String) {
        #expect(JSON.integer(value).text == text)
    }

    @Test func `the writer puts the commas`() {
        var writer = JSONWriter()
        writer.beginObject()
        writer.name("a")
        writer.beginArray()
        writer.endArray()
        writer.name("b")
        writer.beginArray()
        writer.integer(1)
        writer.beginObject()
        writer.endObject()
        writer.string("x\"y")
        writer.bool(false)
        writer.null()
        writer.endArray()
        writer.name("c\n")
        writer.value(["k": [true, .null]])
        writer.name("d")
        writer.raw(Array("{\"r\":1}".utf8))
        writer.name("e")
        writer.number(0.5)
        writer.endObject()
        let expected = #"{"a":[],"b":[1,{},"x\"y",false,null],"c\n":{"k":[true,null]},"d":{"r":1},"e":0.5}"#
        #expect(String(decoding: writer.bytes, as: UTF8.self) == expected)
    }
}
