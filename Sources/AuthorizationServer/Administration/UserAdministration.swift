import Crypto
import Encoding
import HTTP
import Policy
import SMART
import Storage

/// `/admin/v1/users`: the people who sign in.
struct UserAdministration: Sendable {
    let server: AuthorizationServer

    @Sendable func add(_ request: Request) async throws -> Response {
        let user = try NewUser(try request.json(), organization: server.configuration.branding.name)
        let hash = try await server.passwords.hash(user.password.secret)
        let sub = try "u_" + Base64URL.encode(server.random(16))
        let (now, address, book) = (server.clock.now, request.peer.address, server.roles)
        let assignments = user.assignments(try server.usualRoles())
        do {
            try await server.database.write { transaction in
                let id = try transaction.insertUser(
                    sub: sub, username: user.username, usernameKey: Username.key(user.username),
                    displayName: user.displayName, passwordHash: hash, fhirUser: user.fhirUser?.relative, now: now)
                try transaction.setRepresentedPatients(userID: id, user.patients.map(\.value))
                try transaction.audit(
                    .userAdded, actor: "administrator", address: address, subject: sub, at: now)
                for assignment in assignments {
                    _ = try assignment.store(
                        to: .user(id), holder: user.fhirUser.map { Holder($0.type) }, by: "administrator",
                        address: address, book, transaction, now: now)
                }
            }
        } catch StorageError.conflict {
            throw Problem(
                status: 409, title: "The user is there already", detail: "That username is taken.",
                errors: [("username", "is taken")])
        }
        return .json(201, .object(json(try find(user.username))))
    }

    @Sendable func list(_ request: Request) async throws -> Response {
        let (limit, after) = try request.paging()
        let users = try server.database.read { (transaction) throws(StorageError) in
            try transaction.users(after: after.flatMap(Int64.init), limit: limit)
        }
        var body: JSONObject = ["users": .array(users.map { .object(json($0)) })]
        if users.count == limit, let last = users.last { body["next"] = .string(String(last.id)) }
        return .json(200, .object(body))
    }

    /// Sessions and grants end in the same transaction (SE-06).
    @Sendable func disable(_ request: Request) async throws -> Response {
        try await change(request, .userDisabled) { transaction, user, now in
            try transaction.disableUser(user.id, now: now)
        }
    }

    @Sendable func enable(_ request: Request) async throws -> Response {
        try await change(request, .userEnabled) { transaction, user, _ in try transaction.enableUser(user.id) }
    }

    /// Forgets the tries that failed: the person can sign in again from anywhere, and at once (PW-04).
    @Sendable func unlock(_ request: Request) async throws -> Response {
        try await change(request, .userUnlocked) { transaction, user, _ in
            for isKnown in [true, false] {
                try transaction.clearAttempts(key: AttemptKey.account(Username.key(user.username), isKnown: isKnown))
            }
            return try transaction.clearFailedSignIns(userID: user.id)
        }
    }

    @Sendable func setPassword(_ request: Request) async throws -> Response {
        var errors: [(member: String, reason: String)] = []
        let json = try request.json()
        let user = try find(request.pathParameter("username"))
        let names = [user.username, user.displayName, server.configuration.branding.name]
        guard let password = NewUser.password(json["password"], names: names, &errors) else {
            throw NewUser.problem(errors)
        }
        let hash = try await server.passwords.hash(password.secret)
        return try await change(request, .passwordSet) { transaction, user, now in
            try transaction.setPassword(userID: user.id, hash: hash, now: now)
        }
    }

    private func change(
        _ request: Request, _ event: AuditEvent,
        _ body: @escaping @Sendable (borrowing WriteTransaction, StoredUser, Int64) throws -> Bool
    ) async throws -> Response {
        let user = try find(request.pathParameter("username"))
        let (now, address) = (server.clock.now, request.peer.address)
        try await server.database.write { transaction in
            _ = try body(transaction, user, now)
            try transaction.audit(event, actor: "administrator", address: address, subject: user.sub, at: now)
        }
        return .json(200, .object(json(try find(user.username))))
    }

    private func find(_ username: String) throws -> StoredUser {
        let user = try server.database.read { (transaction) throws(StorageError) in
            try transaction.user(usernameKey: Username.key(username))
        }
        guard let user else { throw Self.unknown(username) }
        return user
    }

    static func unknown(_ username: String) -> Problem {
        Problem(status: 404, title: "No such user", detail: "There is no user \(OAuthError.safe(username)).")
    }

    private func json(_ user: StoredUser) -> JSONObject {
        var object: JSONObject = [
            "username": .string(user.username), "sub": .string(user.sub), "name": .string(user.displayName),
            "created_at": .integer(user.createdAt), "disabled": .bool(user.disabledAt != nil),
            "locked": .bool(user.failedSignIns >= server.configuration.guessing.consecutiveFromElsewhere),
        ]
        if let fhirUser = user.fhirUser { object["fhirUser"] = .string(fhirUser) }
        return object
    }
}
