import Encoding

/// Why somebody broke the glass, in their own words: what the reviewer reads.
struct EmergencyReason: Sendable, Equatable {
    let text: String

    static let shortest = 10
    static let longest = 500

    /// 10 to 500 characters, white space at the ends and in a row not counted, all of them visible.
    init?(_ text: String) {
        guard text.utf8.count <= 4 * Self.longest else { return nil }
        let words = text.nfc.unicodeScalars.split(whereSeparator: \.properties.isWhitespace).map(String.init)
            .joined(separator: " ")
        guard (Self.shortest...Self.longest).contains(words.count), words.isVisible else { return nil }
        self.text = words
    }
}
