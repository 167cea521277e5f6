import Encoding
import HTTP
import Policy
import SMART
import Storage

/// `/admin/v1/users/{username}`: one person, read, changed and removed.
extension UserAdministration {
    @Sendable func show(_ request: AdministrationRequest) async throws -> Response {
        try response(200, find(request.pathParameter("username")))
    }

    /// A merge patch of `name`, `fhirUser` and `patients`. Who becomes another in the record signs in again, and so do their apps.
    @Sendable func update(_ request: AdministrationRequest) async throws -> Response {
        let (username, patch) = (request.pathParameter("username"), try MergePatch(request))
        let (now, address, book) = (server.clock.now, request.peer.address, server.roles)
        try await request.write(server.database) { transaction in
            guard let user = try transaction.user(usernameKey: Username.key(username)) else {
                throw Self.unknown(username)
            }
            let present = try Self.changeable(user, transaction)
            try EntityTag(of: present).requireMatch(request, of: "user")
            let change = try UserChange(patch, of: present)
            let administrators = try RemainingAdministrator(request, book, transaction, now: now)
            if change.fhirUser != user.fhirUser {
                // Their roles may come to mean more, and whoever acts as them is somebody else from now on.
                try request.caller.requireRights(transaction.ownRights(ofUser: user.id, book), transaction)
                try transaction.endEverything(ofUser: user.id, reason: "user changed", now: now)
            }
            _ = try transaction.updateUser(id: user.id, displayName: change.name, fhirUser: change.fhirUser)
            try transaction.representPatients(change.patients, userID: user.id)
            try administrators.requireOne(transaction)
            try transaction.audit(
                .userUpdated, actor: request.caller.name, address: address,
                detail: patch.members.names.sorted().joined(separator: ", "), subject: user.sub, at: now)
        }
        return try response(200, find(username))
    }

    /// With their sessions, grants and roles. What the audit record says of them stays, and so does who broke the glass.
    @Sendable func remove(_ request: AdministrationRequest) async throws -> Response {
        let username = request.pathParameter("username")
        let (now, address, book) = (server.clock.now, request.peer.address, server.roles)
        try await request.write(server.database) { transaction in
            guard let user = try transaction.user(usernameKey: Username.key(username)) else {
                throw Self.unknown(username)
            }
            guard try !transaction.isNeeded(user: user.id) else {
                throw Problem(
                    status: 409, title: "The user is needed",
                    detail: "They had emergency access, of which a record is kept: disable them instead.")
            }
            let administrators = try RemainingAdministrator(request, book, transaction, now: now)
            _ = try transaction.deleteUser(user.id, now: now)
            try administrators.requireOne(transaction)
            try transaction.audit(
                .userRemoved, actor: request.caller.name, address: address, subject: user.sub, at: now)
        }
        return Response(status: 204)
    }

    private func response(_ status: Int, _ user: StoredUser) throws -> Response {
        let present = try server.database.read { (transaction) throws(StorageError) in
            try Self.changeable(user, transaction)
        }
        var object = json(user)
        object["patients"] = present["patients"]
        var response = Response.json(status, .object(object))
        response.set("ETag", EntityTag(of: present).value)
        return response
    }

    /// What of a person can be changed, which is what its tag is of.
    private static func changeable(
        _ user: StoredUser, _ transaction: borrowing some Reading & ~Copyable
    ) throws(StorageError) -> JSONObject {
        let patients = try transaction.representedPatients(userID: user.id).map(\.id).sorted()
        var object: JSONObject = [
            "name": .string(user.displayName), "patients": .array(patients.map { .string($0) }),
        ]
        object["fhirUser"] = user.fhirUser.map { .string($0) }
        return object
    }
}

/// A person as they are to be, every member checked.
private struct UserChange {
    let name: String
    let fhirUser: String?
    let patients: [String]

    init(_ patch: MergePatch, of present: JSONObject) throws {
        var errors: [(member: String, reason: String)] = []
        for member in patch.members.names where !["name", "fhirUser", "patients"].contains(member) {
            errors.append((member, "cannot be changed here"))
        }
        let json = JSON.object(patch.applied(to: present))
        name = NewUser.displayName(json["name"], &errors)
        fhirUser = NewUser.fhirUser(json["fhirUser"], &errors)?.relative
        patients = NewUser.patients(json["patients"], &errors).map(\.value)
        guard errors.isEmpty else { throw NewUser.problem(errors) }
    }
}
