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
        items.reserveCapacity(8)
        let span = bytes.span
        var start = 0
        while start < span.count {
            let end = span.firstIndex(of: UInt8(ascii: "&"), from: start) ?? span.count
            if end > start {
                guard items.count < maximum else { throw .tooManyItems }
                items.append(try Self.item(span.extracting(start..<end)))
            }
            start = end &+ 1
        }
        self.items = items
    }

    /// One segment between two `&`.
    private static func item(_ segment: Span<UInt8>) throws(FormError) -> Item {
        let end = segment.firstIndex(of: UInt8(ascii: "=")) ?? segment.count
        let name = try decode(segment.extracting(0..<end), name: nil)
        let value = try decode(segment.extracting(min(end + 1, segment.count)..<segment.count), name: name)
        return Item(name: name, value: value)
    }

    /// The first value that is not empty. RFC 6749 §3.1: a parameter without a value counts as omitted.
    package subscript(name: String) -> String? {
        let name = name.utf8.span
        for index in items.indices where items[index].name.utf8.span.hasSameOctets(as: name) {
            let value = items[index].value
            if !value.isEmpty { return value }
        }
        return nil
    }

    /// All values that are not empty, in order.
    package func values(_ name: String) -> [String] { allValues(name).filter { !$0.isEmpty } }

    /// All values, the empty ones too, in order.
    package func allValues(_ name: String) -> [String] {
        var values: [String] = []
        for index in items.indices where items[index].name.hasSameOctets(as: name) {
            values.append(items[index].value)
        }
        return values
    }

    /// All but the parameters of that name.
    package func without(_ name: String) -> FormParameters {
        FormParameters(items.filter { !$0.name.hasSameOctets(as: name) }.map { ($0.name, $0.value) })
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

    private static func decode(_ text: Span<UInt8>, name: String?) throws(FormError) -> String {
        guard text.contains(UInt8(ascii: "%")) || text.contains(UInt8(ascii: "+")) else { return try string(text) }
        guard let bytes = PercentEncoding.decode(text, plusIsSpace: true) else {
            throw .badPercentEncoding(name: name)
        }
        return try string(bytes.span)
    }

    private static func string(_ bytes: Span<UInt8>) throws(FormError) -> String {
        guard !bytes.contains(0) else { throw .nul }
        guard let text = String(strictUTF8: bytes) else { throw .notUTF8 }
        return text
    }
}
