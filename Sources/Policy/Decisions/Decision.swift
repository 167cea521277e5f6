import Encoding
package import SMART

/// What a caller can do itself about what a decision leaves open.
package struct Filtering: OptionSet, Sendable, Hashable {
    package let rawValue: UInt8
    package init(rawValue: UInt8) { self.rawValue = rawValue }

    /// Add parameters to a search.
    package static let search = Filtering(rawValue: 1)
    /// Hold each resource, read or about to be written, to criteria.
    package static let rows = Filtering(rawValue: 2)
    /// Take elements out of an answer, and refuse that they are written.
    package static let elements = Filtering(rawValue: 4)

    package static let all: Filtering = [.search, .rows, .elements]

    /// `search rows elements`; nil for any other word.
    package init?(_ text: String) {
        var filtering: Filtering = []
        let octets = text.utf8.span
        var start = 0
        while start < octets.count {
            let end = octets.firstIndex(of: UInt8(ascii: " "), from: start) ?? octets.count
            if end > start {
                guard let one = Filtering(word: octets.extracting(start..<end)) else { return nil }
                filtering.formUnion(one)
            }
            start = end + 1
        }
        self = filtering
    }

    package init?(word: Span<UInt8>) {
        for row in Self.byWord where row.word.utf8.span.hasSameOctets(as: word) {
            self = row.filtering
            return
        }
        return nil
    }

    private static let byWord: [(word: String, filtering: Filtering)] = [
        ("search", .search), ("rows", .rows), ("elements", .elements),
    ]

    /// For an error.
    package static let words = byWord.map(\.word).sorted().joined(separator: ", ")
}

/// What has to be applied to what is found or written: any one of the rows of a decision.
package struct Remainder: Sendable, Hashable {
    package var criteria: ScopeConstraint?
    package var compartment: FHIRID?
    package var hide: [String]
    package var readonly: [String]

    var isNothing: Bool { !narrows && !hasElements }
    var narrows: Bool { criteria != nil || compartment != nil }
    var hasElements: Bool { !hide.isEmpty || !readonly.isEmpty }
}

/// The answer for one thing that a request does.
package enum Decision: Sendable, Equatable {
    /// What meets one of `any` and none of `except`. One empty row and no exception: all of it.
    case permit(any: [Remainder], except: [ScopeConstraint])
    case deny(DenialReason)

    static let wholly = Decision.permit(
        any: [Remainder(criteria: nil, compartment: nil, hide: [], readonly: [])], except: [])

    /// Whether nothing is left for the caller to do.
    package var isWhole: Bool {
        if case .permit(let any, let except) = self {
            except.isEmpty && any.count == 1 && any[0].isNothing
        } else {
            false
        }
    }
}

/// What is known of the resources that a request is about.
package struct Facts: Sendable {
    /// Clauses that all of them meet.
    var clauses: [ScopeParameter] = []
    /// By search parameter, all values that the resource has for it; what is not named is not known.
    var properties: [String: [String]] = [:]
    var type: String?
    var id: String?
    /// The record that the request itself stays in.
    var compartment: FHIRReference?
}

/// Whether criteria are met.
enum Match: Equatable { case met, unmet, open }

extension Facts {
    /// `ofDeny`: a deny that is spelt differently must not be taken for one that does not apply, so that it is unmet only by what
    /// no server takes for the same. An allow that is, gives nothing.
    func match(_ criteria: ScopeConstraint?, ofDeny: Bool = false) -> Match {
        guard let criteria else { return .met }
        var isOpen = false
        for clause in criteria.parameters {
            switch match(clause, ofDeny: ofDeny) {
            case .unmet: return .unmet
            case .open: isOpen = true
            case .met: continue
            }
        }
        return isOpen ? .open : .met
    }

    /// A property that is not known meets nothing, and one without a value equals no other.
    private func match(_ clause: ScopeParameter, ofDeny: Bool) -> Match {
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

    func match(compartment patient: FHIRID?) -> Match {
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
