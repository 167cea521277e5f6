/// Why an administrator did something, in their own words: one line, which the history and the audit record keep.
struct StatedReason: Sendable {
    let text: String

    static let rule = "must say why, in one line of at most 1000 octets"

    init?(_ text: String?) {
        guard let text, (1...1000).contains(text.utf8.count), text.isVisible else { return nil }
        self.text = text
    }
}
