import Encoding
import SMART
import Storage

/// A FHIR server as an administrator describes it, every member checked: by the rules of the configuration file, and those
/// that come from being registered while the server runs.
struct NewFHIRServer: Sendable {
    let server: FHIRServer

    /// Throws a `Problem` that names every wrong member.
    init(_ json: JSON) throws {
        let read: FHIRServer
        do throws(FHIRServerProblems) {
            read = try FHIRServer(json)
        } catch {
            throw Self.problem(422, error.list)
        }
        let errors = Self.problems(of: read)
        guard errors.isEmpty else { throw Self.problem(422, errors) }
        server = read
    }

    static func problems(of server: FHIRServer) -> [(member: String, reason: String)] {
        var errors: [(member: String, reason: String)] = []
        // SMART App Launch 2.2 §3: TLS everywhere; http is for development on this machine only.
        if WebURL(server.base.value) == nil { errors.append(("base", "must be https (http only on loopback)")) }
        if server.base.segments > FHIRServer.deepestRegistered {
            errors.append(("base", "must have at most \(FHIRServer.deepestRegistered) parts in its path"))
        }
        return errors
    }

    static func problem(_ status: Int, _ errors: [(member: String, reason: String)]) -> Problem {
        Problem(
            status: status, title: "The FHIR server is not valid", detail: "See the members named in errors.",
            errors: errors)
    }

    /// Base and id belong to one FHIR server each.
    func insert(
        by actor: String, address: String, _ book: FHIRServerBook, _ transaction: borrowing WriteTransaction,
        now: Int64
    ) throws {
        guard !book.isOwn(server.base.value) else {
            throw Self.problem(
                422, [("base", "is this server's own: tokens for its API would be taken for those of records")])
        }
        for other in try book.servers(transaction) {
            if other.base == server.base {
                let reason =
                    book.isConfigured(other.base.value) ? "is in the configuration file" : "is registered already"
                throw Self.problem(409, [("base", reason)])
            }
            if other.id.hasSameOctets(as: server.id) {
                throw Self.problem(409, [("id", "is another one's: give each its own")])
            }
        }
        do throws(StorageError) {
            try transaction.insertFHIRServer(
                id: server.id, base: server.base.value, document: JSON.object(server.json).text, now: now)
        } catch .conflict {
            throw Self.problem(409, [("id", "is that of one that the configuration file goes over")])
        }
        try transaction.audit(.fhirServerAdded, actor: actor, address: address, detail: detail, at: now)
    }

    /// Tokens hold the base and addresses hold the id: whoever wants others registers another FHIR server.
    func replace(
        _ current: FHIRServer, by actor: String, address: String, _ transaction: borrowing WriteTransaction, now: Int64
    ) throws {
        var errors: [(member: String, reason: String)] = []
        if current.base != server.base { errors.append(("base", "cannot be changed: register another FHIR server")) }
        if !current.id.hasSameOctets(as: server.id) { errors.append(("id", "cannot be changed")) }
        guard errors.isEmpty else { throw Self.problem(422, errors) }
        guard current != server else { return }
        guard
            try transaction.replaceFHIRServer(
                id: current.id, document: JSON.object(server.json).text, now: now)
        else { throw FHIRServerAdministration.unknown(current.id) }
        try transaction.audit(.fhirServerChanged, actor: actor, address: address, detail: detail, at: now)
    }

    private var detail: String { "\(server.id): \(server.base.value)" }
}

extension FHIRServerBook {
    /// The registered one of that id; a `Problem` where there is none, or where it is the file's.
    func changeable(_ id: String, _ transaction: borrowing WriteTransaction) throws -> FHIRServer {
        guard let found = try servers(transaction).first(where: { $0.id.hasSameOctets(as: id) }) else {
            throw FHIRServerAdministration.unknown(id)
        }
        guard !isConfigured(found.base.value) else {
            throw Problem(
                status: 409, title: "The FHIR server is in the configuration file",
                detail: "\(id) stands in fhir_servers of the configuration file, and is changed there.")
        }
        return found
    }
}

extension FHIRServer {
    /// Nothing that still names it is left behind: grants that can be used, of other clients than `own`, and resource servers.
    func requireUnused(
        but own: String, isForced: Bool, _ book: FHIRServerBook, _ transaction: borrowing WriteTransaction, now: Int64
    ) throws {
        var uses = try transaction.resourceServers(of: base.value).map { "resource server \(OAuthError.safe($0))" }
        if !isForced {
            let grants = try transaction.liveGrants(audience: base.value, but: own, now: now)
            if grants > 0 { uses.append(grants == 1 ? "a live grant" : "\(grants) live grants") }
        }
        guard uses.isEmpty else {
            throw Problem(
                status: 409, title: "The FHIR server is in use",
                detail: "\(id) is named by \(uses.prefix(20).joined(separator: ", ")): remove or change the resource "
                    + "servers first; force=true revokes the grants.")
        }
    }

    /// Its grants end with it, in the same transaction.
    func remove(
        by actor: String, address: String, _ book: FHIRServerBook, _ transaction: borrowing WriteTransaction,
        now: Int64
    ) throws {
        guard try transaction.deleteFHIRServer(id: id) else { throw FHIRServerAdministration.unknown(id) }
        let revoked = try transaction.revokeGrants(audience: base.value, reason: "FHIR server removed", now: now)
        try transaction.audit(
            .fhirServerRemoved, actor: actor, address: address,
            detail: "\(id): \(base.value), \(revoked) grants revoked", at: now)
    }
}

extension Reading where Self: ~Copyable {
    /// The ids of the resource servers that accept tokens for that audience.
    func resourceServers(of audience: String) throws -> [String] {
        var found: [String] = []
        var last: String?
        repeat {
            let rows = try clients(withMember: "resource_server_audiences", after: last, limit: 500)
            found += rows.compactMap(Client.init).filter { $0.isResourceServer(for: audience) }.map(\.id.value)
            last = rows.count == 500 ? rows.last?.id : nil
        } while last != nil
        return found
    }
}
