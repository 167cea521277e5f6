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
        let fixed: [(String, any Endpoint)] = own.map { path, document in
            (path, DocumentEndpoint(document.serialized(), type: "application/json", maxAge: 300))
        }
        var seen: Set<String> = []
        return (fixed + smartDocuments).filter { seen.insert($0.0).inserted }.map { Route(.get, $0.0, $0.1) }
    }

    /// Behind the issuer, where most clients look, also those that do not trim its slash; and with the name before the
    /// issuer's path, as RFC 8414 §3.1 has it.
    private func wellKnownPaths(_ name: String) -> [String] {
        ["", "/"].map { path($0 + "/.well-known/" + name) } + ["/.well-known/\(name)" + configuration.issuer.path]
    }

    /// For each FHIR server: below its own base where that reaches us (checklist DISC-1, DISC-5; a registered one:
    /// `documentAtBase`), and always below the issuer, from where the FHIR server can fetch or proxy it. The document of the
    /// issuer itself is that of the first one.
    private var smartDocuments: [(String, any Endpoint)] {
        let own = configuration.fhirServers.filter { $0.base.origin == configuration.issuer.origin }
        let atBase = own.flatMap { server in
            ["", "/"].map { slash in
                (
                    server.base.path + slash + "/.well-known/smart-configuration",
                    changing { documents, _ in try documents.smart { $0.base == server.base } }
                )
            }
        }
        return atBase + [
            (
                path("/fhir-servers/{id}/.well-known/smart-configuration"),
                changing { documents, request in
                    let id = request.pathParameter("id")
                    return try documents.smart { $0.id.hasSameOctets(as: id) }
                }
            ),
            (
                path("/fhir-servers/{id}/capability-security"),
                changing { documents, request in try documents.security(id: request.pathParameter("id")) }
            ),
            (path("/fhir-servers"), changing { documents, _ in try documents.list() }),
            (path("/.well-known/smart-configuration"), changing { documents, _ in try documents.smartOfFirst() }),
        ]
    }

    private func changing(
        _ document: @escaping @Sendable (FHIRServerDocuments, Request) throws -> DocumentEndpoint?
    ) -> any Endpoint {
        FHIRServerDocumentEndpoint(server: self, document: document)
    }
}
