/// Why a body or query was not read as a form.
package enum FormError: Error, Equatable {
    case tooManyItems
    /// `name` is nil when the name itself is what could not be decoded.
    case badPercentEncoding(name: String?)
    /// Not well-formed, or not stream-safe: see `String.init(strictUTF8:)`.
    case notUTF8
    case nul
}

/// application/x-www-form-urlencoded, RFC 6749 appendix B: order, repeats and empty values are kept.
package struct FormParameters: Sendable, Equatable {
    package struct Item: Sendable, Equatable {
        package let name: String
        package let value: String

        package init(name: String, value: String) {
            self.name = name
            self.value = value
        }

        package static func == (left: Item, right: Item) -> Bool {
            left.name.hasSameOctets(as: right.name) && left.value.hasSameOctets(as: right.value)
        }
    }

    package let items: [Item]

    package init(_ items: [(String, String)] = []) {
        self.items = items.map { Item(name: $0.0, value: $0.1) }
    }

    /// Reads a body or a query. '+' is a space; empty segments ("a=1&&b=2") are no items; characters that a
    /// careful client would have encoded ('|' and such) stand for themselves.
    package init(parsing bytes: [UInt8], maximum: Int = 200) throws(FormError) {
        var items: [Item] = []
        let span = bytes.span
        var start = 0
        var equals: Int?
        var isPlain = true
        var index = 0
        while index < span.count {
            let byte = span[index]
            if Self.isMark(byte) {
                switch byte {
                case 0: throw .nul
                case UInt8(ascii: "="): if equals == nil { equals = index }
                case UInt8(ascii: "&"):
                    try Self.append(span, start..<index, equals, isPlain, maximum, to: &items)
                    (start, equals, isPlain) = (index &+ 1, nil, true)
                default: isPlain = false
                }
            }
            index &+= 1
        }
        try Self.append(span, start..<span.count, equals, isPlain, maximum, to: &items)
        self.items = items
    }

    /// Whether an octet is one of NUL, `%`, `&`, `+` and `=`. One test for each octet, since bodies hold tokens of kilobytes.
    private static func isMark(_ byte: UInt8) -> Bool {
        // One bit for each of the five.
        let marks: UInt64 = 0x2000_0860_0000_0001
        return byte < 64 && marks & (1 &<< UInt64(byte)) != 0
    }

    /// One segment between two `&`; `isPlain` if nothing in it is encoded.
    private static func append(
        _ span: Span<UInt8>, _ range: Range<Int>, _ equals: Int?, _ isPlain: Bool, _ maximum: Int,
        to items: inout [Item]
    ) throws(FormError) {
        guard !range.isEmpty else { return }
        guard items.count < maximum else { throw .tooManyItems }
        let end = equals ?? range.upperBound
        let name = try decode(span.extracting(range.lowerBound..<end), isPlain, name: nil)
        let value = try decode(span.extracting(min(end + 1, range.upperBound)..<range.upperBound), isPlain, name: name)
        items.append(Item(name: name, value: value))
    }

    /// The first value that is not empty. RFC 6749 §3.1: a parameter without a value counts as omitted.
    package subscript(name: String) -> String? {
        items.first { !$0.value.isEmpty && $0.name.hasSameOctets(as: name) }?.value
    }

    /// All values that are not empty, in order.
    package func values(_ name: String) -> [String] {
        items.filter { !$0.value.isEmpty && $0.name.hasSameOctets(as: name) }.map(\.value)
    }

    /// The first name found a second time, empty values counted too; nil if there is none. RFC 6749 §3.1: parameters
    /// MUST NOT be included more than once. (Names that are canonically equivalent count as one: none of ours are.)
    package var repeated: String? {
        if items.count <= 8 {
            for index in items.indices where items[..<index].contains(where: { $0.name == items[index].name }) {
                return items[index].name
            }
            return nil
        }
        var seen: Set<String> = []
        return items.first { !seen.insert($0.name).inserted }?.name
    }

    /// Percent-encoded, a space as %20: right in a query and in a body.
    package func serialized() -> String {
        var bytes: [UInt8] = []
        for item in items {
            if !bytes.isEmpty { bytes.append(UInt8(ascii: "&")) }
            PercentEncoding.append(item.name, to: &bytes)
            bytes.append(UInt8(ascii: "="))
            PercentEncoding.append(item.value, to: &bytes)
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func decode(
        _ text: Span<UInt8>, _ isPlain: Bool, name: String?
    ) throws(FormError) -> String {
        if isPlain { return try string(text) }
        guard let bytes = PercentEncoding.decode(text, plusIsSpace: true) else {
            throw .badPercentEncoding(name: name)
        }
        guard !bytes.contains(0) else { throw .nul }
        return try string(bytes.span)
    }

    private static func string(_ bytes: Span<UInt8>) throws(FormError) -> String {
        guard let text = String(strictUTF8: bytes) else { throw .notUTF8 }
        return text
    }
}
