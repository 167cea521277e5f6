/// How the authorization response reaches the app: OAuth 2.0 Multiple Response Type Encoding Practices §2.1, OAuth 2.0 Form
/// Post Response Mode. Never a fragment: the code flow has none.
package enum ResponseMode: String, Sendable, Hashable, CaseIterable {
    case query
    case formPost = "form_post"
}
