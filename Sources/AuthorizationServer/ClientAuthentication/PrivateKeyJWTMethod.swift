import Encoding
import SMART

/// `private_key_jwt`: RFC 7523 §2.2, OpenID Connect Core §9, SMART App Launch 2.2 client-confidential-asymmetric.
struct PrivateKeyJWTMethod: ClientAuthenticationMethod {
    let name = TokenEndpointAuthMethod.privateKeyJWT
    let challenge: OAuthError.Challenge? = nil

    private static let type = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

    func presented(_ authorization: AuthorizationHeader?, _ parameters: FormParameters) throws -> PresentedClient? {
        let (type, text) = (parameters["client_assertion_type"], parameters["client_assertion"])
        guard authorization == nil, type != nil || text != nil else { return nil }
        guard let type, type.hasSameOctets(as: Self.type) else {
            throw OAuthError(.invalidRequest, "client_assertion_type must be \(Self.type)")
        }
        guard let text else { throw OAuthError.missing("client_assertion") }
        do {
            let assertion = try ClientAssertion(text)
            return PresentedClient(readings: [.init(clientID: assertion.clientID, credentials: .assertion(assertion))])
        } catch {
            throw ClientAuthentication.failure(detail: error.reason)
        }
    }

    func verdict(
        _ credentials: PresentedCredentials, of client: Client, _ server: AuthorizationServer
    ) -> CredentialVerdict {
        .needsWork
    }

    /// The claims first: they cost nothing.
    func finding(
        _ credentials: PresentedCredentials, of client: Client, audiences: [String], _ server: AuthorizationServer
    ) async throws -> CredentialFinding {
        guard case .assertion(let assertion) = credentials else { return .wrong("no assertion") }
        do {
            let use = try assertion.use(
                audiences: audiences, now: server.clock.now, restoredAt: server.restoredAt)
            try await server.assertions.verify(assertion, of: client)
            return .authentic(use)
        } catch let fault as ClientAssertion.Fault {
            return .wrong(fault.reason)
        }
    }
}
