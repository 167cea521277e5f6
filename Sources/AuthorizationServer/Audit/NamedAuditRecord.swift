import Encoding
import Storage

/// A record with the names of those whom it speaks of, as far as they are still known: records keep what does not change.
struct NamedAuditRecord: Sendable {
    let id: Int64
    let record: AuditRecord
    let actor: StoredUser?
    let subject: StoredUser?
    let clientName: String?
    let patientName: String?

    static func named(
        _ records: [StoredAuditRecord], _ transaction: borrowing some Reading & ~Copyable
    ) throws(StorageError) -> [NamedAuditRecord] {
        var names = KnownNames()
        var named: [NamedAuditRecord] = []
        for stored in records {
            let record = stored.record
            named.append(
                NamedAuditRecord(
                    id: stored.id, record: record, actor: try names.user(record.actor, transaction),
                    subject: try names.user(record.subject, transaction),
                    clientName: try names.client(record.client, transaction),
                    patientName: try names.patient(record.patient, transaction)))
        }
        return named
    }

    var json: JSONObject {
        var object: JSONObject = [
            "id": .integer(id), "at": .integer(record.at), "action": .string(record.action),
            "failed": .bool(record.outcomeCode != .success), "outcome": .string(record.outcome),
        ]
        let texts: [(String, String?)] = [
            ("actor", record.actor), ("username", actor?.username), ("client_id", record.client),
            ("client_name", clientName), ("patient", record.patient), ("patient_name", patientName),
            ("subject", record.subject), ("subject_username", subject?.username),
            ("address", record.address?.isEmpty == true ? nil : record.address), ("detail", record.detail),
            ("trace", record.trace),
        ]
        for (name, text) in texts { if let text { object[name] = .string(text) } }
        return object
    }
}

/// What was looked up for one page.
private struct KnownNames {
    private var users: [String: StoredUser?] = [:]
    private var clients: [String: String?] = [:]
    private var patients: [String: String?] = [:]

    mutating func user(
        _ sub: String?, _ transaction: borrowing some Reading & ~Copyable
    ) throws(StorageError) -> StoredUser? {
        guard let sub else { return nil }
        if let known = users[sub] { return known }
        let user = try transaction.user(sub: sub)
        users[sub] = .some(user)
        return user
    }

    mutating func client(
        _ id: String?, _ transaction: borrowing some Reading & ~Copyable
    ) throws(StorageError) -> String? {
        guard let id else { return nil }
        if let known = clients[id] { return known }
        let metadata = try transaction.client(id).flatMap { try? JSON(parsing: Array($0.metadata.utf8)) }
        let name = metadata?["client_name"]?.stringValue
        clients[id] = .some(name)
        return name
    }

    mutating func patient(
        _ id: String?, _ transaction: borrowing some Reading & ~Copyable
    ) throws(StorageError) -> String? {
        guard let id else { return nil }
        if let known = patients[id] { return known }
        let patient = try transaction.patient(id)
        let name = patient.map { $0.given.isEmpty ? $0.family : "\($0.family), \($0.given)" }
        patients[id] = .some(name)
        return name
    }
}
