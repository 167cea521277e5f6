import Encoding
package import HTTP
import SMART

extension AuthorizationServer {
    /// The public listener: every URL of the protocol, one line each.
    package var routes: [Route] {
        let stylesheet = DocumentEndpoint(pages.stylesheet.css, type: "text/css; charset=utf-8", maxAge: 86_400)
        let smartStyle = DocumentEndpoint(style.content, type: "application/json", maxAge: 86_400)
        let authorize = AuthorizeEndpoint(server: self)
        let protocolRoutes = [
            Route(.get, path("/authorize"), authorize),
            Route(.post, path("/authorize"), authorize),
            Route(
                .post, path("/introspect"), IntrospectionEndpoint(server: self),
                bodyLimit: IntrospectionEndpoint.bodyLimit),
            Route(.post, path("/launches"), LaunchesEndpoint(server: self)),
            Route(.post, path("/explain"), ExplainEndpoint(server: self)),
            Route(.get, path("/jwks"), JWKSEndpoint(keys: keys)),
            Route(.get, path(OpenAPIEndpoint.path), OpenAPIEndpoint(server: self)),
            Route(.get, path(pages.stylesheet.path), stylesheet),
            Route(.get, path(style.path), smartStyle),
        ]
        let pageRoutes = interactionSteps.flatMap { step in
            let endpoint = InteractionEndpoint(step: step, server: self)
            return [Route(.get, path(step.path), endpoint), Route(.post, path(step.path), endpoint)]
        }
        let logout = LogoutEndpoint(server: self)
        let logoutRoutes = [
            Route(.get, path("/logout"), logout), Route(.post, path("/logout"), logout),
            Route(.post, path("/logout/confirm"), LogoutConfirmationEndpoint(server: self)),
        ]
        return protocolRoutes + healthRoutes(at: configuration.issuer.path) + decisionRoutes + scriptRoutes
            + registrationRoutes + discoveryRoutes + administrationMetadataRoutes + logoutRoutes
            + pageRoutes
            + ownPageRoutes + logoRoutes
    }

    /// For whoever keeps servers running; `base` is what stands before them.
    package func healthRoutes(at base: String = "") -> [Route] {
        [
            Route(.get, base + "/health/live", LiveEndpoint()),
            Route(.get, base + "/health/ready", ReadyEndpoint(server: self)),
        ]
    }

    /// Decisions for resource servers and gateways.
    private var decisionRoutes: [Route] {
        [("/access/v1/evaluation", false), ("/access/v1/evaluations", true)].map { name, takesMany in
            Route(
                .post, path(name), EvaluationEndpoint(server: self, takesMany: takesMany),
                bodyLimit: EvaluationEndpoint.bodyLimit)
        } + forwardAuthRoutes
    }

    /// What scripts in a browser may call (checklist §13).
    private var scriptRoutes: [Route] {
        crossOriginRoutes([.post], "/token", TokenEndpoint(server: self), client: clientNamed(inFormOf:))
            + crossOriginRoutes([.post], "/revoke", RevocationEndpoint(server: self), client: clientNamed(inFormOf:))
            + crossOriginRoutes(
                [.get, .post], "/userinfo", UserInfoEndpoint(server: self), client: clientNamed(byBearerOf:))
    }

    /// The page of what apps may do for the person who is signed in.
    private var ownPageRoutes: [Route] {
        let signIn = OwnSignInEndpoint(server: self), password = OwnPasswordEndpoint(server: self)
        return [
            Route(.get, path(OwnPage.path), AppsEndpoint(server: self)),
            Route(.get, path(OwnPage.signInPath), signIn), Route(.post, path(OwnPage.signInPath), signIn),
            Route(.get, path(OwnPage.passwordPath), password), Route(.post, path(OwnPage.passwordPath), password),
            Route(.post, path(OwnPage.withdrawPath), WithdrawEndpoint(server: self)),
            Route(.post, path(OwnPage.signOutPath), OwnSignOutEndpoint(server: self)),
        ]
    }

    /// An SVG can hold scripts: opened by itself, it is shown in a sandbox where none runs and nothing is loaded (SE-12).
    private var logoRoutes: [Route] {
        guard let logo = configuration.branding.logo else { return [] }
        let document = DocumentEndpoint(
            logo.bytes, type: logo.format.rawValue, maxAge: 31_536_000,
            policy: "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox")
        return [Route(.get, path(logo.path), document)]
    }
}
