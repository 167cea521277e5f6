import Encoding

/// `GET /fhir/metadata`. STU1 clients read the authorization server's addresses from its security extension only.
struct CapabilityStatement: Sendable {
    let json: JSON

    init(base: String, oauth: [(name: String, url: String)], types: [String]) {
        json = [
            "resourceType": "CapabilityStatement", "status": "active", "date": "2026-01-15", "kind": "instance",
            "software": ["name": "Lanyard demo FHIR endpoint"],
            "implementation": ["description": "Sample records, read-only", "url": .string(base)],
            "fhirVersion": "4.0.1", "format": ["json"],
            "rest": [
                [
                    "mode": "server", "security": Self.security(oauth),
                    "resource": .array(types.map(Self.resource)),
                ]
            ],
        ]
    }

    /// SMART App Launch STU1: these URLs equal those of `.well-known/smart-configuration`.
    private static func security(_ oauth: [(name: String, url: String)]) -> JSON {
        let uris = oauth.map { name, url -> JSON in ["url": .string(name), "valueUri": .string(url)] }
        let service = Coding.hl7("restful-security-service", "SMART-on-FHIR", "SMART-on-FHIR")
        return [
            "extension": [
                [
                    "url": "http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris",
                    "extension": .array(uris),
                ]
            ],
            "cors": true, "service": [service.concept],
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
