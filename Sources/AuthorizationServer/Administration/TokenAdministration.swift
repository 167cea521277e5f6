import Encoding
import HTTP
import JOSE

/// `/admin/v1/tokens/inspect`: what a token says and whether it is live, for somebody who looks for a fault.
struct TokenAdministration: Sendable {
    let server: AuthorizationServer

    /// `{"token"}` → `{"active", "header"?, "claims"?}`. Nothing but `active` may be believed.
    @Sendable func inspect(_ request: AdministrationRequest) async throws -> Response {
        guard let text = try request.json()["token"]?.stringValue else {
            throw Problem(
                status: 422, title: "No token", detail: "See the members named in errors.",
                errors: [("token", "is missing")])
        }
        let live = try server.accessTokens.liveToken(text, now: server.clock.now)
        var answer: JSONObject = ["active": .bool(live != nil)]
        if let token = try? JWS(compact: Array(text.utf8)) {
            answer["header"] = .object(token.header)
            answer["claims"] = try? JSON(parsing: token.payload)
        } else if let live {
            // An opaque token says nothing itself: these are the claims of its row.
            answer["claims"] = live.claims
        }
        return .json(200, .object(answer))
    }
}
