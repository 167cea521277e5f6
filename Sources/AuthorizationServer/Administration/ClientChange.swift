import Encoding
import HTTP
import SMART
import Storage

/// `/admin/v1/clients/{client_id}`: a registration is changed as a whole or not at all.
extension ClientAdministration {
    /// A merge patch of the registration's metadata, which is then checked as if it came new (AD-02). A client that may do less than
    /// before, or proves itself in another way, loses what it holds: its tokens were made for what it was.
    @Sendable func update(_ request: AdministrationRequest) async throws -> Response {
        let (id, patch) = (request.pathParameter("client_id"), try MergePatch(request))
        let (now, address, servers) = (server.clock.now, request.peer.address, server.fhirServers)
        let warnings = try await request.write(server.database) { transaction in
            guard let stored = try transaction.client(id) else { throw Self.unknown(id) }
            guard let client = Client(stored) else {
                throw StorageError.corrupt("the metadata of a client cannot be read")
            }
            try Self.requireOwnRegistration(client)
            try EntityTag(version: client.version).requireMatch(request, of: "client")
            let check = try Self.check(patch, of: client)
            try Self.requireServedAudiences(check.metadata, servers, transaction)
            try request.caller.requireRights(check.metadata.ownRights, transaction)
            _ = try transaction.replaceClient(id: id, metadata: JSON.object(check.metadata.json).text, now: now)
            if Self.loses(client.metadata, becoming: check.metadata) {
                try transaction.endEverything(ofClient: id, reason: "client changed", now: now)
            }
            try transaction.audit(
                .clientUpdated, actor: request.caller.name, client: id, address: address,
                detail: patch.members.names.sorted().joined(separator: ", "), at: now)
            return check.warnings
        }
        server.clients.forget(id)
        guard let client = try server.clients.client(id) else { throw Self.unknown(id) }
        var object = client.versionedRegistration
        object["warnings"] = .array(warnings.map { .string($0) })
        var response = Response.json(200, .object(object))
        response.set("ETag", EntityTag(version: client.version).value)
        return response
    }

    private static func check(_ patch: MergePatch, of client: Client) throws -> RegistrationCheck {
        var errors = ["client_id", "client_secret"].filter(patch.members.contains).map { member in
            (member: member, reason: "cannot be changed here")
        }
        let check = RegistrationCheck(.object(patch.applied(to: client.metadata.json)))
        errors += check.problems.map { ($0.member, $0.reason) }
        guard errors.isEmpty else {
            throw Problem(
                status: 422, title: "The registration is not valid", detail: "See the members named in errors.",
                errors: errors)
        }
        return check
    }

    /// What a document says is changed where the document is.
    private static func requireOwnRegistration(_ client: Client) throws {
        guard client.documentSeenAt == nil else {
            throw Problem(
                status: 409, title: "The client is described elsewhere",
                detail: "What it is stands in the document that its id is the address of.")
        }
    }

    static func loses(_ old: ClientMetadata, becoming new: ClientMetadata) -> Bool {
        !new.scope.covers(old.scope, reading: .ceiling)
            || old.tokenEndpointAuthMethod != new.tokenEndpointAuthMethod
            || old.jwks != new.jwks || old.jwksURI?.value != new.jwksURI?.value
            || !Set(new.grantTypes).isSuperset(of: old.grantTypes)
    }
}

extension ClientAdministration {
    /// A resource server sees tokens of FHIR servers that there are, and never those for this server's own API.
    static func requireServedAudiences(
        _ metadata: ClientMetadata, _ servers: FHIRServerBook, _ transaction: borrowing WriteTransaction
    ) throws {
        var errors: [(member: String, reason: String)] = []
        for base in metadata.resourceServerAudiences where try !servers.isServed(base.value, transaction) {
            errors.append(
                ("resource_server_audiences", "\(OAuthError.safe(base.value)) is not one of the FHIR servers"))
        }
        guard errors.isEmpty else {
            throw Problem(
                status: 422, title: "The registration is not valid", detail: "See the members named in errors.",
                errors: errors)
        }
    }
}
