import Encoding
import HTTP

/// Asks the authorization server about the tokens that come with requests: the resource server's only tie to it.
struct TokenIntrospection: Sendable {
    /// The id under which the FHIR server is registered.
    static let clientID = "demo-fhir"

    let base: String
    let endpoint: String
    let credentials: ClientCredentials
    let outbound: Outbound

    /// What the token of a request may do here.
    func access(of request: Request) async throws -> Access {
        let token = try bearerToken(of: request)
        guard let access = Access(try await answer(about: token), base: base) else { throw FHIRFailure.inactiveToken }
        return access
    }

    /// The whole answer. Anything but a 200 with a JSON object is a failure of ours, never of the caller's token.
    func answer(about token: String) async throws -> JSON {
        let form = FormParameters([("token", token), ("token_type_hint", "access_token")])
        guard let response = try? await outbound.post(form, to: endpoint, as: credentials), response.status == 200,
            let answer = try? JSON(parsing: response.body)
        else { throw FHIRFailure.unavailable }
        return answer
    }

    /// RFC 6750 §2.1: the one place from which a token is taken.
    private func bearerToken(of request: Request) throws -> String {
        let fields = request.headers.values("authorization")
        guard fields.count == 1, let field = fields.first else { throw FHIRFailure.noToken }
        let parts = field.split(separator: " ", omittingEmptySubsequences: true)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else { throw FHIRFailure.noToken }
        return String(parts[1])
    }
}
