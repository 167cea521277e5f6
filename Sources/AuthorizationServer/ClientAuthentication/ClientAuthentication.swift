import Encoding
import HTTP
import SMART

/// Client authentication, the same wherever a client authenticates (RFC 6749 §2.3, checklist §7).
struct ClientAuthentication: Sendable {
    let server: AuthorizationServer

    /// A known client and the credentials that it presented, not yet believed.
    struct Candidate: Sendable {
        let client: Client
        let method: any ClientAuthenticationMethod
        /// Readings of the same credentials, of which one must be right.
        let credentials: [PresentedCredentials]
        let guesses: GuessLimit.Key

        /// What is guessed, if it can be.
        var secrets: [Secret] { credentials.compactMap { if case .secret(let secret) = $0 { secret } else { nil } } }
    }

    /// The client that this request is from. What it presented may be good for one request only: claim it.
    ///
    /// Throws `invalid_request` if it presents itself in two ways, `invalid_client` with one text for all else: an unknown
    /// client, a wrong secret, a method that is not the registered one (TK-02, TK-03). Storage trouble is thrown as it is.
    func client(_ request: Request, _ parameters: FormParameters) async throws -> AuthenticatedClient {
        let authorization = try AuthorizationHeader(request.headers)
        for _ in 0..<Self.looks {
            switch try firstLook(request, authorization, parameters) {
            case .client(let client): return AuthenticatedClient(client)
            case .candidate(let candidate):
                let authenticated = try await examine(candidate, audiences: audiences(request))
                // It took its time. A key or secret that was taken away meanwhile was right for the client as it was.
                if try server.clients.isCurrent(authenticated.client) { return authenticated }
            }
        }
        throw Self.failure(detail: "the client changes all the time")
    }

    private static let looks = 3

    /// The same where nothing has to be awaited; nil where only `client` can tell.
    func clientWithoutWaiting(
        _ request: Request, _ authorization: AuthorizationHeader?, _ parameters: FormParameters
    ) throws -> Client? {
        guard case .client(let client) = try firstLook(request, authorization, parameters) else { return nil }
        return client
    }

    private enum FirstLook {
        case client(Client)
        /// Whose credentials take longer to check.
        case candidate(Candidate)
    }

    private func firstLook(
        _ request: Request, _ authorization: AuthorizationHeader?, _ parameters: FormParameters
    ) throws -> FirstLook {
        let generation = server.clients.generation
        if let authorization, authorization.scheme == .basic,
            let client = server.authenticatedHeaders.client(
                authorization, generation: generation, now: server.clock.now)
        {
            try refuseMixedMethods(authorization, parameters)
            try requireSame(client, parameters)
            // Who has used up the guesses must not learn from a shorter way which of them was right (PW-06).
            try server.guessLimit.requireRoom(Self.guesses(client, request), now: server.clock.now)
            return .client(client)
        }
        let candidate = try candidate(request, authorization, parameters)
        guard try isAuthentic(candidate) else { return .candidate(candidate) }
        if let authorization, authorization.scheme == .basic {
            server.authenticatedHeaders.remember(
                authorization, candidate.client, generation: generation, now: server.clock.now)
        }
        return .client(candidate.client)
    }

    private func examine(_ candidate: Candidate, audiences: [String]) async throws -> AuthenticatedClient {
        // Signatures are not guessed, and a service has many requests under way.
        let finding =
            try await candidate.secrets.isEmpty
            ? finding(candidate, audiences: audiences) : guess(candidate, audiences: audiences)
        switch finding {
        case .authentic(let assertion): return AuthenticatedClient(candidate.client, assertion: assertion)
        case .wrong(let reason): throw failure(candidate, reason)
        }
    }

    /// A secret can be guessed, and to check it takes its time: counted only when that is over, parallel guesses would outrun
    /// the limit (PW-06). One secret at once is one guess, however many requests bring it.
    private func guess(_ candidate: Candidate, audiences: [String]) async throws -> CredentialFinding {
        let presented = SharedLooks.Presented(
            guesses: candidate.guesses,
            fingerprint: server.clientSecrets.fingerprint(candidate.secrets, of: candidate.client))
        return try await server.sharedLooks.finding(presented) {
            let guess = try server.guessLimit.reserve(candidate.guesses, now: server.clock.now)
            defer { server.guessLimit.giveBack(guess) }
            return try await finding(candidate, audiences: audiences)
        }
    }

    /// Counts what is wrong.
    private func finding(_ candidate: Candidate, audiences: [String]) async throws -> CredentialFinding {
        var finding = CredentialFinding.wrong("no credentials")
        for credentials in candidate.credentials {
            finding = try await candidate.method.finding(
                credentials, of: candidate.client, audiences: audiences, server)
            if case .authentic = finding { return finding }
        }
        server.guessLimit.countFailure(candidate.guesses, now: server.clock.now)
        return finding
    }

    /// What a client may call this server in the `aud` of an assertion: the token endpoint, the issuer, or the endpoint that it
    /// calls (design, What decides where two lists disagree). Published names, nothing of the Host field (JW-09).
    private func audiences(_ request: Request) -> [String] {
        let issuer = server.configuration.issuer
        return [server.url("/token"), issuer.value, issuer.origin + request.path]
    }

    /// The client that a request says it is from, not believed: for what must be known before, such as CORS.
    func named(_ request: Request, _ parameters: FormParameters) throws -> Client? {
        let authorization = try? AuthorizationHeader(request.headers)
        for method in clientAuthenticationMethods {
            guard let presented = try? method.presented(authorization, parameters) else { continue }
            for reading in presented.readings {
                if let client = try server.clients.client(reading.clientID) { return client }
            }
        }
        return nil
    }

    /// False where only a longer look can tell; throws where the credentials are wrong.
    private func isAuthentic(_ candidate: Candidate) throws -> Bool {
        var needsWork = false
        for credentials in candidate.credentials {
            switch candidate.method.verdict(credentials, of: candidate.client, server) {
            case .authentic: return true
            case .needsWork: needsWork = true
            case .wrong: continue
            }
        }
        guard needsWork else {
            server.guessLimit.countFailure(candidate.guesses, now: server.clock.now)
            throw failure(candidate, "wrong secret")
        }
        return false
    }

    private func candidate(
        _ request: Request, _ authorization: AuthorizationHeader?, _ parameters: FormParameters
    ) throws -> Candidate {
        try refuseMixedMethods(authorization, parameters)
        for method in clientAuthenticationMethods {
            guard let presented = try method.presented(authorization, parameters) else { continue }
            for reading in presented.readings {
                guard let client = try server.clients.client(reading.clientID) else { continue }
                // A client id that reads the same both ways leaves two readings of the secret.
                let credentials = presented.readings.filter { $0.clientID == reading.clientID }.map(\.credentials)
                return try candidate(client, method, credentials, request, parameters)
            }
            throw Self.failure(detail: "unknown client", challenge: method.challenge)
        }
        throw Self.failure(detail: "no client authentication that is supported here", challenge: .basic)
    }

    private func candidate(
        _ client: Client, _ method: any ClientAuthenticationMethod, _ credentials: [PresentedCredentials],
        _ request: Request, _ parameters: FormParameters
    ) throws -> Candidate {
        guard client.isEnabled, client.metadata.tokenEndpointAuthMethod == method.name else {
            throw Self.failure(
                detail: "client \(client.id.value) is disabled or registered for another method",
                challenge: method.challenge)
        }
        try requireSame(client, parameters)
        let guesses = Self.guesses(client, request)
        try server.guessLimit.requireRoom(guesses, now: server.clock.now)
        return Candidate(client: client, method: method, credentials: credentials, guesses: guesses)
    }

    /// RFC 6749 §3.2.1, checklist TOK-3: client_id may be left out; if it is there, it is the authenticated one.
    private func requireSame(_ client: Client, _ parameters: FormParameters) throws {
        if let named = parameters["client_id"], !named.hasSameOctets(as: client.id.value) {
            throw OAuthError(.invalidRequest, "client_id is not the client that authenticates")
        }
    }

    private static func guesses(_ client: Client, _ request: Request) -> GuessLimit.Key {
        GuessLimit.Key(subject: client.id.value, address: request.peer.subscriber)
    }

    private func failure(_ candidate: Candidate, _ reason: String) -> OAuthError {
        Self.failure(
            detail: "client \(candidate.client.id.value): \(reason)", challenge: candidate.method.challenge)
    }

    /// RFC 6749 §2.3: the client MUST NOT use more than one method in a request.
    private func refuseMixedMethods(_ authorization: AuthorizationHeader?, _ parameters: FormParameters) throws {
        let hasSecret = parameters["client_secret"] != nil
        let hasAssertion = parameters["client_assertion"] != nil || parameters["client_assertion_type"] != nil
        if authorization != nil ? hasSecret || hasAssertion : hasSecret && hasAssertion {
            throw OAuthError(.invalidRequest, "the request authenticates the client in more than one way")
        }
    }

    static func failure(detail: String, challenge: OAuthError.Challenge? = nil) -> OAuthError {
        OAuthError(.invalidClient, "client authentication failed", detail: detail, status: 401, challenge: challenge)
    }
}
