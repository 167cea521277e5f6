/// RFC 6749 appendix A.1, narrowed: 1 to 255 visible ASCII characters without a space.
package struct ClientID: Sendable, Hashable {
    package let value: String

    package init?(_ text: String) {
        guard (1...255).contains(text.utf8.count), text.utf8.allSatisfy(\.isVisible) else { return nil }
        value = text
    }
}
