import Encoding
import SMART

/// `client_secret_basic`, RFC 6749 §2.3.1. Both halves should come form-encoded, yet SMART clients send them raw
/// (checklist CLA-2): the raw reading is tried first.
struct ClientSecretBasicMethod: ClientSecretMethod {
    let name = TokenEndpointAuthMethod.clientSecretBasic
    let challenge: OAuthError.Challenge? = .basic

    func presented(_ authorization: AuthorizationHeader?, _ parameters: FormParameters) throws -> PresentedClient? {
        guard let authorization, authorization.scheme == .basic else { return nil }
        // RFC 7617 §2: the id ends at the first colon; the secret may hold more of them.
        guard let decoded = Base64.decode(Array(authorization.credentials)),
            let colon = decoded.firstIndex(of: 0x3A)
        else {
            throw ClientAuthentication.failure(detail: "the Basic credentials are malformed", challenge: .basic)
        }
        let id = Array(decoded[..<colon]), secret = Array(decoded[(colon + 1)...])
        var readings = [Self.reading(id, secret)]
        if decoded.contains(where: { $0 == 0x25 || $0 == 0x2B }) {
            readings.append(Self.reading(Self.formDecoded(id), Self.formDecoded(secret)))
        }
        guard readings.contains(where: { $0 != nil }) else {
            throw ClientAuthentication.failure(
                detail: "the Basic credentials are empty or not UTF-8", challenge: .basic)
        }
        return PresentedClient(readings: readings.compactMap { $0 })
    }

    private static func reading(_ id: [UInt8]?, _ secret: [UInt8]?) -> PresentedClient.Reading? {
        guard let id, let secret, !secret.isEmpty, let clientID = String(validating: id, as: UTF8.self) else {
            return nil
        }
        return PresentedClient.Reading(clientID: clientID, credentials: .secret(Secret(secret)))
    }

    private static func formDecoded(_ bytes: [UInt8]) -> [UInt8]? {
        PercentEncoding.decodeBytes(bytes.map { $0 == 0x2B ? 0x20 : $0 })
    }
}
