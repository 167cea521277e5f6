import Encoding
import HTTP
import SMART

/// `POST /explain`: what somebody would get who makes a request with an app, and why, for holders of a bearer token with the
/// scope `auth/RolePolicy.r`. It tells what roles people hold, and nothing of their records.
struct ExplainEndpoint: Endpoint {
    let server: AuthorizationServer

    func respond(to request: Request) async throws -> Response {
        guard let bearer = BearerToken(try AuthorizationHeader(request.headers)) else { throw BearerToken.missing() }
        _ = try bearer.require("auth/RolePolicy.r", server)
        return try ExplainedRequest(try request.json(), server).response(server)
    }
}
