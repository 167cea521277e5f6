import Encoding
import SMART

/// Whether criteria are met.
enum Match: Equatable { case met, unmet, open }

/// What a request says itself, and `properties`: by search parameter, all values that the resource has for it. What is not named
/// there is not known.
extension FHIRAccess {
    /// `ofDeny`: a deny that is spelt differently must not be taken for one that does not apply, so that it is unmet only by what
    /// no server takes for the same. An allow that is, gives nothing.
    func match(
        _ criteria: ScopeConstraint?, _ properties: [String: [String]], ofDeny: Bool = false
    ) -> Match {
        guard let criteria else { return .met }
        var isOpen = false
        for clause in criteria.parameters {
            switch match(clause, properties, ofDeny: ofDeny) {
            case .unmet: return .unmet
            case .open: isOpen = true
            case .met: continue
            }
        }
        return isOpen ? .open : .met
    }

    /// A property that is not known meets nothing, and one without a value equals no other.
    private func match(
        _ clause: ScopeParameter, _ properties: [String: [String]], ofDeny: Bool
    ) -> Match {
        if isSaid(clause) { return .met }
        if clause.modifier == nil, let values = properties[clause.name] {
            let wanted = clause.literals
            if values.contains(where: { value in wanted.contains { $0.hasSameOctets(as: value) } }) { return .met }
            return ofDeny && !Self.areCertainlyNot(values, wanted) ? .open : .unmet
        }
        if clause.name == "_id", clause.modifier == nil, let id {
            return clause.literals.contains { $0.hasSameOctets(as: id) } ? .met : .unmet
        }
        return .open
    }

    /// Whether the request says so itself. By a reference to the patient only where the type certainly has that parameter: many
    /// servers pass over one that they do not know, and give all there is.
    private func isSaid(_ clause: ScopeParameter) -> Bool {
        guard clauses.contains(where: { clause.isImplied(by: $0) }) else { return false }
        guard clause.name == "patient" || clause.name == "subject" else { return true }
        return type.map { PatientCompartment.isNarrowed($0, by: clause.name) } ?? false
    }

    private static func areCertainlyNot(_ values: [String], _ criteria: [String]) -> Bool {
        let criteria = criteria.map(SearchValue.init)
        return values.map(SearchValue.init).allSatisfy { value in criteria.allSatisfy(value.isCertainlyNot) }
    }

    func match(compartment patient: FHIRID?, _ properties: [String: [String]]) -> Match {
        guard let patient else { return .met }
        if let compartment, compartment.type == "Patient", compartment.id == patient.value { return .met }
        if type == "Patient" { return matchID(patient) }
        let reference = "Patient/\(patient.value)"
        let named = clauses.contains { clause in
            guard let type, clause.modifier == nil, PatientCompartment.isNarrowed(type, by: clause.name) else {
                return false
            }
            return clause.literals.allSatisfy { literal in
                literal.hasSameOctets(as: reference)
                    || (clause.name == "patient" && literal.hasSameOctets(as: patient.value))
            }
        }
        if named { return .met }
        guard let values = properties["patient"] else { return .open }
        return values.contains { $0.hasSameOctets(as: reference) || $0.hasSameOctets(as: patient.value) }
            ? .met : .unmet
    }

    private func matchID(_ patient: FHIRID) -> Match {
        if let id { return id.hasSameOctets(as: patient.value) ? .met : .unmet }
        let named = clauses.contains { clause in
            clause.name == "_id" && clause.modifier == nil
                && clause.literals.allSatisfy { $0.hasSameOctets(as: patient.value) }
        }
        return named ? .met : .open
    }
}
