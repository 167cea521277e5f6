import Encoding
import HTTP
import Policy
import SMART
import Storage

/// `/admin/v1/groups`: people who have roles together.
struct GroupAdministration: Sendable {
    let server: AuthorizationServer

    /// `{"name", "title"?}`
    @Sendable func add(_ request: AdministrationRequest) async throws -> Response {
        let group = try NewGroup(try request.json())
        let (now, address) = (server.clock.now, request.peer.address)
        do {
            try await request.write(server.database) { transaction in
                try transaction.insertGroup(group.name, title: group.title, now: now)
                try transaction.audit(
                    .groupChanged, actor: request.caller.name, address: address, detail: "\(group.name) made", at: now)
            }
        } catch StorageError.conflict {
            throw Problem(
                status: 409, title: "The group is there already", detail: "That name is taken.",
                errors: [("name", "is taken")])
        }
        return .json(201, ["name": .string(group.name), "title": .string(group.title), "created_at": .integer(now)])
    }

    @Sendable func list(_ request: AdministrationRequest) async throws -> Response {
        let query = try ListQuery(request)
        let groups = try server.database.read { (transaction) throws(StorageError) in
            try transaction.groups(after: query.after, limit: query.limit)
        }
        let items = groups.map { group -> JSONObject in
            ["name": .string(group.name), "title": .string(group.title), "created_at": .integer(group.createdAt)]
        }
        return query.answer("groups", items, last: groups.last?.name)
    }

    /// Its members lose what they had by it, in the same transaction.
    @Sendable func remove(_ request: AdministrationRequest) async throws -> Response {
        let (name, now, address) = (request.pathParameter("name"), server.clock.now, request.peer.address)
        let book = server.roles
        try await request.write(server.database) { transaction in
            let administrators = try RemainingAdministrator(request, book, transaction, now: now)
            let denied = try transaction.ownRights(ofGroup: name, book, \.ownRightsDenied)
            try request.caller.requireRights(denied, transaction)
            guard try transaction.removeGroup(name, by: request.caller.name, now: now) else { throw Self.unknown(name) }
            try transaction.audit(
                .groupChanged, actor: request.caller.name, address: address, detail: "\(name) removed", at: now)
            try administrators.requireOne(transaction)
        }
        return Response(status: 204)
    }

    @Sendable func members(_ request: AdministrationRequest) async throws -> Response {
        let query = try ListQuery(request), after = try query.afterNumber()
        let name = request.pathParameter("name")
        let found = try server.database.read { (transaction) throws(StorageError) -> (users: [JSON], last: Int64?)? in
            guard try transaction.group(name) != nil else { return nil }
            let ids = try transaction.groupMembers(name, after: after, limit: query.limit)
            var users: [JSON] = []
            for id in ids {
                guard let user = try transaction.user(id: id) else { continue }
                var object: JSONObject = ["username": .string(user.username), "name": .string(user.displayName)]
                object["fhirUser"] = user.fhirUser.map { .string($0) }
                users.append(.object(object))
            }
            return (users, ids.count == query.limit ? ids.last : nil)
        }
        guard let found else { throw Self.unknown(name) }
        var body: JSONObject = ["members": .array(found.users)]
        if let last = found.last { body["next"] = .string(String(last)) }
        return .json(200, .object(body))
    }

    /// Who is in it already stays in it.
    @Sendable func addMember(_ request: AdministrationRequest) async throws -> Response {
        let book = server.roles
        return try await change(request) { transaction, user, name in
            if try !transaction.roleAssignments(ofGroup: name).isEmpty {
                try request.caller.requireRights(.assigningRoles, transaction)
            }
            try request.caller.requireRights(
                transaction.ownRights(ofGroup: name, book, \.ownRightsGiven), transaction)
            guard try transaction.addGroupMember(user.id, to: name) else { return nil }
            return "\(name) has \(user.sub)"
        }
    }

    @Sendable func removeMember(_ request: AdministrationRequest) async throws -> Response {
        let book = server.roles
        return try await change(request) { transaction, user, name in
            let denied = try transaction.ownRights(ofGroup: name, book, \.ownRightsDenied)
            let held = try transaction.ownRights(ofUser: user.id, book)
            try request.caller.requireRights(held.intersection(denied, reading: .role), transaction)
            guard try transaction.removeGroupMember(user.id, from: name) else {
                throw Problem(
                    status: 404, title: "Not a member",
                    detail: "\(OAuthError.safe(user.username)) is not in \(OAuthError.safe(name)).")
            }
            return "\(name) has no more \(user.sub)"
        }
    }

    /// `body` answers what the audit record says; nil where nothing was changed.
    private func change(
        _ request: AdministrationRequest,
        _ body: @escaping @Sendable (borrowing WriteTransaction, StoredUser, String) throws -> String?
    ) async throws -> Response {
        let (name, username) = (request.pathParameter("name"), request.pathParameter("username"))
        let (now, address, book) = (server.clock.now, request.peer.address, server.roles)
        try await request.write(server.database) { transaction in
            let administrators = try RemainingAdministrator(request, book, transaction, now: now)
            guard try transaction.group(name) != nil else { throw Self.unknown(name) }
            guard let user = try transaction.user(usernameKey: Username.key(username)) else {
                throw UserAdministration.unknown(username)
            }
            guard let detail = try body(transaction, user, name) else { return }
            try transaction.audit(
                .groupChanged, actor: request.caller.name, address: address, detail: detail, subject: user.sub, at: now)
            try administrators.requireOne(transaction)
        }
        return Response(status: 204)
    }

    static func unknown(_ name: String) -> Problem {
        Problem(status: 404, title: "No such group", detail: "There is no group \(OAuthError.safe(name)).")
    }
}

/// A group as an administrator gives it, every member checked.
struct NewGroup: Sendable {
    let name: String
    let title: String

    init(_ json: JSON) throws {
        var errors: [(member: String, reason: String)] = []
        for member in json.objectValue?.names ?? [] where !["name", "title"].contains(member) {
            errors.append((member, "is not a member of a group"))
        }
        // It is written as a role is, for it stands beside them everywhere.
        name = json["name"]?.stringValue.flatMap(RoleName.init)?.value ?? ""
        if name.isEmpty {
            errors.append(("name", "must be lower-case letters, digits and inner hyphens, at most 64"))
        }
        title = json["title"] == nil ? name : json["title"]?.stringValue ?? ""
        if !(1...200).contains(title.utf8.count) || title.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) {
            errors.append(("title", "must be 1 to 200 octets without control characters"))
        }
        guard errors.isEmpty, json.objectValue != nil else {
            throw Problem(
                status: 422, title: "The group is not valid", detail: "See the members named in errors.",
                errors: errors)
        }
    }
}
