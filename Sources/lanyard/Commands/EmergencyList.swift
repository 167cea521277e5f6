import Encoding

extension Command {
    static let emergencyList = Command(
        "emergency list", "list who broke the glass, and why",
        options: [.flag("unreviewed", "only those that nobody has reviewed")] + Option.administration
    ) { invocation in
        let query = invocation.flag("unreviewed") ? "?unreviewed=true" : ""
        let accesses = try await invocation.administration().list(
            "/admin/v1/emergency-accesses" + query, "emergency_accesses")
        invocation.answer(["emergency_accesses": .array(accesses)]) { _ in
            Presentation.table(
                accesses.map(withDate),
                [
                    ("ID", "id"), ("WHEN", "when"), ("WHO", "username"), ("PATIENT", "patient"), ("APP", "client_id"),
                    ("REVIEWED", "reviewed"), ("WHY", "reason"),
                ])
        }
    }
}

/// Dates as people read them.
private func withDate(_ access: JSON) -> JSON {
    guard var object = access.objectValue, let time = object["at"]?.integerValue else { return access }
    object["when"] = .string(Timestamp.rfc3339(time))
    return .object(object)
}
