/// OpenID Connect Core §3.1.2.1: given back unchanged in the ID token; at most 512 octets.
package struct Nonce: Sendable, Hashable {
    package let value: String

    package init?(_ text: String) {
        guard (1...512).contains(text.utf8.count) else { return nil }
        value = text
    }
}
