import Crypto
import Encoding
import HTTP
import SMART
import Storage

/// `/admin/v1/fhir-servers`: the FHIR servers that tokens are issued for. Those of the configuration file are shown among
/// them and changed only there.
struct FHIRServerAdministration: Sendable {
    let server: AuthorizationServer

    @Sendable func list(_ request: AdministrationRequest) async throws -> Response {
        let query = try ListQuery(request)
        // Few, and in memory: the page is cut there.
        let following = try server.fhirServers.edition().servers.filter { $0.id > query.after ?? "" }.sorted {
            $0.id < $1.id
        }
        let page = following.prefix(query.limit)
        var body: JSONObject = ["fhir_servers": .array(page.map { .object(shown($0)) })]
        if page.count < following.count, let last = page.last { body["next"] = .string(last.id) }
        return .json(200, .object(body))
    }

    @Sendable func show(_ request: AdministrationRequest) async throws -> Response {
        let id = request.pathParameter("id")
        guard let found = try server.fhirServers.edition().server(id: id) else { throw Self.unknown(id) }
        return tagged(200, found)
    }

    /// The members that one has in the configuration file.
    @Sendable func add(_ request: AdministrationRequest) async throws -> Response {
        let new = try NewFHIRServer(try request.json())
        let (now, address) = (server.clock.now, request.peer.address)
        try await write(request) { book, transaction in
            try new.insert(by: request.caller.name, address: address, book, transaction, now: now)
        }
        return tagged(201, new.server)
    }

    /// PUT: all of it. What is left out is as if it had never been said.
    @Sendable func replace(_ request: AdministrationRequest) async throws -> Response {
        let json = try request.json()
        return try await update(request) { _ in json }
    }

    /// PATCH: RFC 7396. A member that is null goes.
    @Sendable func change(_ request: AdministrationRequest) async throws -> Response {
        let patch = try MergePatch(request)
        return try await update(request) { current in .object(patch.applied(to: current.json)) }
    }

    /// `?force=true` revokes the grants that there are for it, which else keep it.
    @Sendable func remove(_ request: AdministrationRequest) async throws -> Response {
        let (id, isForced) = (request.pathParameter("id"), try request.flag("force"))
        let (now, address, issuer) = (server.clock.now, request.peer.address, server.configuration.issuer.value)
        try await write(request) { book, transaction in
            let current = try book.changeable(id, transaction)
            try current.requireUnused(but: issuer, isForced: isForced, book, transaction, now: now)
            try current.remove(by: request.caller.name, address: address, book, transaction, now: now)
        }
        return Response(status: 204)
    }

    /// Over what was read, and nothing that came in between (AD-09): If-Match names its entity tag.
    private func update(
        _ request: AdministrationRequest, _ json: @escaping @Sendable (FHIRServer) -> JSON
    ) async throws -> Response {
        let (id, condition) = (request.pathParameter("id"), RevisionCondition(request.headers))
        let (now, address) = (server.clock.now, request.peer.address)
        let changed = try await write(request) { book, transaction in
            let current = try book.changeable(id, transaction)
            try condition.require(version: current.version, of: "FHIR server")
            let new = try NewFHIRServer(json(current))
            try new.replace(current, by: request.caller.name, address: address, transaction, now: now)
            return new.server
        }
        return tagged(200, changed)
    }

    private func write<T: Sendable>(
        _ request: AdministrationRequest,
        _ body: @escaping @Sendable (FHIRServerBook, borrowing WriteTransaction) throws -> T
    ) async throws -> T {
        let book = server.fhirServers
        defer { book.forget() }
        return try await request.write(server.database) { transaction in try body(book, transaction) }
    }

    private func tagged(_ status: Int, _ found: FHIRServer) -> Response {
        var response = Response.json(status, .object(shown(found)))
        response.set("ETag", "\"\(found.version)\"")
        return response
    }

    private func shown(_ found: FHIRServer) -> JSONObject {
        var object = found.json
        object["source"] = server.fhirServers.isConfigured(found.base.value) ? "file" : "registered"
        object["version"] = .string(found.version)
        return object
    }

    static func unknown(_ id: String) -> Problem {
        Problem(status: 404, title: "No such FHIR server", detail: "There is no FHIR server \(OAuthError.safe(id)).")
    }
}

extension FHIRServer {
    /// Another where any member is another.
    var version: String { Base64URL.encode(Digest.sha256(JSON.object(json).serialized())) }
}
