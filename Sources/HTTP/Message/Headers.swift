import Encoding

/// The fields of one message: the octets as they came, and where each name and value lies in them. A `String` is made
/// only for a value that is asked for.
package struct Headers: Sendable {
    /// Where one field lies. 32 bits are plenty: a head has at most some tens of kB.
    struct Field: Sendable {
        let nameStart: UInt32
        let nameEnd: UInt32
        let valueStart: UInt32
        let valueEnd: UInt32

        init(name: Range<Int>, value: Range<Int>) {
            nameStart = UInt32(truncatingIfNeeded: name.lowerBound)
            nameEnd = UInt32(truncatingIfNeeded: name.upperBound)
            valueStart = UInt32(truncatingIfNeeded: value.lowerBound)
            valueEnd = UInt32(truncatingIfNeeded: value.upperBound)
        }

        var name: Range<Int> { Int(nameStart)..<Int(nameEnd) }
        var value: Range<Int> { Int(valueStart)..<Int(valueEnd) }
    }

    private let octets: [UInt8]
    private let fields: [Field]

    /// The fields found in a head.
    init(octets: [UInt8], fields: [Field]) {
        self.octets = octets
        self.fields = fields
    }

    /// Fields made by hand, for in-process requests.
    package init(_ fields: [(String, String)] = []) {
        var octets: [UInt8] = []
        var ranges: [Field] = []
        for (name, value) in fields {
            let start = octets.count
            octets.append(contentsOf: name.utf8)
            let middle = octets.count
            octets.append(contentsOf: value.utf8)
            ranges.append(Field(name: start..<middle, value: middle..<octets.count))
        }
        self.init(octets: octets, fields: ranges)
    }

    /// The value of the first field of that name, whatever its letter case.
    package subscript(_ name: String) -> String? {
        first(name).map(text)
    }

    /// The octets of the first field of that name, whatever its letter case; no text is made of them.
    package func octets(_ name: String) -> ArraySlice<UInt8>? {
        first(name).map { octets[$0] }
    }

    /// Whether the first field of that name has just these octets.
    package func has(_ name: String, equalTo value: String) -> Bool {
        guard let octets = octets(name) else { return false }
        return octets.span.hasSameOctets(as: value.utf8.span)
    }

    /// The values of all fields of that name, in order.
    package func values(_ name: String) -> [String] {
        let name = name.utf8.span
        var values: [String] = []
        for field in fields where matches(field, name) { values.append(text(field.value)) }
        return values
    }

    /// Whether more than one field has that name.
    package func isRepeated(_ name: String) -> Bool {
        let name = name.utf8.span
        var isFound = false
        for field in fields where matches(field, name) {
            if isFound { return true }
            isFound = true
        }
        return false
    }

    /// Every field, in order, names as they were written.
    package var all: [(name: String, value: String)] {
        fields.map { (name: text($0.name), value: text($0.value)) }
    }

    /// Where the value of the first field of that name lies.
    private func first(_ name: String) -> Range<Int>? {
        let name = name.utf8.span
        for field in fields where matches(field, name) { return field.value }
        return nil
    }

    private func matches(_ field: Field, _ name: Span<UInt8>) -> Bool {
        guard field.name.count == name.count else { return false }
        for index in name.indices
        where octets[field.name.lowerBound &+ index].lowercased != name[index].lowercased { return false }
        return true
    }

    /// UTF-8 where it is UTF-8; else each octet is a character of ISO 8859-1, what RFC 9110 §5.5 calls the historic
    /// meaning. Nothing is repaired or lost.
    private func text(_ range: Range<Int>) -> String {
        let slice = octets[range]
        if let text = String(validating: slice, as: UTF8.self) { return text }
        return String(String.UnicodeScalarView(slice.map { Unicode.Scalar($0) }))
    }
}
