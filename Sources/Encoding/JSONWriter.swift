/// Writes JSON straight into bytes. The caller's calls give the structure; the commas are put here.
package struct JSONWriter {
    package private(set) var bytes: [UInt8] = []
    private var needsComma = false

    /// What is small enough for the allocator's quick lists, which end at 1032 octets with the array's own header.
    package init() { bytes.reserveCapacity(992) }

    /// Goes on behind octets that are no complete value yet: the next value comes right after them.
    package init(after octets: consuming [UInt8]) { bytes = octets }

    package mutating func beginObject() { open(UInt8(ascii: "{")) }
    package mutating func endObject() { close(UInt8(ascii: "}")) }
    package mutating func beginArray() { open(UInt8(ascii: "[")) }
    package mutating func endArray() { close(UInt8(ascii: "]")) }

    package mutating func name(_ name: String) {
        beginValue()
        appendQuoted(name)
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }

    package mutating func string(_ text: String) {
        beginValue()
        appendQuoted(text)
    }

    package mutating func integer(_ value: Int64) {
        beginValue()
        if value < 0 { bytes.append(UInt8(ascii: "-")) }
        appendDigits(value.magnitude)
    }

    /// JSON has no infinity and no NaN: both are written as null.
    package mutating func number(_ value: Double) {
        beginValue()
        append(value.isFinite ? value.description : "null")
    }

    package mutating func bool(_ value: Bool) {
        beginValue()
        append(value ? "true" : "false")
    }

    package mutating func null() {
        beginValue()
        append("null")
    }

    /// Bytes that are one JSON value already.
    package mutating func raw(_ json: [UInt8]) {
        beginValue()
        bytes += json
    }

    package mutating func value(_ value: JSON) {
        switch value {
        case .null: null()
        case .bool(let value): bool(value)
        case .integer(let value): integer(value)
        case .number(let value): number(value)
        case .string(let text): string(text)
        case .array(let elements):
            beginArray()
            for element in elements { self.value(element) }
            endArray()
        case .object(let object):
            beginObject()
            members(of: object)
            endObject()
        }
    }

    /// Its members, in an object that is begun.
    package mutating func members(of object: JSONObject) {
        for member in object.members {
            name(member.name)
            value(member.value)
        }
    }

    private mutating func appendDigits(_ value: UInt64) {
        if value >= 10 { appendDigits(value / 10) }
        bytes.append(UInt8(ascii: "0") + UInt8(value % 10))
    }

    private mutating func beginValue() {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
        needsComma = true
    }

    private mutating func append(_ ascii: String) { bytes.append(contentsOf: ascii.utf8) }

    private mutating func open(_ bracket: UInt8) {
        beginValue()
        bytes.append(bracket)
        needsComma = false
    }

    private mutating func close(_ bracket: UInt8) {
        bytes.append(bracket)
        needsComma = true
    }

    /// RFC 8259 §7: what must be escaped is, nothing else.
    private mutating func appendQuoted(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        let octets = text.utf8.span
        if octets.endOfPlainText() == octets.count {
            bytes.append(contentsOf: text.utf8)
        } else {
            appendEscaped(octets)
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private mutating func appendEscaped(_ text: Span<UInt8>) {
        for index in text.indices {
            let byte = text[index]
            if byte.isPlainText { bytes.append(byte) } else { bytes += Self.escape(byte) }
        }
    }

    private static func escape(_ byte: UInt8) -> [UInt8] {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): [UInt8(ascii: "\\"), byte]
        case 0x08: Array("\\b".utf8)
        case 0x09: Array("\\t".utf8)
        case 0x0A: Array("\\n".utf8)
        case 0x0C: Array("\\f".utf8)
        case 0x0D: Array("\\r".utf8)
        default: Array("\\u00".utf8) + [Hexadecimal.digit(byte >> 4), Hexadecimal.digit(byte)]
        }
    }
}
