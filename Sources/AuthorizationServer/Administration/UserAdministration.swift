import Crypto
import Encoding
import HTTP
import Policy
import SMART
import Storage

/// `/admin/v1/users`: the people who sign in.
struct UserAdministration: Sendable {
    let server: AuthorizationServer

    @Sendable func add(_ request: AdministrationRequest) async throws -> Response {
        let user = try NewUser(try request.json(), organization: server.configuration.branding.name)
        let hash = try await server.passwords.hash(user.password.secret)
        let sub = try "u_" + Base64URL.encode(server.random(16))
        let (now, address, book) = (server.clock.now, request.peer.address, server.roles)
        let assignments = user.assignments(try server.usualRoles())
        do {
            try await request.write(server.database) { transaction in
                let id = try transaction.insertUser(
                    sub: sub, username: user.username, usernameKey: Username.key(user.username),
                    displayName: user.displayName, passwordHash: hash, fhirUser: user.fhirUser?.relative,
                    mustChangePassword: user.mustChangePassword, now: now)
                try transaction.representPatients(user.patients.map(\.value), userID: id)
                try transaction.audit(
                    .userAdded, actor: request.caller.name, address: address, subject: sub, at: now)
                if user.roles?.isEmpty == false { try request.caller.requireRights(.assigningRoles, transaction) }
                for assignment in assignments {
                    _ = try assignment.store(
                        to: .user(id), holder: user.fhirUser.map { Holder($0.type) }, by: request.caller,
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

    /// In the order that they were added, unless `sort` says otherwise; with `username`, by name, those whose name begins so.
    @Sendable func list(_ request: AdministrationRequest) async throws -> Response {
        let query = try ListQuery(request, filters: ["username"], isSorted: true)
        let beginning = query["username"].map(Username.key)
        // No index has both a beginning and another order.
        let order = try query.order(among: beginning == nil ? UserSort.allCases : [.username])
        let after = try query.numberedPlace(in: order)
        let listed = try server.database.read { (transaction) throws(StorageError) in
            guard let beginning else {
                return try transaction.users(
                    by: order.key, isDescending: order.isDescending, after: after, limit: query.limit)
            }
            return try transaction.users(
                namedLike: beginning, isDescending: order.isDescending, after: after, limit: query.limit)
        }
        return query.answer(
            "users", listed.map { json($0.element) }, last: listed.last.map { order.cursor($0.place) })
    }

    /// Sessions and grants end in the same transaction (SE-06).
    @Sendable func disable(_ request: AdministrationRequest) async throws -> Response {
        let book = server.roles
        return try await change(request, .userDisabled) { transaction, user, now in
            let administrators = try RemainingAdministrator(request, book, transaction, now: now)
            let isChanged = try transaction.disableUser(user.id, now: now)
            try administrators.requireOne(transaction)
            return isChanged
        }
    }

    @Sendable func enable(_ request: AdministrationRequest) async throws -> Response {
        let book = server.roles
        return try await change(request, .userEnabled) { transaction, user, _ in
            try request.caller.requireRights(transaction.ownRights(ofUser: user.id, book), transaction)
            return try transaction.enableUser(user.id)
        }
    }

    /// Forgets the tries that failed: the person can sign in again from anywhere, and at once (PW-04).
    @Sendable func unlock(_ request: AdministrationRequest) async throws -> Response {
        try await change(request, .userUnlocked) { transaction, user, _ in
            for isKnown in [true, false] {
                try transaction.clearAttempts(key: AttemptKey.account(Username.key(user.username), isKnown: isKnown))
            }
            return try transaction.clearFailedSignIns(userID: user.id)
        }
    }

    @Sendable func setPassword(_ request: AdministrationRequest) async throws -> Response {
        var errors: [(member: String, reason: String)] = []
        let json = try request.json()
        let user = try find(request.pathParameter("username"))
        let names = [user.username, user.displayName, server.configuration.branding.name]
        let mustChange = NewUser.mustChange(json, &errors)
        guard let password = NewUser.password(json["password"], names: names, &errors), errors.isEmpty else {
            throw NewUser.problem(errors)
        }
        let hash = try await server.passwords.hash(password.secret)
        let book = server.roles
        return try await change(request, .passwordSet) { transaction, user, now in
            // Whoever has the password acts as the person.
            try request.caller.requireRights(transaction.ownRights(ofUser: user.id, book), transaction)
            return try transaction.setPassword(userID: user.id, hash: hash, mustChange: mustChange, now: now)
        }
    }

    private func change(
        _ request: AdministrationRequest, _ event: AuditEvent,
        _ body: @escaping @Sendable (borrowing WriteTransaction, StoredUser, Int64) throws -> Bool
    ) async throws -> Response {
        let user = try find(request.pathParameter("username"))
        let (now, address) = (server.clock.now, request.peer.address)
        try await request.write(server.database) { transaction in
            _ = try body(transaction, user, now)
            try transaction.audit(event, actor: request.caller.name, address: address, subject: user.sub, at: now)
        }
        return .json(200, .object(json(try find(user.username))))
    }

    func find(_ username: String) throws -> StoredUser {
        let user = try server.database.read { (transaction) throws(StorageError) in
            try transaction.user(usernameKey: Username.key(username))
        }
        guard let user else { throw Self.unknown(username) }
        return user
    }

    static func unknown(_ username: String) -> Problem {
        Problem(status: 404, title: "No such user", detail: "There is no user \(OAuthError.safe(username)).")
    }

    func json(_ user: StoredUser) -> JSONObject {
        var object: JSONObject = [
            "username": .string(user.username), "sub": .string(user.sub), "name": .string(user.displayName),
            "created_at": .integer(user.createdAt), "disabled": .bool(user.disabledAt != nil),
            "locked": .bool(user.failedSignIns >= server.guessing.consecutiveFromElsewhere),
        ]
        if user.mustChangePassword { object["must_change_password"] = true }
        if let fhirUser = user.fhirUser { object["fhirUser"] = .string(fhirUser) }
        return object
    }
}
