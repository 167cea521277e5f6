import Encoding
import HTTP
import Policy
import SMART

/// `/forward-auth`: a gateway asks whether the request that it holds may pass, with the request's bearer token: nginx
/// `auth_request`, Traefik ForwardAuth, Envoy ext_authz over HTTP (policy, Decisions). Any 2xx lets it pass, so that 200 is the
/// only one there is, for every method.
///
/// What needs a body to be decided (a batch or transaction, a search by POST) is refused: a gateway does not show it.
struct ForwardAuthEndpoint: ImmediateEndpoint {
    let server: AuthorizationServer
    let settings: ForwardAuth

    static let path = "/forward-auth"

    func respond(to request: Request) throws -> Response {
        try requireGateway(request)
        let question = try GatewayQuestion(
            request, settings, prefix: server.path(Self.path), try server.fhirServers.edition().servers)
        guard let bearer = BearerToken(try AuthorizationHeader(request.headers)) else { throw BearerToken.missing() }
        // Live, and for this FHIR server and no other.
        guard let token = try bearer.live(server),
            token.audience.hasSameOctets(as: question.fhirServer.base.value),
            let standing = try server.permissions.standing(of: token, now: server.clock.now)
        else { throw BearerToken.invalid() }
        switch question.judgement.outcome(standing) {
        case .bundle: throw GatewayAnswer.refusal(.requestNotUnderstood, detail: nil)
        case .single(let decision):
            guard let reason = decision.reason else { return GatewayAnswer.permit(decision, token, standing) }
            return refusal(reason, decision.detail, request)
        }
    }

    private func refusal(_ reason: DenialReason, _ detail: String?, _ request: Request) -> Response {
        var response = server.errors.response(to: GatewayAnswer.refusal(reason, detail: detail), request)
        response.set("X-FHIR-Reason", reason.rawValue)
        return response
    }

    /// By the connection itself. Whom a trusted proxy speaks for is the app, and no gateway.
    private func requireGateway(_ request: Request) throws {
        let isInside =
            request.sender.isLocalSocket || settings.networks.contains { $0.contains(request.sender.address) }
        guard settings.networks.isEmpty || isInside else {
            throw Problem(status: 403, title: "Not a gateway", detail: "This address is for gateways.")
        }
    }
}

extension AuthorizationServer {
    /// Also behind the path, where Envoy appends the original one. OPTIONS is among the methods so that nobody else answers it
    /// with a 204, which would let the request pass.
    var forwardAuthRoutes: [Route] {
        guard let settings = configuration.forwardAuth else { return [] }
        let endpoint = ForwardAuthEndpoint(server: self, settings: settings)
        let bases = configuration.fhirServers.map(\.base.segments) + [FHIRServer.deepestRegistered]
        let deepest = (bases.max() ?? 0) + Self.deepestFHIRPath
        let patterns = (0...deepest).map { depth in
            path(ForwardAuthEndpoint.path) + (0..<depth).map { "/{segment\($0)}" }.joined()
        }
        let methods: [HTTP.Method] = [.get, .post, .put, .patch, .delete, .options]
        return patterns.flatMap { pattern in methods.map { Route($0, pattern, endpoint) } }
    }

    /// `Patient/1/_history/2`
    private static let deepestFHIRPath = 4
}

extension FHIRServer {
    /// How many parts the path of a registered base has at most: the table of routes is made at the start.
    static let deepestRegistered = 8
}

extension FHIRBaseURL {
    var segments: Int { path.utf8.count { $0 == UInt8(ascii: "/") } }
}
