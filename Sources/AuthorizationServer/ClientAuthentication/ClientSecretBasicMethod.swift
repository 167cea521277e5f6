import Encoding
import HTTP
import SMART

/// `client_secret_basic`, RFC 6749 §2.3.1. Both halves should come form-encoded, yet SMART clients send them raw
/// (checklist CLA-2): the raw reading is tried first.
struct ClientSecretBasicMethod: ClientAuthenticationMethod {
    let name = TokenEndpointAuthMethod.clientSecretBasic
    let challenge: OAuthError.Challenge? = .basic

    func presented(_ request: Request, _ parameters: FormParameters) throws -> PresentedClient? {
        guard let header = request.headers["authorization"], let credentials = Self.credentials(header) else {
            return nil
        }
        // RFC 7617 §2: the id ends at the first colon; the secret may hold more of them.
        guard let decoded = Base64.decode(credentials), let colon = decoded.firstIndex(of: 0x3A) else {
            throw ClientAuthentication.failure(detail: "the Basic credentials are malformed", challenge: .basic)
        }
        let id = Array(decoded[..<colon]), secret = Array(decoded[(colon + 1)...])
        var readings: [PresentedClient.Reading] = []
        for (id, secret) in [(id, secret), (Self.formDecoded(id), Self.formDecoded(secret))] {
            guard let id, let secret, !secret.isEmpty, let clientID = String(validating: id, as: UTF8.self) else { continue }
            if readings.contains(where: { $0.clientID == clientID && $0.credentials.bytes == secret }) { continue }
            readings.append(.init(clientID: clientID, credentials: Secret(secret)))
        }
        guard !readings.isEmpty else {
            throw ClientAuthentication.failure(detail: "the Basic credentials are empty or not UTF-8", challenge: .basic)
        }
        return PresentedClient(readings: readings)
    }

    func verdict(_ credentials: Secret, of client: Client, _ server: AuthorizationServer) -> CredentialVerdict {
        server.clientSecrets.verdict(credentials, of: client, now: server.clock.now)
    }

    func isAuthentic(_ credentials: Secret, of client: Client, _ server: AuthorizationServer) async throws -> Bool {
        try await server.clientSecrets.isAuthentic(credentials, of: client, now: server.clock.now)
    }

    /// What follows the scheme, whose case does not matter (RFC 9110 §11.1).
    private static func credentials(_ header: String) -> String? {
        let scheme = "basic "
        guard header.utf8.count > scheme.utf8.count, header.prefix(scheme.count).lowercased() == scheme else { return nil }
        return String(header.dropFirst(scheme.count))
    }

    private static func formDecoded(_ bytes: [UInt8]) -> [UInt8]? {
        PercentEncoding.decodeBytes(bytes.map { $0 == 0x2B ? 0x20 : $0 })
    }
}
