import Encoding

/// One condition of a search, or of the criteria of a permission: the same grammar, and here the same code.
struct Criterion: Sendable {
    let parameter: SearchParameter
    /// `:not`, the one modifier that this server has.
    let isNegated: Bool
    let values: [String]

    /// Nil for a parameter that this server does not search by.
    init?(_ name: String, _ value: String) {
        let parts = name.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard let parameter = parts.first.flatMap({ SearchParameter(rawValue: String($0)) }),
            parts.count == 1 || (parts[1] == "not" && parameter.type == "token")
        else { return nil }
        self.parameter = parameter
        isNegated = parts.count == 2
        values = value.split(separator: ",").map(String.init)
    }

    /// The conditions of a query, which must all hold. Nil if it cannot be read, or one of them cannot be applied.
    static func all(in query: String?) -> [Criterion]? {
        guard let query, let form = try? FormParameters(parsing: Array(query.utf8)) else { return nil }
        let criteria = form.items.compactMap { Criterion($0.name, $0.value) }
        return criteria.count == form.items.count && !criteria.isEmpty ? criteria : nil
    }

    func matches(_ record: FHIRRecord) -> Bool { parameter.matches(record, anyOf: values) != isNegated }
}

/// The search parameters of this server.
enum SearchParameter: String, CaseIterable {
    case id = "_id"
    case security = "_security"
    case patient, category, code

    /// FHIR's type of the parameter.
    var type: String { self == .patient ? "reference" : "token" }

    /// True if resources of the type have what the parameter looks at.
    func applies(to type: String) -> Bool {
        switch self {
        case .id, .security: true
        case .patient: !["Patient", "Person", "Practitioner"].contains(type)
        case .category, .code: ["AllergyIntolerance", "Condition", "MedicationRequest", "Observation"].contains(type)
        }
    }

    /// True if the record has one of the values.
    func matches(_ record: FHIRRecord, anyOf values: [String]) -> Bool {
        values.contains { value in
            switch self {
            case .id: record.id == value
            case .security:
                Self.codings(record.resource["meta"]?["security"]).contains { Self.token(value, matches: $0) }
            case .patient: applies(to: record.type) && Self.isReference(value, to: record.patient)
            case .category: Self.concepts(record.resource["category"]).contains { Self.token(value, matches: $0) }
            case .code: Self.concepts(Self.codeElement(of: record)).contains { Self.token(value, matches: $0) }
            }
        }
    }

    private static func isReference(_ value: String, to patient: String?) -> Bool {
        guard let patient else { return false }
        return value == patient || value == "Patient/\(patient)"
    }

    private static func codeElement(of record: FHIRRecord) -> JSON? {
        record.resource[record.type == "MedicationRequest" ? "medicationCodeableConcept" : "code"]
    }

    /// The codings of one `CodeableConcept` or of a list of them; a plain code has no system.
    private static func concepts(_ element: JSON?) -> [(system: String?, code: String)] {
        (element?.arrayValue ?? [element].compactMap { $0 }).flatMap { concept -> [(system: String?, code: String)] in
            if let code = concept.stringValue { return [(nil, code)] }
            return codings(concept["coding"])
        }
    }

    private static func codings(_ element: JSON?) -> [(system: String?, code: String)] {
        (element?.arrayValue ?? []).compactMap { coding in
            coding["code"]?.stringValue.map { (coding["system"]?.stringValue, $0) }
        }
    }

    /// FHIR R4 §3.1.1.4.10: `code`, `system|code`, `|code` (no system) or `system|` (any code of it).
    private static func token(_ value: String, matches coding: (system: String?, code: String)) -> Bool {
        guard let bar = value.firstIndex(of: "|") else { return coding.code == value }
        let system = value[..<bar]
        let code = value[value.index(after: bar)...]
        guard system == coding.system ?? "" else { return false }
        return code == coding.code || (code.isEmpty && !system.isEmpty)
    }
}
