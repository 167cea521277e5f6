import Encoding
import HTTP
import SMART
import Storage

/// Lets scripts read what an endpoint answers, errors too, if their origin is registered for the client that the request is
/// from (checklist CORS-2, lessons E2). Where it cannot be said which client that is, any enabled client's origin will do:
/// then the answer is a refusal, and its developer should be able to read it. Cookies never count here (CORS-4).
struct CrossOriginEndpoint: Endpoint {
    let endpoint: any Endpoint
    let server: AuthorizationServer
    /// The client that a request says it is from.
    let client: @Sendable (Request) throws -> Client?

    func respond(to request: Request) async throws -> Response {
        var response: Response
        do {
            response = try await endpoint.respond(to: request)
        } catch {
            response = server.errors.response(to: error, request)
        }
        response.set("Vary", "Origin")
        if let origin = request.origin, (try? permits(origin, request)) ?? false {
            response.set("Access-Control-Allow-Origin", origin)
            response.set("Access-Control-Expose-Headers", "WWW-Authenticate, Retry-After")
        }
        return response
    }

    private func permits(_ origin: String, _ request: Request) throws -> Bool {
        guard let client = try client(request) else { return try server.clients.isAllowedOrigin(origin) }
        return client.isEnabled && client.metadata.allowedOrigins.contains { $0.hasSameOctets(as: origin) }
    }
}

/// Answers the preflight of the Fetch standard (checklist CORS-3). It names no client, so the origin must be one of any
/// enabled client; which one it is, is asked when the request itself comes.
struct PreflightEndpoint: Endpoint {
    let methods: String
    let server: AuthorizationServer

    func respond(to request: Request) async throws -> Response {
        var response = Response(status: 204, headers: [("Allow", methods), ("Vary", "Origin")])
        guard let origin = request.origin, try server.clients.isAllowedOrigin(origin) else { return response }
        response.set("Access-Control-Allow-Origin", origin)
        response.set("Access-Control-Allow-Methods", methods)
        response.set("Access-Control-Allow-Headers", "content-type, authorization")
        response.set("Access-Control-Max-Age", "600")
        return response
    }
}

extension AuthorizationServer {
    /// The routes of an endpoint that scripts may call; `client` says whom a request is from.
    func crossOriginRoutes(
        _ methods: [HTTP.Method], _ path: String, _ endpoint: any Endpoint,
        client: @escaping @Sendable (Request) throws -> Client?
    ) -> [Route] {
        let names = (methods + [.options]).map(\.name).joined(separator: ", ")
        let answering = CrossOriginEndpoint(endpoint: endpoint, server: self, client: client)
        return methods.map { Route($0, self.path(path), answering) }
            + [Route(.options, self.path(path), PreflightEndpoint(methods: names, server: self))]
    }

    /// The client that a form names: by its authentication, its `client_id`, or the refresh token alone (lessons R7).
    @Sendable func clientNamed(inFormOf request: Request) throws -> Client? {
        guard let form = try? FormParameters(parsing: request.body) else { return nil }
        if let client = try ClientAuthentication(server: self).named(request, form) { return client }
        guard let token = try form["refresh_token"].flatMap(refreshToken) else { return nil }
        return try clients.client(token.clientID)
    }

    /// The client whose access token the request carries.
    @Sendable func clientNamed(byBearerOf request: Request) throws -> Client? {
        guard let bearer = BearerToken(try AuthorizationHeader(request.headers)), let token = try bearer.live(self)
        else {
            return nil
        }
        return try clients.client(token.clientID)
    }
}

extension Request {
    /// RFC 6454 §7: the one origin of a script; nil if there is none, or more than one, or one that is no ASCII text.
    fileprivate var origin: String? {
        guard !headers.isRepeated("origin"), let origin = headers["origin"], origin.utf8.allSatisfy({ $0 < 0x80 })
        else { return nil }
        return origin
    }
}
