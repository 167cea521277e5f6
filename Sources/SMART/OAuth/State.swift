/// RFC 6749 §4.1.1: the client's opaque value, given back octet for octet; at most 4096 octets (AZ-13).
package struct State: Sendable, Hashable {
    package let value: String

    package init?(_ text: String) {
        guard (1...4096).contains(text.utf8.count) else { return nil }
        value = text
    }
}
