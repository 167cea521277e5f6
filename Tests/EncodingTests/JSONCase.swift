import Testing

/// A text that is JSON ("y_") or is not ("n_").
struct JSONCase: Sendable, CustomTestStringConvertible {
    let name: String
    let bytes: [UInt8]

    init(_ name: String, _ text: String) {
        self.name = name
        bytes = Array(text.utf8)
    }

    init(_ name: String, bytes: [UInt8]) {
        self.name = name
        self.bytes = bytes
    }

    /// A string whose content is these octets.
    init(_ name: String, content: [UInt8]) {
        self.init(name, bytes: [0x22] + content + [0x22])
    }

    var testDescription: String { name }
}
