import Crypto
import Encoding
import HTTP
import Policy
import SMART
import Storage

/// `/admin/v1/clients`: registrations with the members of RFC 7591 and, for provisioning, `client_id` and `client_secret`.
struct ClientAdministration: Sendable {
    let server: AuthorizationServer

    @Sendable func register(_ request: AdministrationRequest) async throws -> Response {
        let registration = try Registration(try request.json())
        return .json(201, .object(try await registration.store(server, request)))
    }

    /// With `waiting=true` those alone that wait for approval; with `name`, those whose name holds it.
    @Sendable func list(_ request: AdministrationRequest) async throws -> Response {
        let query = try ListQuery(request, filters: ["waiting", "name"], isSorted: true)
        let order = try query.order(among: ClientSort.allCases), after = try query.place(in: order)
        if order.key == .created, let after, Int64(after.key) == nil { throw ListQuery.wrongAfter }
        // AD-08: chosen before they are counted off.
        let filter = ClientFilter(isWaiting: try request.flag("waiting"), name: query["name"])
        let listed = try server.database.read { (transaction) throws(StorageError) in
            try transaction.clients(
                filter, by: order.key, isDescending: order.isDescending, after: after, limit: query.limit)
        }
        let clients = listed.compactMap { Client($0.element)?.versionedRegistration }
        return query.answer("clients", clients, rows: listed.count, last: listed.last.map { order.cursor($0.place) })
    }

    @Sendable func show(_ request: AdministrationRequest) async throws -> Response {
        let id = request.pathParameter("client_id")
        guard let client = try server.clients.client(id) else { throw Self.unknown(id) }
        var response = Response.json(200, .object(client.checkedRegistration))
        response.set("ETag", EntityTag(version: client.version).value)
        return response
    }

    /// The client's grants, codes and launches end with it, in the same transaction.
    @Sendable func remove(_ request: AdministrationRequest) async throws -> Response {
        let (id, now, address) = (request.pathParameter("client_id"), server.clock.now, request.peer.address)
        let isRemoved = try await request.write(server.database) { transaction in
            guard try transaction.deleteClient(id, now: now) else { return false }
            try transaction.audit(.clientRemoved, actor: request.caller.name, client: id, address: address, at: now)
            return true
        }
        server.clients.forget(id)
        guard isRemoved else { throw Self.unknown(id) }
        return Response(status: 204)
    }

    static func unknown(_ id: String) -> Problem {
        Problem(status: 404, title: "No such client", detail: "There is no client \(OAuthError.safe(id)).")
    }
}

/// A registration on its way in: metadata, id, secret and roles, all valid.
struct Registration: Sendable {
    private let clientID: ClientID?
    private let secret: String?
    private let metadata: ClientMetadata
    private let warnings: [String]
    /// What the client has on its own from the start, beside the usual one.
    private let roles: [NewRoleAssignment]

    init(_ json: JSON) throws {
        guard var object = json.objectValue else {
            throw Problem(status: 400, title: "Not an object", detail: "A registration is one JSON object.")
        }
        var errors: [(member: String, reason: String)] = []
        roles = object["roles"].map { NewRoleAssignment.list($0, &errors) } ?? []
        object["roles"] = nil
        let check = RegistrationCheck(.object(object))
        errors += check.problems.map { ($0.member, $0.reason) }
        guard errors.isEmpty else {
            throw Problem(
                status: 422, title: "The registration is not valid", detail: "See the members named in errors.",
                errors: errors)
        }
        (clientID, secret, metadata, warnings) = (check.clientID, check.secret, check.metadata, check.warnings)
    }

    /// Stores the client and gives its registration, with the secret: the only time that it is shown (TK-05).
    func store(_ server: AuthorizationServer, _ request: AdministrationRequest) async throws -> JSONObject {
        let id = try clientID?.value ?? ClientRegistry.newID(server.random)
        if server.clients.isReserved(id) {
            throw Problem(
                status: 422, title: "The registration is not valid", detail: "See the members named in errors.",
                errors: [("client_id", "is this server's own")])
        }
        var shown = secret
        var verifiers: [String] = []
        if let secret {
            verifiers = [try await server.clientSecrets.verifier(choosing: secret)]
        } else if metadata.tokenEndpointAuthMethod.usesSecret {
            let made = try ClientSecrets.generate(server.random)
            shown = made.secret
            verifiers = [made.verifier]
        }
        let (text, now, book) = (JSON.object(metadata.json).text, server.clock.now, server.roles)
        let (caller, address) = (request.caller, request.peer.address)
        let usual = metadata.scope.resources(level: .system).isEmpty ? nil : try server.usualRoles()[.client]
        var assignments = roles
        if let usual, !roles.contains(where: { $0.role == usual }) {
            assignments.append(NewRoleAssignment(role: usual, reason: "given to all of this kind"))
        }
        do {
            try await request.write(server.database) {
                [verifiers, assignments, servers = server.fhirServers] transaction in
                try ClientAdministration.requireServedAudiences(metadata, servers, transaction)
                try caller.requireRights(metadata.ownRights, transaction)
                try transaction.insertClient(id: id, metadata: text, secretVerifiers: verifiers, now: now)
                try transaction.audit(.clientRegistered, actor: caller.name, client: id, address: address, at: now)
                if !roles.isEmpty { try caller.requireRights(.assigningRoles, transaction) }
                for assignment in assignments {
                    _ = try assignment.store(
                        to: .client(id), holder: .client, by: caller, address: address, book, transaction, now: now)
                }
            }
        } catch StorageError.conflict {
            throw Problem(
                status: 409, title: "The client is there already", detail: "client_id \(OAuthError.safe(id)) is taken.",
                errors: [("client_id", "is taken")])
        }
        server.clients.forget(id)
        guard var answer = try server.clients.client(id)?.registration else {
            throw StorageError.corrupt("a client that was just written is not there")
        }
        if let shown { answer["client_secret"] = .string(shown) }
        answer["warnings"] = .array(warnings.map { .string($0) })
        return answer
    }
}

extension Client {
    /// RFC 7591 §3.2.1, never with a secret or its hash.
    var registration: JSONObject {
        var object: JSONObject = ["client_id": .string(id.value), "client_id_issued_at": .integer(createdAt)]
        for member in metadata.json.members { object[member.name] = member.value }
        if !secrets.isEmpty {
            // RFC 7591 §3.2.1: 0 if it does not expire, as the current secret does not.
            object["client_secret_expires_at"] = .integer(secrets.last?.expiresAt ?? 0)
        }
        if standing != .administered { object["standing"] = .string(standing.rawValue) }
        if let documentSeenAt {
            object["registered_by"] = "document"
            object["document_seen_at"] = .integer(documentSeenAt)
        }
        if isDisabled { object["disabled"] = true }
        return object
    }

    /// Of all that it is registered as: another where any member is another.
    var version: String { Base64URL.encode(Digest.sha256(JSON.object(metadata.json).serialized())) }

    /// As administrators read it: with the version that an approval names (AD-09).
    var versionedRegistration: JSONObject {
        var object = registration
        object["version"] = .string(version)
        return object
    }

    /// With what the check says of it now: an older version of this server may have accepted what this one would not.
    var checkedRegistration: JSONObject {
        let check = RegistrationCheck(.object(metadata.json))
        var object = versionedRegistration
        object["warnings"] = .array(check.warnings.map { .string($0) })
        if !check.problems.isEmpty { object["problems"] = check.json["problems"] }
        return object
    }
}
