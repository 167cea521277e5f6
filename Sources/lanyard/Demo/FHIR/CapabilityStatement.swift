import Encoding

/// `GET /fhir/metadata`. `security` is what the authorization server has ready for it: some clients read its addresses only
/// here (SMART App Launch STU1).
struct CapabilityStatement: Sendable {
    let json: JSON

    init(base: String, security: JSON, types: [String]) {
        json = [
            "resourceType": "CapabilityStatement", "status": "active", "date": "2026-01-15", "kind": "instance",
            "software": ["name": "Lanyard demo FHIR endpoint"],
            "implementation": ["description": "Sample records, read-only", "url": .string(base)],
            "fhirVersion": "4.0.1", "format": ["json"],
            "rest": [
                [
                    "mode": "server", "security": security,
                    "resource": .array(types.map(Self.resource)),
                ]
            ],
        ]
    }

    private static func resource(_ type: String) -> JSON {
        let parameters = SearchParameter.allCases.filter { $0.applies(to: type) }.map { parameter -> JSON in
            ["name": .string(parameter.rawValue), "type": .string(parameter.type)]
        }
        return [
            "type": .string(type), "interaction": [["code": "read"], ["code": "search-type"]],
            "searchParam": .array(parameters),
        ]
    }
}
