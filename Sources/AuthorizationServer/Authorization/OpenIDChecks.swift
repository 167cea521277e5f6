import Encoding
import SMART

// The checks of `authorizationChecks` that OpenID Connect adds; their order is told there.

/// OpenID Connect Core §6: refused by name, and nothing is fetched (AZ-16).
@Sendable func refuseRequestObjects(_ draft: inout Draft) throws {
    if draft.parameters["request"] != nil { throw OAuthError(.requestNotSupported, "request is not supported") }
    if draft.parameters["request_uri"] != nil {
        throw OAuthError(.requestURINotSupported, "request_uri is not supported")
    }
    if draft.parameters["registration"] != nil {
        throw OAuthError(.registrationNotSupported, "registration is not supported")
    }
}

/// OpenID Connect Core §3.1.2.1: `none` stands alone.
@Sendable func readPrompts(_ draft: inout Draft) throws {
    guard let prompts = Prompt.list(draft.parameters["prompt"] ?? "") else {
        throw OAuthError(.invalidRequest, "prompt must be none alone, or a list of login, consent and select_account")
    }
    draft.prompts = prompts
}

@Sendable func readNonceAndMaxAge(_ draft: inout Draft) throws {
    if let text = draft.parameters["nonce"] {
        guard let nonce = Nonce(text) else { throw OAuthError(.invalidRequest, "nonce is longer than 512 octets") }
        draft.nonce = nonce
    }
    if let text = draft.parameters["max_age"] {
        guard let maxAge = Int64(text), maxAge >= 0 else {
            throw OAuthError(.invalidRequest, "max_age must be a number of seconds")
        }
        draft.maxAge = maxAge
    }
}

/// Only suggestions: one that cannot be read is as none, but for an `id_token_hint`, which asks for a certain user.
@Sendable func readHints(_ draft: inout Draft) throws {
    draft.loginHint = draft.parameters["login_hint"].flatMap(LoginHint.init)
    guard let text = draft.parameters["id_token_hint"], let client = draft.client else { return }
    draft.idTokenHint = IDTokenHint(text, clientID: client.id.value, draft.server)
}
