import Encoding
import HTTP
import SMART
import Storage

/// `POST /register` (RFC 7591 §3): a client registers itself, within the policy.
struct RegistrationEndpoint: Endpoint {
    let server: AuthorizationServer

    func respond(to request: Request) async throws -> Response {
        let (policy, subscriber) = (server.configuration.registration, request.peer.subscriber)
        // Reading a registration and its keys is work, whatever comes of it (AD-01).
        _ = try server.registrationTries.reserve(
            GuessLimit.Key(subject: "register", address: subscriber), now: server.clock.now)
        let token = try RegistrationRight.initialAccessToken(request, server)
        let body = try request.clientMetadata()
        let statement = try body["software_statement"].map { try server.softwareStatement($0) }
        let right = try RegistrationRight(token, statement, policy.mode)
        let allowance = RegistrationAllowance(
            policy: policy, scopeLimit: right.scopeLimit.map(ScopeSet.init(parsing:)), softwareStatement: statement)
        let registration = try NewRegistration(
            RegistrationRequest(body, allowance), right, softwareStatement: statement?.text,
            address: request.peer.address, server)
        let (accessToken, gone) = try await store(registration, subscriber)
        for id in [registration.clientID] + gone { server.clients.forget(id) }
        var response = Response.json(201, .object(try registration.answer(accessToken, server)))
        response.forbidStoring()
        return response
    }

    /// What comes to nothing does not count against the limits.
    private func store(_ registration: NewRegistration, _ subscriber: String) async throws -> (Handle, gone: [String]) {
        let limit = server.registrationLimit
        try limit.claim(subscriber, now: registration.now)
        do {
            return try await server.database.write { try registration.store($0) }
        } catch {
            limit.giveBack(subscriber)
            throw error
        }
    }
}

extension AuthorizationServer {
    /// RFC 7591 §2.3.
    func softwareStatement(_ json: JSON) throws(OAuthError) -> SoftwareStatement {
        try SoftwareStatement(
            json, trusted: configuration.registration.softwareStatementIssuers,
            audience: [configuration.issuer.value, url("/register")], now: clock.now)
    }

    /// None where nobody may register: then there is nothing at these addresses.
    var registrationRoutes: [Route] {
        guard configuration.registration.mode != .off else { return [] }
        let management = ClientConfigurationEndpoint(server: self)
        let limit = 32_768
        return [
            Route(.post, path("/register"), RegistrationEndpoint(server: self), bodyLimit: limit),
            Route(.get, path("/register/{client_id}"), management),
            Route(.put, path("/register/{client_id}"), management, bodyLimit: limit),
            Route(.delete, path("/register/{client_id}"), management),
        ]
    }
}

extension Request {
    /// RFC 7591 §3.1: the metadata are one JSON object. Its media type is asked for, so that no form of a web page can
    /// register anything from within its visitor's network.
    func clientMetadata() throws(OAuthError) -> JSONObject {
        let type = headers["content-type"]?.split(separator: ";").first ?? ""
        guard type.lowercased().filter({ $0 != " " }) == "application/json" else {
            throw OAuthError(.invalidRequest, "Content-Type must be application/json")
        }
        let json: JSON
        do {
            json = try JSON(parsing: body)
        } catch {
            throw OAuthError(
                .invalidClientMetadata,
                "the body is not JSON at octet \(error.offset): \(OAuthError.safe(error.reason))")
        }
        guard var object = json.objectValue else {
            throw OAuthError(.invalidClientMetadata, "the body must be one JSON object")
        }
        // RFC 7592 §2.2: what is null and what is left out are the same.
        object.members.removeAll(where: \.value.isNull)
        return object
    }
}
