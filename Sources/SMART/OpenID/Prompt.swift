/// The values of `prompt` (OpenID Connect Core §3.1.2.1).
package enum Prompt: String, Sendable, Hashable, CaseIterable {
    case none
    case login
    case consent
    case selectAccount = "select_account"

    /// The values of a space-separated list; nil for an unknown value, and for `none` beside another one.
    package static func list(_ text: String) -> Set<Prompt>? {
        var prompts: Set<Prompt> = []
        for item in text.utf8.split(separator: UInt8(ascii: " "), maxSplits: 16) {
            guard let prompt = Prompt(rawValue: String(Substring(item))) else { return nil }
            prompts.insert(prompt)
        }
        return prompts.contains(.none) && prompts.count > 1 ? nil : prompts
    }
}
