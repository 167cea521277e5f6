/// RFC 7636 §4.1: 43 to 128 unreserved characters (AZ-10). A secret until it is used, so it does not print itself.
package struct CodeVerifier: Sendable, Hashable, CustomStringConvertible {
    package let value: String

    package init?(_ text: String) {
        guard (43...128).contains(text.utf8.count), text.utf8.allSatisfy(\.isUnreserved) else { return nil }
        value = text
    }

    package var description: String { "‹secret›" }
}
