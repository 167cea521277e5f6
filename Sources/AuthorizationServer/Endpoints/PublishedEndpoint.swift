import SMART

/// An endpoint as the world is told of it. One line in the table below puts it into every document that has a word for it.
struct PublishedEndpoint: Sendable {
    /// Its member: RFC 8414 §2, OpenID Connect Discovery 1.0 §3, SMART App Launch 2.2.
    let member: String
    /// Behind the issuer.
    let path: String
    /// Its name in the `oauth-uris` extension of SMART STU1 (checklist CST-1); nil for what that does not know.
    let oauthURI: String?
    /// Which clients authenticate there; nil where none does.
    let clients: Clients?
    let documents: Set<Document>
    /// Whether it is there at all.
    let isServed: @Sendable (Configuration) -> Bool

    enum Clients: Sendable {
        case all
        case confidential
    }

    enum Document: Sendable, CaseIterable {
        /// `.well-known/smart-configuration`.
        case smart
        /// `.well-known/openid-configuration`.
        case openID
        /// `.well-known/oauth-authorization-server` (RFC 8414).
        case oauth
        /// `.well-known/authzen-configuration` (AuthZEN Authorization API 1.0 §9).
        case authZEN

        /// Those of OAuth and OpenID Connect.
        static let usual: Set<Document> = [.smart, .openID, .oauth]
    }

    init(
        _ member: String, _ path: String, oauthURI: String? = nil, clients: Clients? = nil,
        in documents: Set<Document> = Document.usual,
        if isServed: @escaping @Sendable (Configuration) -> Bool = { _ in true }
    ) {
        self.member = member
        self.path = path
        self.oauthURI = oauthURI
        self.clients = clients
        self.documents = documents
        self.isServed = isServed
    }

    /// The published address: the issuer and a path, never anything of a request (JW-09).
    func url(_ issuer: Issuer) -> String { issuer.value + path }

    /// RFC 8414 §2: the member that lists how clients authenticate there.
    var authenticationMethodsMember: String { member + "_auth_methods_supported" }
    /// The member that lists how they sign assertions there: it MUST be there where `private_key_jwt` is.
    var signingAlgorithmsMember: String { member + "_auth_signing_alg_values_supported" }
}

/// The endpoints that are published. The routes that answer are in `Routes.swift`; a test asks each.
let publishedEndpoints: [PublishedEndpoint] = [
    PublishedEndpoint("jwks_uri", "/jwks"),
    PublishedEndpoint("authorization_endpoint", "/authorize", oauthURI: "authorize"),
    PublishedEndpoint("token_endpoint", "/token", oauthURI: "token", clients: .all),
    PublishedEndpoint("introspection_endpoint", "/introspect", oauthURI: "introspect", clients: .confidential),
    PublishedEndpoint("revocation_endpoint", "/revoke", oauthURI: "revoke", clients: .all),
    // RFC 7591, checklist REG-2.
    PublishedEndpoint("registration_endpoint", "/register", oauthURI: "register") { $0.registration.mode != .off },
    // Checklist DISC-21: where people see what apps may do, and end it.
    PublishedEndpoint("management_endpoint", OwnPage.path, oauthURI: "manage", in: [.smart]),
    PublishedEndpoint("userinfo_endpoint", "/userinfo", in: [.openID]),
    PublishedEndpoint("end_session_endpoint", "/logout", in: [.openID]),
    PublishedEndpoint("access_evaluation_endpoint", "/access/v1/evaluation", in: [.authZEN]),
    PublishedEndpoint("access_evaluations_endpoint", "/access/v1/evaluations", in: [.authZEN]),
]
