import Encoding

/// `id_token_hint` (OpenID Connect Core §3.1.2.1): whom the app believes to be signed in.
enum IDTokenHint: Sendable, Equatable {
    /// An id_token that this server issued to that client, expired or not, says so.
    case subject(String)
    /// It cannot be verified, by its signature, its issuer or its audience: nobody who is signed in is known to be the one
    /// it means, so that somebody has to sign in. Not an error: the key that signed an old id_token may be gone.
    case unknown

    init(_ text: String, clientID: String, _ server: AuthorizationServer) {
        guard let token = IssuedIDToken(text, server), token.clientID.hasSameOctets(as: clientID), !token.sub.isEmpty
        else {
            self = .unknown
            return
        }
        self = .subject(token.sub)
    }

    /// Whether the user who is signed in may be the one that is meant.
    func permits(_ subject: String) -> Bool {
        switch self {
        case .subject(let hinted): hinted.hasSameOctets(as: subject)
        case .unknown: false
        }
    }

    /// As kept in the row of its interaction.
    var text: String {
        switch self {
        case .subject(let subject): subject
        case .unknown: ""
        }
    }

    init(text: String) {
        self = text.isEmpty ? .unknown : .subject(text)
    }
}
