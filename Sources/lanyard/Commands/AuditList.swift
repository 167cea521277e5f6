import Encoding
import HTTP

extension Option {
    /// What records are asked for.
    static let auditFilters = [
        value("person", "NAME", "what a person did, and what was done to them: username or sub"),
        value("patient", "ID", "what happened to a patient's record: who used which app on it"),
        value("client", "ID", "what an app or service did"),
        value("action", "ACTION", "only such events, as token-issued", repeatable: true),
        value("outcome", "OUTCOME", "only success, or failure"),
        value("trace", "ID", "what belongs to that trace: the 32 digits of a traceparent"),
        value("from", "TIME", "since then: 2026-01-31T08:00:00Z, or seconds since 1970"),
        value("to", "TIME", "until then"),
    ]
}

extension Invocation {
    /// The path that asks for what the options name.
    func auditPath(limit: Int, _ others: [(String, String)] = []) -> String {
        let filters = Option.auditFilters.flatMap { option in values(option.name).map { (option.name, $0) } }
        return "/admin/v1/audit-events?"
            + FormParameters(filters + others + [("limit", String(limit))]).serialized()
    }
}

extension Command {
    static let auditList = Command(
        "audit list", "list what happened, newest first",
        options: Option.auditFilters + [.value("limit", "NUMBER", "how many at most; 50 by default, 500 at most")]
            + Option.administration,
        notes: ["lanyard audit list --patient 456 shows who used which app on that record."]
    ) { invocation in
        guard let limit = Int(invocation.option("limit") ?? "50"), (1...500).contains(limit) else {
            throw CommandFailure.usage("--limit must be a number from 1 to 500")
        }
        let answer = try await invocation.administration().send(.get, invocation.auditPath(limit: limit))
        invocation.answer(answer) { answer in
            let records = (answer["audit_events"]?.arrayValue ?? []).map(AuditLine.init)
            let table = Presentation.table(
                records.map(\.json),
                [
                    ("ID", "id"), ("WHEN", "when"), ("WHAT", "action"), ("WHO", "who"), ("APP", "app"),
                    ("PATIENT", "patient"), ("FROM", "address"), ("RESULT", "result"), ("MORE", "detail"),
                ])
            return table + (answer["next"] == nil ? "" : "There are more: narrow the search, or use audit export.\n")
        }
    }

    static let auditShow = Command(
        "audit show", "show one record with all that it says",
        arguments: [Argument("ID", "its number")], options: Option.administration
    ) { invocation in
        let path = "/admin/v1/audit-events/" + PathSegment.encode(try invocation.argument(0))
        invocation.answer(try await invocation.administration().send(.get, path), Presentation.members)
    }
}

/// A record as people read it: names, and behind them in brackets what does not change.
private struct AuditLine {
    let json: JSON

    init(_ record: JSON) {
        var line: JSONObject = ["id": record["id"] ?? .null, "action": record["action"] ?? .null]
        line["when"] = (record["at"]?.integerValue).map { .string(Timestamp.rfc3339($0)) }
        line["who"] = Self.cell(record["username"] ?? record["actor"])
        if let subject = record["subject_username"] ?? record["subject"] {
            line["who"] = .string(
                [line["who"]?.stringValue, subject.stringValue].compactMap { $0 }.joined(separator: " → "))
        }
        line["app"] = Self.named(record["client_name"], record["client_id"])
        line["patient"] = Self.named(record["patient_name"], record["patient"])
        line["address"] = record["address"]
        line["result"] = record["outcome"]
        line["detail"] = record["detail"]
        json = .object(line)
    }

    private static func cell(_ json: JSON?) -> JSON? { json?.stringValue.map { .string($0) } }

    private static func named(_ name: JSON?, _ id: JSON?) -> JSON? {
        guard let id = id?.stringValue else { return nil }
        return .string(name?.stringValue.map { "\($0) (\(id))" } ?? id)
    }
}
