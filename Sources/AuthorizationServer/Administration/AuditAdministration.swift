import Encoding
import HTTP
import SMART
import Storage

/// `/admin/v1/audit-events`: what happened, for those who have to answer for it and those who ask (45 CFR 164.312(b)).
struct AuditAdministration: Sendable {
    let server: AuthorizationServer

    /// How the records are written: as they are, or as FHIR has them.
    private enum Form: String, CaseIterable { case plain, fhir }

    /// Newest first. JSON, or a line for each record where `Accept` asks for NDJSON; then `Link` names the next page (RFC 8288).
    @Sendable func list(_ request: AdministrationRequest) async throws -> Response {
        let list = try ListQuery(
            request, filters: ["patient", "client", "person", "action", "from", "to", "outcome", "trace", "format"],
            repeatable: ["action"])
        let (query, limit) = (list.form, list.limit)
        let filter = try AuditQuery(query, server).filter, cursor = try list.after.map(AuditCursor.init)
        let types = AcceptedTypes(request.headers)
        let wantsFHIRLines = types.named("application/fhir+ndjson") != nil
        let form: Form = wantsFHIRLines || query["format"] == Form.fhir.rawValue ? .fhir : .plain
        let (records, last) = try server.database.read { (transaction) throws(StorageError) in
            let found = try transaction.auditRecords(filter, before: cursor, limit: limit)
            return (try NamedAuditRecord.named(found, transaction), found.last)
        }
        let next = records.count == limit ? last.map { AuditCursor(at: $0.record.at, id: $0.id).text } : nil
        let entries = records.map { json($0, form) }
        if wantsFHIRLines || types.named("application/x-ndjson") != nil {
            let type = wantsFHIRLines ? "application/fhir+ndjson" : "application/x-ndjson"
            return lines(entries, type, next: next.map { Self.address(request, query, after: $0) })
        }
        var body: JSONObject = ["audit_events": .array(entries)]
        if let next { body["next"] = .string(next) }
        return .json(200, .object(body))
    }

    @Sendable func show(_ request: AdministrationRequest) async throws -> Response {
        let id = Int64(request.pathParameter("id")) ?? 0
        let named = try server.database.read { (transaction) throws(StorageError) -> NamedAuditRecord? in
            guard let record = try transaction.auditRecord(id) else { return nil }
            return try NamedAuditRecord.named([record], transaction).first
        }
        guard let named else {
            throw Problem(
                status: 404, title: "No such audit record",
                detail: "There is no audit record \(OAuthError.safe(request.pathParameter("id"))).")
        }
        let wantsFHIR = AcceptedTypes(request.headers).named("application/fhir+json") != nil
        var response = Response.json(200, json(named, wantsFHIR ? .fhir : .plain))
        if wantsFHIR { response.set("Content-Type", "application/fhir+json") }
        return response
    }

    private func json(_ record: NamedAuditRecord, _ form: Form) -> JSON {
        switch form {
        case .plain: .object(record.json)
        case .fhir:
            FHIRAuditEvent(
                issuer: server.configuration.issuer.value, organization: server.configuration.branding.name
            ).json(record)
        }
    }

    private func lines(_ entries: [JSON], _ type: String, next: String?) -> Response {
        var body: [UInt8] = []
        for entry in entries { body += entry.serialized() + [0x0A] }
        var response = Response(status: 200, headers: [("Content-Type", type)], body: body)
        if let next { response.set("Link", "<\(next)>; rel=\"next\"") }
        return response
    }

    private static func address(_ request: AdministrationRequest, _ query: FormParameters, after cursor: String)
        -> String
    {
        let kept = query.without("after").serialized()
        return request.path + "?" + (kept.isEmpty ? "" : kept + "&") + FormParameters([("after", cursor)]).serialized()
    }
}

extension AuditCursor {
    /// As lists give it out: the time and the number.
    fileprivate var text: String { "\(at)-\(id)" }

    fileprivate init(_ text: String) throws {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, let at = Int64(parts[0]), let id = Int64(parts[1]) else {
            throw ListQuery.wrongAfter
        }
        self.init(at: at, id: id)
    }
}
