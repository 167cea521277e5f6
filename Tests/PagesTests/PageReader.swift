/// Reads a page the way a browser does, and refuses what a browser would only guess at: an attribute without quotes,
/// a stray `<`, a tag that is not closed.
struct PageReader {
    struct Element: Equatable {
        let name: String
        let attributes: [(name: String, value: String)]
        /// The text inside, without markup.
        var text = ""

        subscript(_ name: String) -> String? { attributes.first { $0.name == name }?.value }
        func has(_ name: String) -> Bool { attributes.contains { $0.name == name } }

        /// What must be the same whatever texts are put into a page.
        var shape: String { ([name] + attributes.map(\.name)).joined(separator: " ") }

        static func == (left: Element, right: Element) -> Bool { left.shape == right.shape && left.text == right.text }
    }

    struct Malformed: Error, CustomStringConvertible {
        let description: String
    }

    private(set) var elements: [Element] = []
    private(set) var comments = 0
    private var open: [Int] = []
    private var rest: Substring

    private static let void: Set<String> = ["meta", "link", "input", "img", "br", "path", "rect"]

    init(_ bytes: [UInt8]) throws {
        let text = String(decoding: bytes, as: UTF8.self)
        guard text.hasPrefix("<!doctype html>\n") else { throw Malformed(description: "no doctype") }
        rest = text.dropFirst("<!doctype html>".count)
        while !rest.isEmpty {
            if rest.first == "<" { try readTag() } else { readText() }
        }
        guard open.isEmpty else { throw Malformed(description: "open: \(open.map { elements[$0].name })") }
    }

    func all(_ name: String) -> [Element] { elements.filter { $0.name == name } }

    private mutating func readText() {
        let text = rest.prefix { $0 != "<" }
        rest = rest.dropFirst(text.count)
        for index in open { elements[index].text += Self.decoded(text) }
    }

    private mutating func readTag() throws {
        rest = rest.dropFirst()
        if rest.hasPrefix("!--") { throw Malformed(description: "comment") }
        let closing = rest.first == "/"
        if closing { rest = rest.dropFirst() }
        let name = rest.prefix { $0.isASCII && ($0.isLetter || $0.isNumber) }.lowercased()
        guard !name.isEmpty else { throw Malformed(description: "stray < before \(rest.prefix(20))") }
        rest = rest.dropFirst(name.count)
        closing ? try close(name) : try openElement(name)
    }

    private mutating func close(_ name: String) throws {
        guard rest.first == ">" else { throw Malformed(description: "</\(name)") }
        rest = rest.dropFirst()
        guard let last = open.popLast(), elements[last].name == name else {
            throw Malformed(description: "unexpected </\(name)>")
        }
    }

    private mutating func openElement(_ name: String) throws {
        var attributes: [(name: String, value: String)] = []
        while true {
            let spaces = rest.prefix { $0 == " " || $0 == "\n" }
            rest = rest.dropFirst(spaces.count)
            if rest.hasPrefix("/>") { rest = rest.dropFirst() }
            if rest.first == ">" { break }
            guard !spaces.isEmpty else { throw Malformed(description: "no space before \(rest.prefix(20))") }
            attributes.append(try readAttribute(of: name))
        }
        rest = rest.dropFirst()
        elements.append(Element(name: name, attributes: attributes))
        if !Self.void.contains(name) { open.append(elements.count - 1) }
    }

    private mutating func readAttribute(of element: String) throws -> (name: String, value: String) {
        let name = String(rest.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") })
        guard !name.isEmpty else { throw Malformed(description: "attribute of \(element): \(rest.prefix(20))") }
        rest = rest.dropFirst(name.count)
        guard rest.first == "=" else { return (name, "") }
        rest = rest.dropFirst()
        guard rest.first == "\"" else { throw Malformed(description: "\(element) \(name) is not quoted") }
        rest = rest.dropFirst()
        let value = rest.prefix { $0 != "\"" }
        rest = rest.dropFirst(value.count)
        guard rest.first == "\"" else { throw Malformed(description: "\(element) \(name) has no end") }
        rest = rest.dropFirst()
        return (name, Self.decoded(value))
    }

    private static func decoded(_ text: Substring) -> String {
        let entities = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&#96;", "`"), ("&amp;", "&")]
        var result = String(text)
        for (entity, character) in entities {
            result = result.split(separator: entity, omittingEmptySubsequences: false).joined(separator: character)
        }
        return result
    }
}
