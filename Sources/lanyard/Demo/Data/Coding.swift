import Encoding

/// A code of a terminology, with the words people read.
struct Coding: Sendable {
    let system: String
    let code: String
    let display: String

    static func loinc(_ code: String, _ display: String) -> Coding {
        Coding(system: "http://loinc.org", code: code, display: display)
    }

    static func snomed(_ code: String, _ display: String) -> Coding {
        Coding(system: "http://snomed.info/sct", code: code, display: display)
    }

    static func rxNorm(_ code: String, _ display: String) -> Coding {
        Coding(system: "http://www.nlm.nih.gov/research/umls/rxnorm", code: code, display: display)
    }

    static func cvx(_ code: String, _ display: String) -> Coding {
        Coding(system: "http://hl7.org/fhir/sid/cvx", code: code, display: display)
    }

    /// A code of one of HL7's own tables.
    static func hl7(_ table: String, _ code: String, _ display: String) -> Coding {
        Coding(system: "http://terminology.hl7.org/CodeSystem/\(table)", code: code, display: display)
    }

    /// FHIR's `Coding`.
    var json: JSON {
        ["system": .string(system), "code": .string(code), "display": .string(display)]
    }

    /// FHIR's `CodeableConcept` with this one coding.
    var concept: JSON {
        ["coding": [json], "text": .string(display)]
    }

    /// As a scope's constraint and a search parameter write it.
    var scopeValue: String { "\(system)|\(code)" }
}
