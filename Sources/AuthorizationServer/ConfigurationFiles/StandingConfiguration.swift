import Encoding
import Policy
import SMART
import Storage

/// The configuration that the database has, as one transaction sees it.
struct StandingConfiguration: Sendable {
    private(set) var objects: [ConfigurationObject] = []
    private(set) var clients: [String: Client] = [:]

    /// All that is exported, and the clients that registered themselves too: what a file would meet.
    init(
        _ transaction: borrowing some Reading & ~Copyable, _ book: FHIRServerBook, now: Int64
    ) throws(StorageError) {
        for server in try book.servers(transaction) {
            objects.append(
                ConfigurationObject(
                    kind: .fhirServers, name: server.id, json: server.json.canonical,
                    isPrunable: !book.isConfigured(server.base.value)))
        }
        for policy in try transaction.rolePolicies() {
            guard let json = try policy.document.storedPolicy().objectValue else {
                throw .corrupt("a role policy is no object")
            }
            objects.append(ConfigurationObject(kind: .rolePolicies, name: policy.role, json: json))
        }
        try readGroups(transaction, now)
        try readClients(transaction, now)
    }

    /// What an export has: of clients that registered themselves none, unless they are asked for; of those that come by a
    /// document of their own (Client ID Metadata Documents) none, for they come again by themselves.
    func exported(withRegistered: Bool) -> [ConfigurationObject] {
        objects.filter { object in
            guard let client = clients[object.name], object.kind == .clients || object.kind == .resourceServers else {
                return true
            }
            return client.standing == .administered || (withRegistered && client.documentSeenAt == nil)
        }
    }

    private mutating func readGroups(
        _ transaction: borrowing some Reading & ~Copyable, _ now: Int64
    ) throws(StorageError) {
        var last: String?
        repeat {
            let groups = try transaction.groups(after: last, limit: 500)
            for group in groups {
                let roles = try transaction.roleEntries(of: .group(group.name), now: now)
                objects.append(GroupFile.object(group, roles: roles))
            }
            last = groups.count == 500 ? groups.last?.name : nil
        } while last != nil
    }

    private mutating func readClients(
        _ transaction: borrowing some Reading & ~Copyable, _ now: Int64
    ) throws(StorageError) {
        var last: String?
        repeat {
            let rows = try transaction.clients(after: last, limit: 500)
            for row in rows {
                guard let client = Client(row) else {
                    throw .corrupt("the metadata of client \(row.id) cannot be read")
                }
                let roles = try transaction.roleEntries(of: .client(row.id), now: now)
                clients[row.id] = client
                objects.append(
                    ClientFile.object(client, roles: roles, isPrunable: client.standing == .administered))
            }
            last = rows.count == 500 ? rows.last?.id : nil
        } while last != nil
    }
}

extension Reading where Self: ~Copyable {
    /// What somebody has that is not over: what is, is history that nobody has filed away.
    func roleEntries(of subject: RoleSubject, now: Int64) throws(StorageError) -> [RoleEntry] {
        try heldAssignments(of: subject).filter { $0.validUntil.map { $0 > now } ?? true }.map(RoleEntry.init)
    }

    /// All that is not revoked.
    func heldAssignments(of subject: RoleSubject) throws(StorageError) -> [StoredRoleAssignment] {
        var found: [StoredRoleAssignment] = []
        var last: Int64?
        repeat {
            let page = try roleAssignments(RoleAssignmentFilter(subject: subject), after: last, limit: 500)
            found += page
            last = page.count == 500 ? page.last?.id : nil
        } while last != nil
        return found
    }
}
