import Encoding
import HTTP
import SMART
import Storage

/// `GET` and `POST /userinfo` (OpenID Connect Core §5.3): who signed in, by the access token that came with the id_token.
/// The token is taken from the header only (UI-01), and its scope says which claims there are.
struct UserInfoEndpoint: Endpoint {
    let server: AuthorizationServer

    func respond(to request: Request) async throws -> Response {
        guard let bearer = BearerToken(try AuthorizationHeader(request.headers)) else { throw BearerToken.missing() }
        let token = try bearer.requireSignIn(server)
        guard let (grant, user) = try person(of: token) else { throw BearerToken.invalid() }
        var claims: JSONObject = ["sub": .string(user.sub)]
        if token.scope.contains(.fhirUser), let fhirUser = try server.subject(of: grant, user: user).absoluteFHIRUser {
            claims["fhirUser"] = .string(fhirUser)
        }
        if token.scope.contains(.profile) {
            claims["name"] = .string(user.displayName)
            claims["preferred_username"] = .string(user.username)
        }
        var response = Response.json(200, .object(claims))
        response.forbidStoring()
        return response
    }

    /// Nil where the token is about no person, or about one who may not sign in any more.
    private func person(of token: VerifiedAccessToken) throws -> (Grant, StoredUser)? {
        let rows = try server.database.read { (transaction) throws(StorageError) -> (StoredGrant, StoredUser)? in
            guard let grant = try transaction.grant(token.grantID), let userID = grant.userID,
                let user = try transaction.user(id: userID), user.disabledAt == nil
            else { return nil }
            return (grant, user)
        }
        return try rows.map { (try Grant($0.0), $0.1) }
    }
}
