package import Encoding
import HTTP
import JOSE
import Storage
import Threads

/// `/admin/v1/audit-events/verify` and `/admin/v1/audit-checkpoints`: whether the records are as they were written.
struct AuditVerificationAdministration: Sendable {
    let server: AuthorizationServer

    /// How many records one request looks at: some tens of milliseconds of work.
    private static let page = 1000

    /// `{"progress"?, "checkpoints"?, "through"?, "trusted_keys"?}` → one page further: `{"done", "checked", "progress"?,
    /// "finding"?, …}`. The next request sends the `progress` of this one. Copies that do not fit into one request come in several,
    /// in the order of what they sign: `through` is the last record to look at before the next of them are sent.
    @Sendable func verify(_ request: AdministrationRequest) async throws -> Response {
        let json = request.body.isEmpty ? JSON.object(JSONObject()) : try request.json()
        try Self.requireLists(json)
        let own = Set(server.keys.published.keys.map(\.thumbprint))
        let given = json["trusted_keys"]?.strings ?? []
        let verification: AuditVerification
        do {
            verification = try AuditVerification(
                trusted: own.union(given), copies: json["checkpoints"]?.strings ?? [],
                through: json["through"]?.integerValue,
                progress: try json["progress"].map(AuditVerification.Progress.init), now: server.clock.now,
                interval: server.configuration.audit.checkpointMinutes * 60)
        } catch is AuditVerification.BadCopy {
            throw Problem(
                status: 422, title: "Not a checkpoint", detail: "See the members named in errors.",
                errors: [("checkpoints", "must be checkpoints as the log has them")])
        }
        let database = server.database
        let (stepped, last) = try await server.auditing.run {
            var verification = verification
            try verification.step(database, limit: Self.page)
            return (
                verification, try database.read { (transaction) throws(StorageError) in try transaction.lastAuditID() }
            )
        }
        var body = stepped.json
        body["last"] = .integer(last)
        return .json(200, .object(body))
    }

    /// A copy that was sent in the wrong form must not pass for one that agrees.
    private static func requireLists(_ json: JSON) throws {
        let members = ["checkpoints", "trusted_keys"]
        var errors = members.filter { json[$0] != nil && json[$0]?.strings == nil }.map { name in
            (member: name, reason: "must be a list of texts")
        }
        if json["through"] != nil, json["through"]?.integerValue.map({ $0 >= 0 }) != true {
            errors.append(("through", "must be the number of a record"))
        }
        if json.objectValue == nil { errors.append(("", "must be a JSON object")) }
        guard errors.isEmpty else {
            throw Problem(
                status: 422, title: "The request is not valid", detail: "See the members named in errors.",
                errors: errors)
        }
    }

    /// Newest first.
    @Sendable func checkpoints(_ request: AdministrationRequest) async throws -> Response {
        let query = try ListQuery(request), before = try query.afterNumber()
        let found = try server.database.read { (transaction) throws(StorageError) in
            try transaction.auditCheckpoints(before: before, limit: query.limit)
        }
        let entries = found.map { checkpoint -> JSON in
            let key = try? JSON(parsing: Array(checkpoint.statement.jwk.utf8))
            return [
                "number": .integer(checkpoint.number), "seq": .integer(checkpoint.seq), "at": .integer(checkpoint.at),
                "jws": .string(checkpoint.statement.jws), "jwk": key ?? .null,
                "key": key.flatMap(AuditSeal.thumbprint).map(JSON.string) ?? .null,
            ]
        }
        var body: JSONObject = ["audit_checkpoints": .array(entries)]
        if found.count == query.limit, let last = found.last { body["next"] = .string(String(last.number)) }
        return .json(200, .object(body))
    }
}

extension AuditVerification {
    /// How far it came, in the words of the administration API.
    package var json: JSONObject {
        var object: JSONObject = [
            "done": .bool(isDone), "checked": .integer(progress?.checked ?? 0),
            "unchained": .integer(progress?.unchained ?? 0), "notes": .array(notes.map { .string($0) }),
        ]
        if let finding { object["finding"] = ["seq": .integer(finding.seq), "reason": .string(finding.reason)] }
        if let progress { object["progress"] = progress.json }
        if let voucher {
            object["voucher"] = [
                "number": .integer(voucher.number), "seq": .integer(voucher.seq), "at": .integer(voucher.at),
                "key": .string(voucher.key),
            ]
        }
        return object
    }
}

extension AuditVerification.Progress {
    fileprivate var json: JSON {
        var object: JSONObject = [
            "seq": .integer(head.id), "hash": .string(Base64URL.encode(head.hash)), "checked": .integer(checked),
            "unchained": .integer(unchained),
        ]
        if let anchorNamedAt { object["anchor_named_at"] = .integer(anchorNamedAt) }
        return .object(object)
    }

    fileprivate init(_ json: JSON) throws {
        guard let seq = json["seq"]?.integerValue, let hash = json["hash"]?.stringValue.flatMap(Base64URL.decode),
            hash.count == 32, let checked = json["checked"]?.integerValue,
            let unchained = json["unchained"]?.integerValue, seq >= 0, checked >= 0, unchained >= 0,
            json["anchor_named_at"].map({ $0.integerValue != nil }) ?? true
        else {
            throw Problem(
                status: 422, title: "Not a progress", detail: "See the members named in errors.",
                errors: [("progress", "must be the progress of an earlier answer")])
        }
        self.init(
            head: AuditHead(id: seq, hash: hash), checked: checked, unchained: unchained,
            anchorNamedAt: json["anchor_named_at"]?.integerValue)
    }
}
