import SMART

/// What a token allows at this server: its scopes, applied to records.
struct Access {
    let token: IntrospectedToken
    let records: FHIRRecords

    /// Types that are about no patient: a scope for the type is enough, at every level.
    private static let shared: Set<String> = ["Practitioner"]

    /// True if some scope reaches the type with this interaction, whatever the record.
    func permits(_ interaction: Interactions, type: String) -> Bool {
        token.scopes.resources.contains { Self.reaches($0, type, interaction) }
    }

    /// True if at least one scope reaches the record: type, letter, whose record it is, and the constraint.
    func permits(_ interaction: Interactions, _ record: FHIRRecord) -> Bool {
        token.scopes.resources.contains { scope in
            Self.reaches(scope, record.type, interaction) && isVisible(record, at: scope.level)
                && Self.meets(record, scope.constraint)
        }
    }

    /// `openid fhirUser` lets an app read the resource that stands for the user, and no other.
    func isOwnUser(_ record: FHIRRecord) -> Bool {
        token.scopes.contains(.openid) && token.scopes.contains(.fhirUser) && token.user == record.reference
    }

    private static func reaches(_ scope: ResourceScope, _ type: String, _ interaction: Interactions) -> Bool {
        guard scope.level != .auth, scope.interactions.contains(interaction) else { return false }
        switch scope.type {
        case .any: return true
        case .named(let name): return name == type
        }
    }

    private func isVisible(_ record: FHIRRecord, at level: Level) -> Bool {
        switch level {
        case .patient: Self.shared.contains(record.type) || (record.patient != nil && record.patient == token.patient)
        case .user: Self.shared.contains(record.type) || isVisibleToUser(record)
        case .system: true
        case .auth: false
        }
    }

    /// A scope never enlarges what the person may see: clinicians see all, everybody else the records they stand for.
    private func isVisibleToUser(_ record: FHIRRecord) -> Bool {
        guard let user = token.user else { return false }
        if user.hasPrefix("Practitioner/") { return true }
        return record.patient.map(records.patients(of: user).contains) ?? false
    }

    /// A constraint that this server cannot apply is met by no record: it must never widen the scope.
    private static func meets(_ record: FHIRRecord, _ constraint: ScopeConstraint?) -> Bool {
        guard let constraint else { return true }
        return constraint.parameters.allSatisfy { parameter in
            guard parameter.modifier == nil, let search = SearchParameter(rawValue: parameter.name) else {
                return false
            }
            return search.matches(record, anyOf: parameter.literals)
        }
    }
}
