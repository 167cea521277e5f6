import Encoding
import HTTP
import Policy
import SMART

/// `/admin/v1/settings`: what the server goes by, as far as it is no secret.
struct SettingsAdministration: Sendable {
    let server: AuthorizationServer

    @Sendable func show(_ request: AdministrationRequest) async throws -> Response {
        let configuration = server.configuration
        let (lifetimes, guessing) = (configuration.lifetimes, server.guessing)
        var body: JSONObject = [
            "issuer": .string(configuration.issuer.value), "organization": .string(configuration.branding.name),
            "language": .string(configuration.language.tag),
            "keys_encrypted": .bool(server.keys.passphrases.current != nil),
            "lifetimes": [
                "access_token": .integer(lifetimes.accessToken), "code": .integer(lifetimes.authorizationCode),
                "launch": .integer(lifetimes.launch), "interaction": .integer(lifetimes.interaction),
                "session_idle": .integer(lifetimes.sessionIdle),
                "session_absolute": .integer(lifetimes.sessionAbsolute),
                "refresh_token": .integer(lifetimes.refreshToken), "refresh_grace": .integer(lifetimes.refreshGrace),
                "consent": .integer(lifetimes.consent),
            ],
            "limits": [
                "guesses_per_account": .integer(Int64(guessing.perAccount)),
                "guesses_per_address": .integer(Int64(guessing.perAddress)),
            ],
            "registration": [
                "mode": .string(configuration.registration.mode.rawValue),
                "scopes": .string(configuration.registration.scopes.text),
                "approval": .bool(configuration.registration.needsApproval),
                "client_documents": .bool(configuration.registration.takesClientDocuments),
            ],
            "default_roles": .object(
                JSONObject(
                    configuration.defaultRoles.map { ($0.key.rawValue, JSON.string($0.value.value)) }
                        .sorted { $0.0 < $1.0 })),
            "forward_auth": .bool(configuration.forwardAuth != nil),
        ]
        body["event_receiver"] = configuration.eventReceiver.map { .string($0.value) }
        return .json(200, .object(body))
    }
}
