import Encoding
import Foundation
import Testing

@Suite struct `AD-13 hostile JSON` {
    static let seeds = [
        #"{"alg":"ES256","kid":"k-1","typ":"JWT","crit":["b64"]}"#,
        #"{"iss":"https://a.example","aud":["x","y"],"exp":1700000000,"iat":1.7e9,"jti":"\u00e9\ud83d\ude00\n","nbf":-9223372036854775808}"#,
        #"[[[{"a":{"b":[1,2.5e-3,null,true,false,"\\\"/"]}}]], {"é€😀" : 0, "m":{"1":1,"2":2,"3":3,"4":4,"5":5,"6":6,"7":7,"8":8,"9":9}}]"#,
    ]

    @Test(arguments: zip(seeds, [1, 2, 3] as [UInt64]))
    func `20,000 mutated texts never trap; what is accepted survives a round trip and is JSON for Foundation too`(
        text: String, seed: UInt64
    ) throws {
        var random = SeededGenerator(seed: seed)
        let alphabet = Array("{}[]:,\"\\u0019eE+-.dD8 tfn\n\u{0}".utf8)
        var accepted = 0
        for _ in 0..<20_000 {
            let bytes = random.mutate(Array(text.utf8), from: alphabet)
            guard let value = try? JSON(parsing: bytes) else { continue }
            accepted += 1
            #expect(try JSON(parsing: value.serialized()) == value)
            let foundation = try? JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed)
            #expect(foundation != nil, "\(String(decoding: bytes, as: UTF8.self))")
        }
        #expect((500..<19_500).contains(accepted))
    }

    @Test func `5,000 random byte strings never trap`() {
        var random = SeededGenerator(seed: 13)
        for _ in 0..<5_000 {
            let bytes = random.bytes(Int.random(in: 0...24, using: &random))
            if let value = try? JSON(parsing: bytes) { #expect((try? JSON(parsing: value.serialized())) == value) }
        }
    }

    @Test func `random values are written and read back`() throws {
        var random = SeededGenerator(seed: 8259)
        for _ in 0..<3_000 {
            let value = Self.value(depth: 4, &random)
            #expect(try JSON(parsing: value.serialized()) == value)
        }
    }

    /// Every prefix of a valid text is refused or is a value: the end of input is checked everywhere.
    @Test(arguments: seeds)
    func `a text cut anywhere is refused`(text: String) {
        let bytes = Array(text.utf8)
        for count in 0..<bytes.count {
            #expect(throws: JSONError.self) { try JSON(parsing: Array(bytes[..<count])) }
        }
    }

    private static func value(depth: Int, _ random: inout SeededGenerator) -> JSON {
        switch Int.random(in: 0..<(depth > 0 ? 8 : 6), using: &random) {
        case 0: return .null
        case 1: return .bool(Bool.random(using: &random))
        case 2: return .integer(Int64.random(in: .min ... .max, using: &random))
        case 3: return .number(Double.random(in: -1e6...1e6, using: &random))
        case 4, 5: return .string(text(&random))
        case 6: return .array((0..<Int.random(in: 0...5, using: &random)).map { _ in value(depth: depth - 1, &random) })
        default:
            let count = Int.random(in: 0...12, using: &random)
            return .object(JSONObject((0..<count).map { ("\($0)" + text(&random), value(depth: depth - 1, &random)) }))
        }
    }

    private static func text(_ random: inout SeededGenerator) -> String {
        var text = String.UnicodeScalarView()
        for _ in 0..<Int.random(in: 0...10, using: &random) {
            let limit: UInt32 = Bool.random(using: &random) ? 0x80 : 0x11_0000
            if let scalar = Unicode.Scalar(UInt32.random(in: 0..<limit, using: &random)) { text.append(scalar) }
        }
        return String(text)
    }
}
