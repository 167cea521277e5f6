import Encoding

/// One stored resource, with what access is decided on.
struct FHIRRecord: Sendable {
    let type: String
    let id: String
    let resource: JSON
    /// The patient in whose compartment it is.
    let patient: String?

    var reference: String { "\(type)/\(id)" }

    init?(_ resource: JSON) {
        guard let type = resource["resourceType"]?.stringValue, let id = resource["id"]?.stringValue else { return nil }
        self.type = type
        self.id = id
        self.resource = resource
        let subject =
            resource["subject"] ?? resource["patient"] ?? resource["beneficiary"]
            ?? resource["entity"]?.arrayValue?.first?["what"]
        patient = type == "Patient" ? id : subject?["reference"]?.stringValue.flatMap(Self.patientID)
    }

    private static func patientID(_ reference: String) -> String? {
        reference.hasPrefix("Patient/") ? String(reference.dropFirst("Patient/".count)) : nil
    }
}

/// All resources of the server; they never change.
struct FHIRRecords: Sendable {
    private let byType: [String: [FHIRRecord]]
    private let byReference: [String: FHIRRecord]
    let types: [String]

    init(_ resources: [JSON]) {
        let records = resources.compactMap(FHIRRecord.init)
        byType = Dictionary(grouping: records, by: \.type)
        byReference = Dictionary(records.map { ($0.reference, $0) }, uniquingKeysWith: { first, _ in first })
        types = byType.keys.sorted()
    }

    func all(_ type: String) -> [FHIRRecord] { byType[type] ?? [] }

    subscript(_ reference: String) -> FHIRRecord? { byReference[reference] }
}
