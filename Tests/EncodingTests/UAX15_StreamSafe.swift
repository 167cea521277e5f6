import Encoding
import Testing

/// To hash or compare a `String` sorts a run of combining marks in quadratic time: 64 kB of them stop a thread for seconds.
@Suite struct `UAX #15 §13 Stream-Safe Text` {
    static let marks = ["\u{301}", "\u{323}", "\u{301}\u{323}", "\u{5B0}", "\u{3099}", "\u{1D165}"]

    static func run(_ count: Int, of marks: String) -> String {
        let scalars = Array(marks.unicodeScalars)
        var text = String.UnicodeScalarView()
        for index in 0..<count { text.append(scalars[index % scalars.count]) }
        return String(text)
    }

    @Test(arguments: marks, ["", "a", "é"])
    func `30 combining marks in a row are text, 31 are refused, wherever text comes in`(mark: String, base: String)
        throws
    {
        let kept = base + Self.run(30, of: mark) + "b" + Self.run(30, of: mark)
        let refused = base + Self.run(31, of: mark)
        #expect(String(strictUTF8: Array(kept.utf8))?.hasSameOctets(as: kept) == true)
        #expect(String(strictUTF8: Array(refused.utf8)) == nil)
        #expect(PercentEncoding.decode(PercentEncoding.encode(kept)) != nil)
        #expect(PercentEncoding.decode(PercentEncoding.encode(refused)) == nil)
        #expect(PercentEncoding.decode(refused) == nil)
        #expect(try FormParameters(parsing: Array("x=\(kept)".utf8))["x"]?.hasSameOctets(as: kept) == true)
        #expect(throws: FormError.notUTF8) { try FormParameters(parsing: Array("x=\(refused)".utf8)) }
        #expect(throws: FormError.notUTF8) { try FormParameters(parsing: Array("\(refused)=x".utf8)) }
        #expect(try JSON(parsing: Array("{\"\(kept)\":\"\(kept)\"}".utf8)).objectValue?.contains(kept) == true)
        #expect(throws: JSONError.self) { try JSON(parsing: Array("\"\(refused)\"".utf8)) }
        #expect(throws: JSONError.self) { try JSON(parsing: Array("{\"\(refused)\":1}".utf8)) }
    }

    @Test func `marks that come as escapes count like others`() {
        let escapes = String(repeating: #"\u0301"#, count: 31)
        #expect(throws: JSONError.self) { try JSON(parsing: Array("\"a\(escapes)\"".utf8)) }
    }

    @Test(arguments: ["Ægir Þór Œ", "Nguyễn Thị Ánh", "नमस्ते दुनिया", "ก่อนที่", "ʼń̂̃", "日本語🏳️‍🌈👩🏽‍⚕️", "שָׁלוֹם"])
    func `names of people are read`(name: String) {
        #expect(String(strictUTF8: Array(name.utf8))?.hasSameOctets(as: name) == true)
    }

    @Test(arguments: [
        ("", "", true), ("a", "a", true), ("a", "b", false), ("a", "aa", false), ("ab", "ac", false),
        ("\u{212A}", "K", false),
        ("a\u{301}\u{323}", "a\u{323}\u{301}", false),
        ("é€😀 and more than fifteen bytes", "é€😀 and more than fifteen bytes", true),
    ])
    func `octets are compared, not meaning`(left: String, right: String, same: Bool) {
        #expect(left.hasSameOctets(as: right) == same)
        #expect(right.hasSameOctets(as: left) == same)
    }
}
