import Encoding
import SMART
import Storage

/// What an auditor asks for, from the parameters of a query; all that is wrong with them at once.
struct AuditQuery: Sendable {
    let filter: AuditFilter

    init(_ query: FormParameters, _ server: AuthorizationServer) throws {
        var filter = AuditFilter(failures: AuditEvent.failures)
        var errors: [(member: String, reason: String)] = []
        filter.patient = query["patient"]
        filter.client = query["client"]
        filter.person = try query["person"].map { try Self.names(of: $0, server) }
        let actions = query.values("action")
        if !actions.isEmpty { filter.actions = actions }
        for action in actions where AuditEvent(rawValue: action) == nil {
            errors.append(("action", "is none of \(AuditEvent.allCases.map(\.rawValue).joined(separator: ", "))"))
        }
        filter.trace = query["trace"]
        if let trace = filter.trace, trace.utf8.count != 32 || !trace.utf8.allSatisfy(Self.isHexadecimal) {
            errors.append(("trace", "must be the trace of a traceparent: 32 hexadecimal digits in lower case"))
        }
        filter.from = Self.time(query["from"], "from", &errors)
        filter.to = Self.time(query["to"], "to", &errors)
        switch query["outcome"] {
        case nil: break
        case "success": filter.outcome = .success
        case "failure": filter.outcome = .failure
        default: errors.append(("outcome", "must be success or failure"))
        }
        guard errors.isEmpty else {
            throw Problem(
                status: 400, title: "Wrong parameters", detail: "See the parameters named in errors.", errors: errors)
        }
        self.filter = filter
    }

    private static func isHexadecimal(_ octet: UInt8) -> Bool {
        (0x30...0x39).contains(octet) || (0x61...0x66).contains(octet)
    }

    /// RFC 3339, or seconds since 1970.
    private static func time(
        _ text: String?, _ member: String, _ errors: inout [(member: String, reason: String)]
    ) -> Int64? {
        guard let text else { return nil }
        if let seconds = Int64(text) ?? Timestamp.seconds(rfc3339: text) { return seconds }
        errors.append((member, "must be a time such as 2026-01-31T08:00:00Z, or seconds since 1970"))
        return nil
    }

    /// Records name a person by `sub`; whoever acts without being a person of ours, by a word.
    private static func names(of person: String, _ server: AuthorizationServer) throws -> [String] {
        let user = try server.database.read { (transaction) throws(StorageError) in
            try transaction.user(usernameKey: Username.key(person))
        }
        return [person] + (user.map { [$0.sub] } ?? [])
    }
}
