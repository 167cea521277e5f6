import Encoding
package import HTTP
import JOSE
import SMART

extension AuthorizationServer {
    /// The public listener: every URL of the protocol, one line each.
    package var routes: [Route] {
        let discovery = Discovery(configuration: configuration, endpoints: EndpointURLs(configuration.issuer))
        let smart = DocumentEndpoint(
            JSON.object(discovery.smartConfiguration).serialized(), type: "application/json", maxAge: 300)
        let openID = DocumentEndpoint(
            JSON.object(discovery.openIDConfiguration).serialized(), type: "application/json", maxAge: 300)
        let jwks = DocumentEndpoint(keys.published.json.serialized(), type: "application/json", maxAge: 300)
        let stylesheet = DocumentEndpoint(pages.stylesheet.css, type: "text/css; charset=utf-8", maxAge: 86_400)
        let authorize = AuthorizeEndpoint(server: self)
        let protocolRoutes = [
            Route(.get, path("/authorize"), authorize),
            Route(.post, path("/authorize"), authorize),
            Route(.post, path("/token"), TokenEndpoint(server: self)),
            Route(.post, path("/introspect"), IntrospectionEndpoint(server: self)),
            Route(.post, path("/launches"), LaunchesEndpoint(server: self)),
            Route(.get, path("/jwks"), jwks),
            Route(.get, path("/.well-known/openid-configuration"), openID),
            Route(.get, path("/.well-known/smart-configuration"), smart),
            Route(.get, path(pages.stylesheet.path), stylesheet),
        ]
        let pageRoutes = interactionSteps.flatMap { step in
            let endpoint = InteractionEndpoint(step: step, server: self)
            return [Route(.get, path(step.path), endpoint), Route(.post, path(step.path), endpoint)]
        }
        return protocolRoutes + pageRoutes
            + fhirBasePaths.map {
                Route(.get, $0 + "/.well-known/smart-configuration", smart)
            }
    }

    /// The FHIR servers whose requests reach us too: each owns its discovery document (checklist DISC-1).
    private var fhirBasePaths: [String] {
        configuration.fhirServers.compactMap { server in
            guard server.base.origin == configuration.issuer.origin, server.base.path != configuration.issuer.path
            else {
                return nil
            }
            return server.base.path
        }
    }
}
