import Encoding
import HTTP

extension Command {
    static let auditExport = Command(
        "audit export", "write records to standard output, one JSON object on each line, newest first",
        options: Option.auditFilters
            + [
                .value(
                    "format", "FORMAT", "ndjson, the records as they are (default), or fhir, AuditEvent resources of R4"
                )
            ]
            + [.config, .socket, .url, .tokenFile]
    ) { invocation in
        let format = invocation.option("format") ?? "ndjson"
        guard ["ndjson", "fhir"].contains(format) else {
            throw CommandFailure.usage("--format must be ndjson or fhir")
        }
        let client = try invocation.administration()
        let path = invocation.auditPath(limit: 500, format == "fhir" ? [("format", "fhir")] : [])
        var cursor: String?
        repeat {
            let page = try await client.send(.get, path + (cursor.map { "&after=" + PercentEncoding.encode($0) } ?? ""))
            let lines = (page["audit_events"]?.arrayValue ?? []).map { SafeText.json($0.text) + "\n" }
            invocation.console.write(lines.joined())
            cursor = page["next"]?.stringValue
        } while cursor != nil
    }
}
