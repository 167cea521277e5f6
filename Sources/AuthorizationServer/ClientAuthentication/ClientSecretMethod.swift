/// What the two methods share by which a client shows its secret: how the secret is checked.
protocol ClientSecretMethod: ClientAuthenticationMethod {}

extension ClientSecretMethod {
    func verdict(
        _ credentials: PresentedCredentials, of client: Client, _ server: AuthorizationServer
    ) -> CredentialVerdict {
        guard case .secret(let secret) = credentials else { return .wrong }
        return server.clientSecrets.verdict(secret, of: client, now: server.clock.now)
    }

    func finding(
        _ credentials: PresentedCredentials, of client: Client, audiences: [String], _ server: AuthorizationServer
    ) async throws -> CredentialFinding {
        guard case .secret(let secret) = credentials,
            try await server.clientSecrets.isAuthentic(secret, of: client, now: server.clock.now)
        else { return .wrong("wrong secret") }
        return .authentic(nil)
    }
}
