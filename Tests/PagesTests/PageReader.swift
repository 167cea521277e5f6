/// Reads a page the way a browser does, and refuses what a browser would only guess at: an attribute without quotes,
/// a stray `<`, a tag that is not closed.
struct PageReader {
    struct Element {
        let name: String
        let attributes: [(name: String, value: String)]
        fileprivate var content: [UInt8] = []

        /// The text inside, without markup.
        var text: String { PageReader.decoded(content[...]) }

        subscript(_ name: String) -> String? { attributes.first { $0.name == name }?.value }
        func has(_ name: String) -> Bool { attributes.contains { $0.name == name } }

        /// What must be the same whatever texts are put into a page.
        var shape: String { ([name] + attributes.map(\.name)).joined(separator: " ") }
    }

    struct Malformed: Error, CustomStringConvertible {
        let description: String
    }

    private(set) var elements: [Element] = []
    private var open: [Int] = []
    private let bytes: [UInt8]
    private var position = 0

    private static let void: Set<String> = ["meta", "link", "input", "img", "path", "rect"]

    init(_ bytes: [UInt8]) throws {
        self.bytes = bytes
        guard take("<!doctype html>\n") else { throw Malformed(description: "no doctype") }
        while position < bytes.count {
            if take("</") { try close() } else if take("<") { try openElement() } else { readText() }
        }
        guard open.isEmpty else { throw Malformed(description: "open: \(open.map { elements[$0].name })") }
    }

    func all(_ name: String) -> [Element] { elements.filter { $0.name == name } }

    private mutating func readText() {
        let text = prefix { $0 != UInt8(ascii: "<") }
        for index in open { elements[index].content += text }
    }

    private mutating func close() throws {
        let name = try readName()
        guard take(">"), let last = open.popLast(), elements[last].name == name else {
            throw Malformed(description: "unexpected </\(name)>")
        }
    }

    private mutating func openElement() throws {
        let name = try readName().lowercased()
        var attributes: [(name: String, value: String)] = []
        while true {
            let spaces = prefix { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\n") }
            if take("/>") || take(">") { break }
            guard !spaces.isEmpty else { throw Malformed(description: "no space in <\(name)") }
            attributes.append(try readAttribute())
        }
        elements.append(Element(name: name, attributes: attributes))
        if !Self.void.contains(name) { open.append(elements.count - 1) }
    }

    private mutating func readAttribute() throws -> (name: String, value: String) {
        let name = try readName()
        guard take("=") else { return (name, "") }
        guard take("\"") else { throw Malformed(description: "\(name) is not quoted") }
        let value = prefix { $0 != UInt8(ascii: "\"") }
        guard take("\"") else { throw Malformed(description: "\(name) has no end") }
        return (name, Self.decoded(value))
    }

    private mutating func readName() throws -> String {
        let name = prefix { byte in
            (0x61...0x7A).contains(byte | 0x20) || (0x30...0x39).contains(byte) || byte == UInt8(ascii: "-")
        }
        guard !name.isEmpty else { throw Malformed(description: "no name at \(position)") }
        return String(decoding: name, as: UTF8.self)
    }

    private mutating func take(_ token: String) -> Bool {
        guard bytes[position...].starts(with: token.utf8) else { return false }
        position += token.utf8.count
        return true
    }

    private mutating func prefix(while condition: (UInt8) -> Bool) -> ArraySlice<UInt8> {
        let found = bytes[position...].prefix(while: condition)
        position = found.endIndex
        return found
    }

    fileprivate static func decoded(_ text: ArraySlice<UInt8>) -> String {
        let entities = [("lt;", "<"), ("gt;", ">"), ("quot;", "\""), ("#39;", "'"), ("#96;", "`"), ("amp;", "&")]
        var result: [UInt8] = []
        var rest = text
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "&"), let entity = entities.first(where: { rest.starts(with: $0.0.utf8) }) {
                rest = rest.dropFirst(entity.0.utf8.count)
                result += entity.1.utf8
            } else {
                result.append(byte)
            }
        }
        return String(decoding: result, as: UTF8.self)
    }
}
