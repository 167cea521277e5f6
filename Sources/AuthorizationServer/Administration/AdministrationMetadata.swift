import Encoding
import HTTP
import SMART

extension Configuration {
    /// RFC 8707: what tokens for the administration are asked for with, and are for. Those of this server's other API, whose
    /// audience is the issuer, do not open it, nor do its tokens open that (AD-05).
    var administrationAudience: String { issuer.value + "/admin/v1" }

    /// RFC 9728 §3.1: the well-known name stands before the path.
    var administrationMetadataPath: String { "/.well-known/oauth-protected-resource" + issuer.path + "/admin/v1" }
}

extension AuthorizationServer {
    /// RFC 9728: how a program that knows the administration's name, or was refused by it, finds out where its tokens come from
    /// and what may be asked for. Its name is that of the issuer, as in its tokens, whatever address it listens at: a program that
    /// wants the address to be the name (§3.3) has to reach it there.
    var administrationMetadata: JSONObject {
        let rights = Set((administrationOperations + [.figures]).map(\.right.description)).sorted()
        return [
            "resource": .string(configuration.administrationAudience),
            "resource_name": .string("Administration of \(configuration.branding.name)"),
            "authorization_servers": [.string(configuration.issuer.value)],
            "scopes_supported": .array(rights.map { .string($0) }),
            "bearer_methods_supported": ["header"],
        ]
    }

    /// Below the issuer's host, which the name of the administration has, and where it listens itself.
    var administrationMetadataRoutes: [Route] {
        guard configuration.offersAdministration else { return [] }
        let document = DocumentEndpoint(
            JSON.object(administrationMetadata).serialized(), type: "application/json", maxAge: 300)
        return [Route(.get, configuration.administrationMetadataPath, document)]
    }
}
