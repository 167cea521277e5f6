import Encoding
import HTTP
import SMART

extension AuthorizationServer {
    /// Where each discovery document is. A path that two of them would have belongs to the first.
    var discoveryRoutes: [Route] {
        let discovery = Discovery(configuration: configuration)
        let own =
            wellKnownPaths("openid-configuration").map { ($0, JSON.object(discovery.openIDConfiguration)) }
            + wellKnownPaths("oauth-authorization-server").map { ($0, JSON.object(discovery.oauthMetadata)) }
            + wellKnownPaths("authzen-configuration").map { ($0, JSON.object(discovery.authZENConfiguration)) }
        var seen: Set<String> = []
        return (own + smartDocuments(discovery)).filter { seen.insert($0.0).inserted }.map { path, document in
            let endpoint = DocumentEndpoint(document.serialized(), type: "application/json", maxAge: 300)
            return Route(.get, path, endpoint)
        }
    }

    /// Behind the issuer, where most clients look, also those that do not trim its slash; and with the name before the
    /// issuer's path, as RFC 8414 §3.1 has it.
    private func wellKnownPaths(_ name: String) -> [String] {
        ["", "/"].map { path($0 + "/.well-known/" + name) } + ["/.well-known/\(name)" + configuration.issuer.path]
    }

    /// For each FHIR server: below its own base where that reaches us (checklist DISC-1, DISC-5), and always below the issuer,
    /// from where the FHIR server can fetch or proxy it. The document of the issuer itself is that of the first one.
    private func smartDocuments(_ discovery: Discovery) -> [(String, JSON)] {
        let servers = configuration.fhirServers
        let documents = servers.map { ($0, JSON.object(discovery.smartConfiguration($0))) }
        let atBase = documents.filter { $0.0.base.origin == configuration.issuer.origin }.flatMap { server, document in
            ["", "/"].map { (server.base.path + $0 + "/.well-known/smart-configuration", document) }
        }
        let atIssuer = documents.flatMap { server, document in
            [
                (path("/fhir-servers/\(server.id)/.well-known/smart-configuration"), document),
                (path("/fhir-servers/\(server.id)/capability-security"), discovery.capabilitySecurity),
            ]
        }
        let first = documents.first.map { [(path("/.well-known/smart-configuration"), $0.1)] } ?? []
        return atBase + atIssuer + [(path("/fhir-servers"), .array(servers.map(listed)))] + first
    }

    /// One line of `/fhir-servers`: what there is, and where its documents are.
    private func listed(_ server: FHIRServer) -> JSON {
        let folder = url("/fhir-servers/\(server.id)")
        return [
            "id": .string(server.id), "name": .string(server.name), "base": .string(server.base.value),
            "fhir_version": .string(server.fhirVersion),
            "smart_configuration": .string(folder + "/.well-known/smart-configuration"),
            "capability_security": .string(folder + "/capability-security"),
        ]
    }
}
