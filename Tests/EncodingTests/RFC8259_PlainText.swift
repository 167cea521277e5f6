import Encoding
import Testing

/// Runs of plain text are looked at eight octets at a time, the last ones overlapping: each length that ends differently, and each
/// place in it.
@Suite struct `RFC 8259 §7 what stands for itself in a string` {
    /// Around one character, so many others.
    private static let surroundings = (0...18).flatMap { before in (0...18).map { after in (before, after) } }

    private func text(_ character: Character, _ before: Int, _ after: Int) -> String {
        String(repeating: "a", count: before) + String(character) + String(repeating: "z", count: after)
    }

    /// As JSON has it; nil where it stands for itself.
    private func escaped(_ scalar: Unicode.Scalar) -> String? {
        switch scalar {
        case "\"": return "\\\""
        case "\\": return "\\\\"
        case "\u{8}": return "\\b"
        case "\t": return "\\t"
        case "\n": return "\\n"
        case "\u{C}": return "\\f"
        case "\r": return "\\r"
        default:
            guard scalar.value < 0x20 else { return nil }
            let digits = String(scalar.value, radix: 16, uppercase: true)
            return "\\u00" + (digits.count == 1 ? "0" : "") + digits
        }
    }

    @Test func `every ASCII character is written as it must be, and read back, wherever it stands`() throws {
        for value in UInt8(0)..<0x80 {
            let scalar = Unicode.Scalar(value)
            for (before, after) in Self.surroundings {
                let text = text(Character(scalar), before, after)
                let middle = escaped(scalar) ?? String(scalar)
                let expected =
                    "\"" + String(repeating: "a", count: before) + middle + String(repeating: "z", count: after) + "\""
                let written = JSON.string(text).serialized()
                guard written.elementsEqual(expected.utf8) else {
                    Issue.record(
                        "\(value) after \(before) and before \(after): \(String(decoding: written, as: UTF8.self))")
                    return
                }
                #expect(try JSON(parsing: written).stringValue?.utf8.elementsEqual(text.utf8) == true)
            }
        }
    }

    @Test(arguments: ["é", "€", "😀", "\u{80}", "\u{FF}", "\u{10FFFF}"] as [Character])
    func `what is not ASCII stands for itself, wherever it stands`(character: Character) throws {
        for (before, after) in Self.surroundings {
            let text = text(character, before, after)
            let written = JSON.string(text).serialized()
            #expect(written.elementsEqual("\"\(text)\"".utf8), "after \(before) and before \(after)")
            #expect(try JSON(parsing: written).stringValue?.utf8.elementsEqual(text.utf8) == true)
        }
    }

    @Test func `a control character that is not escaped is found where it stands`() {
        for value in UInt8(0)..<0x20 {
            for (before, after) in Self.surroundings {
                let text = Array("\"\(text(Character(Unicode.Scalar(value)), before, after))\"".utf8)
                let error = #expect(throws: JSONError.self) { try JSON(parsing: text) }
                guard error?.offset == before + 1 else {
                    Issue.record("\(value) after \(before) and before \(after): \(String(describing: error))")
                    return
                }
            }
        }
    }

    @Test func `a string ends at its first quote, wherever that stands`() {
        for (before, after) in Self.surroundings {
            let text = Array(
                "[\"\(String(repeating: "a", count: before))\",\"\(String(repeating: "z", count: after))\"]".utf8)
            let strings = try? JSON(parsing: text).strings
            #expect(strings?.map(\.utf8.count) == [before, after])
        }
    }
}
