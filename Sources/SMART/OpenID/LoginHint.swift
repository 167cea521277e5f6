/// OpenID Connect Core §3.1.2.1: who may be about to sign in. Only ever a suggestion in a form field.
package struct LoginHint: Sendable, Hashable {
    package let value: String

    package init?(_ text: String) {
        guard (1...255).contains(text.utf8.count), !text.utf8.contains(where: \.isControl) else { return nil }
        value = text
    }
}
