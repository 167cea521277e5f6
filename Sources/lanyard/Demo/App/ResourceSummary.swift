import Encoding

/// A resource in one line: what it says, the value, and since when.
struct ResourceSummary {
    let row: AppStep.Row

    init?(_ resource: JSON) {
        guard let id = resource["id"]?.stringValue else { return nil }
        let title = Self.text(of: resource) ?? Self.name(of: resource) ?? id
        let parts = [Self.value(of: resource), Self.date(of: resource)].compactMap { $0 }
        row = AppStep.Row(title, parts.joined(separator: " · "), id)
    }

    /// What an `OperationOutcome` says.
    static func diagnostics(_ body: [UInt8]) -> String {
        let issues = (try? JSON(parsing: body))?["issue"]?.arrayValue ?? []
        return issues.compactMap { $0["diagnostics"]?.stringValue }.joined(separator: " ")
    }

    private static func text(of resource: JSON) -> String? {
        let concept =
            resource["code"] ?? resource["medicationCodeableConcept"] ?? resource["vaccineCode"]
            ?? resource["type"]?.arrayValue?.first
        return concept?["text"]?.stringValue
    }

    private static func name(of resource: JSON) -> String? {
        guard let name = resource["name"]?.arrayValue?.first else { return nil }
        let words = (name["given"]?.strings ?? []) + [name["family"]?.stringValue].compactMap { $0 }
        return words.joined(separator: " ")
    }

    private static func value(of resource: JSON) -> String? {
        if let quantity = resource["valueQuantity"] { return text(quantity: quantity) }
        if let score = resource["valueInteger"]?.integerValue { return "\(score)" }
        if let concept = resource["valueCodeableConcept"] { return concept["text"]?.stringValue }
        if let components = resource["component"]?.arrayValue {
            return components.compactMap { $0["valueQuantity"].flatMap { text(quantity: $0) } }.joined(separator: " / ")
        }
        if let dosage = resource["dosageInstruction"]?.arrayValue?.first { return dosage["text"]?.stringValue }
        return resource["gender"]?.stringValue ?? resource["status"]?.stringValue
            ?? resource["criticality"]?.stringValue.map { "criticality \($0)" }
            ?? resource["category"]?.arrayValue?.first?["text"]?.stringValue
    }

    private static func text(quantity: JSON) -> String? {
        quantity["value"].map { "\($0.text) \(quantity["unit"]?.stringValue ?? "")" }
    }

    private static func date(of resource: JSON) -> String? {
        let element =
            resource["effectiveDateTime"] ?? resource["onsetDateTime"] ?? resource["authoredOn"]
            ?? resource["occurrenceDateTime"] ?? resource["birthDate"] ?? resource["period"]?["start"]
        return element?.stringValue.map { String($0.prefix(10)) }
    }
}
