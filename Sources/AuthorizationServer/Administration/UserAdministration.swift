import Crypto
import Encoding
import HTTP
import SMART
import Storage

/// `/admin/v1/users`: the people who sign in.
struct UserAdministration: Sendable {
    let server: AuthorizationServer

    @Sendable func add(_ request: Request) async throws -> Response {
        let user = try NewUser(try request.json())
        let hash = try await server.passwords.hash(user.password)
        let sub = try "u_" + Base64URL.encode(server.random(16))
        let (now, address) = (server.clock.now, request.peer.address)
        do {
            try await server.database.write { transaction in
                let id = try transaction.insertUser(
                    sub: sub, username: user.username, usernameKey: Username.key(user.username),
                    displayName: user.displayName, passwordHash: hash, fhirUser: user.fhirUser?.relative, now: now)
                try transaction.setRepresentedPatients(userID: id, user.patients.map(\.value))
                try transaction.audit(
                    .userAdded, actor: "administrator", patient: nil, address: address, outcome: sub, at: now)
            }
        } catch StorageError.conflict {
            throw Problem(
                status: 409, title: "The user is there already", detail: "That username is taken.",
                errors: [("username", "is taken")])
        }
        return .json(201, .object(Self.json(try find(user.username))))
    }

    @Sendable func list(_ request: Request) async throws -> Response {
        let (limit, after) = try request.paging()
        let users = try server.database.read { (transaction) throws(StorageError) in
            try transaction.users(after: after.flatMap(Int64.init), limit: limit)
        }
        var body: JSONObject = ["users": .array(users.map { .object(Self.json($0)) })]
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

    @Sendable func setPassword(_ request: Request) async throws -> Response {
        var errors: [(member: String, reason: String)] = []
        let json = try request.json()
        let password = NewUser.password(json["password"], &errors)
        guard errors.isEmpty else { throw NewUser.problem(errors) }
        let hash = try await server.passwords.hash(password)
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
            try transaction.audit(event, actor: "administrator", address: address, outcome: user.sub, at: now)
        }
        return .json(200, .object(Self.json(try find(user.username))))
    }

    private func find(_ username: String) throws -> StoredUser {
        let user = try server.database.read { (transaction) throws(StorageError) in
            try transaction.user(usernameKey: Username.key(username))
        }
        guard let user else {
            throw Problem(status: 404, title: "No such user", detail: "There is no user \(OAuthError.safe(username)).")
        }
        return user
    }

    private static func json(_ user: StoredUser) -> JSONObject {
        var object: JSONObject = [
            "username": .string(user.username), "sub": .string(user.sub), "name": .string(user.displayName),
            "created_at": .integer(user.createdAt), "disabled": .bool(user.disabledAt != nil),
        ]
        if let fhirUser = user.fhirUser { object["fhirUser"] = .string(fhirUser) }
        return object
    }
}

/// A user as an administrator gives it, every member checked.
struct NewUser: Sendable {
    let username: String
    let password: Secret
    let displayName: String
    let fhirUser: FHIRUser?
    /// Whose records this person may choose beside their own.
    let patients: [FHIRID]

    init(_ json: JSON) throws {
        var errors: [(member: String, reason: String)] = []
        for name in json.objectValue?.members.map(\.name) ?? []
        where !["username", "password", "name", "fhirUser", "patients"].contains(name) {
            errors.append((name, "is not a member of a user"))
        }
        username = json["username"]?.stringValue ?? ""
        if !(1...128).contains(username.utf8.count) || username.utf8.contains(where: { $0 <= 0x20 || $0 == 0x7F }) {
            errors.append(("username", "must be 1 to 128 octets without spaces and control characters"))
        }
        password = Self.password(json["password"], &errors)
        displayName = json["name"]?.stringValue ?? username
        if displayName.utf8.count > 200 || displayName.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) {
            errors.append(("name", "must be at most 200 octets without control characters"))
        }
        fhirUser = json["fhirUser"]?.stringValue.flatMap(FHIRUser.init)
        if json["fhirUser"] != nil, fhirUser == nil {
            errors.append(
                (
                    "fhirUser",
                    "must be like Practitioner/9: Patient, Practitioner, PractitionerRole, RelatedPerson or Person"
                ))
        }
        let listed = json["patients"] == nil ? [] : json["patients"]?.strings
        patients = (listed ?? []).compactMap(FHIRID.init)
        if patients.count != listed?.count { errors.append(("patients", "must be a list of patient ids")) }
        guard errors.isEmpty else { throw Self.problem(errors) }
    }

    /// PW-02: at least 15 characters, at most 1024 octets, all of Unicode, nothing cut off.
    static func password(_ json: JSON?, _ errors: inout [(member: String, reason: String)]) -> Secret {
        let text = json?.stringValue ?? ""
        if text.unicodeScalars.count < 15 || text.utf8.count > 1024 || text.utf8.contains(0) {
            errors.append(("password", "must have at least 15 characters and at most 1024 octets, none of them NUL"))
        }
        return Secret(Array(text.utf8))
    }

    static func problem(_ errors: [(member: String, reason: String)]) -> Problem {
        Problem(
            status: 422, title: "The user is not valid", detail: "See the members named in errors.", errors: errors)
    }
}
