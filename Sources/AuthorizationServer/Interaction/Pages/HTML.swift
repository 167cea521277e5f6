/// Markup that is safe by construction: what a literal says is markup, what is put into it is text and gets escaped.
///
///     let greeting: HTML = "<p>Hello, \(name)</p>"    // a String: escaped
///     let page: HTML = "<main>\(greeting)</main>"     // HTML: as it is
///
/// The literal parts are `StaticString`s, so no string made at run time can become markup (SE-12). Escaping holds in
/// element content and between double quotes; a test reads the sources of the pages to see that values stand nowhere else.
struct HTML: Sendable, Equatable {
    private(set) var bytes: [UInt8]

    static let empty = HTML(bytes: [])

    /// Text, never markup, whatever it contains.
    init(text: String) {
        self.bytes = []
        Self.append(escaping: text, to: &bytes)
    }

    private init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// A name somebody else chose, kept apart from the direction of the text around it: a right-to-left override in
    /// an app's name must not rearrange our own words on the consent page.
    static func isolated(_ name: String) -> HTML {
        "<bdi>\(name)</bdi>"
    }

    static func += (left: inout HTML, right: HTML) {
        left.bytes.append(contentsOf: right.bytes)
    }

    /// Control characters have no place in a page (the HTML standard makes NUL and most others parse errors).
    private static func append(escaping text: String, to bytes: inout [UInt8]) {
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": bytes.append(contentsOf: "&amp;".utf8)
            case "<": bytes.append(contentsOf: "&lt;".utf8)
            case ">": bytes.append(contentsOf: "&gt;".utf8)
            case "\"": bytes.append(contentsOf: "&quot;".utf8)
            case "'": bytes.append(contentsOf: "&#39;".utf8)
            case "`": bytes.append(contentsOf: "&#96;".utf8)
            case "\t", "\n", "\r": bytes.append(contentsOf: scalar.utf8)
            case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}": bytes.append(contentsOf: "\u{FFFD}".utf8)
            default: bytes.append(contentsOf: scalar.utf8)
            }
        }
    }
}

extension HTML: ExpressibleByStringInterpolation {
    init(stringLiteral value: StaticString) {
        bytes = Array(value.description.utf8)
    }

    init(stringInterpolation: Interpolation) {
        bytes = stringInterpolation.bytes
    }

    /// There is no catch-all: a value of any other type does not compile until somebody has said what it means in a page.
    struct Interpolation: StringInterpolationProtocol {
        fileprivate var bytes: [UInt8] = []

        init(literalCapacity: Int, interpolationCount: Int) {
            bytes.reserveCapacity(literalCapacity &+ interpolationCount &* 32)
        }

        mutating func appendLiteral(_ literal: StaticString) {
            bytes.append(contentsOf: literal.description.utf8)
        }

        mutating func appendInterpolation(_ text: String) {
            HTML.append(escaping: text, to: &bytes)
        }

        mutating func appendInterpolation(_ number: Int) {
            HTML.append(escaping: String(number), to: &bytes)
        }

        mutating func appendInterpolation(_ part: HTML) {
            bytes.append(contentsOf: part.bytes)
        }

        mutating func appendInterpolation(_ part: HTML?) {
            bytes.append(contentsOf: part?.bytes ?? [])
        }

        mutating func appendInterpolation(_ parts: [HTML]) {
            for part in parts { bytes.append(contentsOf: part.bytes) }
        }

        mutating func appendInterpolation(_ part: HTML, if condition: Bool) {
            if condition { bytes.append(contentsOf: part.bytes) }
        }
    }
}
