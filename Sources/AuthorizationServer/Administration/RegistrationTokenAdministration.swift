import Encoding
import HTTP
import SMART
import Storage

/// `/admin/v1/registration-tokens`: initial access tokens (RFC 7591 §3), which let others register clients.
struct RegistrationTokenAdministration: Sendable {
    let server: AuthorizationServer

    /// `{"uses"?, "expires_in"?, "scope"?}`. The token is in the answer and never shown again.
    @Sendable func create(_ request: AdministrationRequest) async throws -> Response {
        let policy = server.configuration.registration
        let asked = try NewRegistrationToken(try request.json(), policy)
        let secret = try HandleSecret(server.random)
        let (now, address) = (server.clock.now, request.peer.address)
        let stored = try await request.write(server.database) { transaction in
            let id = try transaction.insertRegistrationToken(
                secretHash: secret.hash, scopeLimit: asked.scope?.text, uses: asked.uses, now: now,
                expiresAt: now.adding(seconds: asked.lifetime))
            try transaction.audit(
                .registrationTokenCreated, actor: request.caller.name, address: address,
                detail: "registration-token \(id)",
                at: now)
            return try transaction.registrationToken(id)
        }
        guard let stored else { throw StorageError.corrupt("a registration token that was just written is not there") }
        var answer = Self.json(stored)
        answer["token"] = .string(Handle(id: stored.id, secret: secret).text)
        if policy.mode == .off { answer["warnings"] = ["registration.mode is off: nobody can use the token yet"] }
        return .json(201, .object(answer))
    }

    @Sendable func list(_ request: AdministrationRequest) async throws -> Response {
        let query = try ListQuery(request), after = try query.afterNumber()
        let stored = try server.database.read { (transaction) throws(StorageError) in
            try transaction.registrationTokens(after: after, limit: query.limit)
        }
        return query.answer("registration_tokens", stored.map(Self.json), last: stored.last.map { String($0.id) })
    }

    /// What was registered with it stays.
    @Sendable func revoke(_ request: AdministrationRequest) async throws -> Response {
        let text = request.pathParameter("id")
        let (now, address) = (server.clock.now, request.peer.address)
        let isRevoked = try await request.write(server.database) { transaction in
            guard let id = Int64(text), try transaction.deleteRegistrationToken(id) else { return false }
            try transaction.audit(
                .registrationTokenRevoked, actor: request.caller.name, address: address,
                detail: "registration-token \(id)",
                at: now)
            return true
        }
        guard isRevoked else {
            throw Problem(
                status: 404, title: "No such token", detail: "There is no registration token \(OAuthError.safe(text)).")
        }
        return Response(status: 204)
    }

    /// Never with the secret or its hash (AD-08).
    private static func json(_ token: StoredRegistrationToken) -> JSONObject {
        var object: JSONObject = [
            "id": .integer(token.id), "uses_left": .integer(token.usesLeft), "created_at": .integer(token.createdAt),
            "expires_at": .integer(token.expiresAt),
        ]
        object["scope"] = token.scopeLimit.map { .string($0) }
        return object
    }
}

/// An initial access token as an administrator asks for it, every member checked.
private struct NewRegistrationToken: Sendable {
    let uses: Int64
    let lifetime: Int64
    let scope: ScopeSet?

    private static let week: Int64 = 7 * 86_400

    init(_ json: JSON, _ policy: RegistrationPolicy) throws {
        var errors: [(member: String, reason: String)] = []
        for name in json.objectValue?.names ?? [] where !["uses", "expires_in", "scope"].contains(name) {
            errors.append((name, "is not a member of a registration token"))
        }
        uses = Self.number(json, "uses", default: 1, in: 1...1_000_000, &errors)
        lifetime = Self.number(json, "expires_in", default: Self.week, in: 60...31_622_400, &errors)
        scope = json["scope"].map { ScopeSet(parsing: $0.stringValue ?? "") }
        if let scope, scope.isEmpty || !scope.rejected.isEmpty {
            errors.append(("scope", "must be a space-separated list of scopes"))
        } else if let scope, policy.mode != .off, !policy.ceiling(nil).covers(scope, reading: .ceiling) {
            errors.append(("scope", "holds what registration.scopes does not allow"))
        }
        guard errors.isEmpty, json.objectValue != nil else {
            throw Problem(
                status: 422, title: "The registration token is not valid", detail: "See the members named in errors.",
                errors: errors)
        }
    }

    private static func number(
        _ json: JSON, _ member: String, default usual: Int64, in range: ClosedRange<Int64>,
        _ errors: inout [(member: String, reason: String)]
    ) -> Int64 {
        guard let value = json[member] else { return usual }
        if let number = value.integerValue, range.contains(number) { return number }
        errors.append((member, "must be a number from \(range.lowerBound) to \(range.upperBound)"))
        return usual
    }
}
