/// RFC 7636 §4.2, method S256: 43 base64url characters, which is a SHA-256 digest without padding (AZ-10).
package struct CodeChallenge: Sendable, Hashable {
    package let value: String

    package init?(_ text: String) {
        guard text.utf8.count == 43, text.utf8.allSatisfy({ $0.isLetter || $0.isDigit || $0.isOne(of: "-_") })
        else { return nil }
        value = text
    }
}
