import Encoding
import SMART
import Testing

@testable import Policy

/// A token of somebody who holds the roles of all files that are given, each with the same values for its parameters.
struct Token {
    let policies: PolicySet
    var subject: Subject

    init(
        _ scope: String, _ files: RoleFile..., values: [String: [String]] = [:], holder: Holder? = .practitioner,
        patient: String? = nil, purpose: PurposeOfUse? = nil, isMultiFactor: Bool = false, inside: [String] = []
    ) throws {
        let policies = try RoleFile.load(files)
        self.policies = policies
        let roles = try policies.all.map { role in
            var parameters: [String: [ParameterValue]] = [:]
            for (name, texts) in values {
                guard let parameter = role.parameter(name) else { continue }
                parameters[name] = try texts.map { try #require(parameter.value($0)) }
            }
            return RoleHolding(role.policy.role, parameters: parameters)
        }
        let fhirUser = holder.flatMap { $0 == .client ? nil : "\($0.rawValue)/9" }
        subject = Subject(
            roles: roles, holder: holder, fhirUser: fhirUser, client: "lab-viewer", scope: ScopeSet(parsing: scope),
            patient: try patient.map { try #require(FHIRID($0)) }, purpose: purpose, isMultiFactor: isMultiFactor,
            isInside: inside.contains)
    }

    var permissions: Permissions { policies.permissions(of: subject) }

    func decide(_ access: FHIRAccess, _ properties: [String: [String]] = [:]) -> Decision {
        permissions.decide(access, properties: properties)
    }

    /// Whether it is permitted, with nothing left to be filtered.
    func permits(_ access: FHIRAccess, _ properties: [String: [String]] = [:]) -> Bool {
        decide(access, properties).isWhole
    }

    func refuses(_ access: FHIRAccess, _ properties: [String: [String]] = [:]) -> Bool {
        if case .deny = decide(access, properties) { true } else { false }
    }

    /// The letters of `cruds` that are permitted wholly on `Type/1`.
    func letters(_ type: String, _ properties: [String: [String]] = [:]) -> String {
        let asked = [
            Ask.create(type), Ask.read("\(type)/1"), Ask.update("\(type)/1"), Ask.delete("\(type)/1"), Ask.search(type),
        ]
        return zip("cruds", asked).filter { permits($1, properties) }.map { String($0.0) }.joined()
    }

    func explain(
        _ access: FHIRAccess, filtering: Filtering = [], _ properties: [String: [String]] = [:]
    ) -> Explanation {
        Explanation([access], subject, policies, filtering: filtering, properties: properties)
    }

    func reason(_ access: FHIRAccess, _ properties: [String: [String]] = [:]) -> DenialReason? {
        explain(access, properties).decision.reason
    }
}

extension Token {
    fileprivate func explain(_ access: FHIRAccess, _ properties: [String: [String]]) -> Explanation {
        explain(access, filtering: .all, properties)
    }
}

/// What requests ask for, without the text of a request line.
enum Ask {
    static func create(_ type: String) -> FHIRAccess { FHIRAccess(.create, type: type) }
    static func read(_ reference: String) -> FHIRAccess { one(.read, reference) }
    static func update(_ reference: String) -> FHIRAccess { one(.update, reference) }
    static func delete(_ reference: String) -> FHIRAccess { one(.delete, reference) }

    /// `clauses` as a query: `category=a&status=b`. No type: all types.
    static func search(_ type: String?, _ clauses: String = "", in patient: String? = nil) -> FHIRAccess {
        FHIRAccess(
            type == nil ? .searchSystem : .searchType, type: type,
            compartment: patient.map { FHIRReference(type: "Patient", id: $0) },
            clauses: ScopeConstraint(clauses)?.parameters ?? [])
    }

    static func operation(_ name: String, _ reference: String? = nil) -> FHIRAccess {
        let parts = reference?.split(separator: "/").map(String.init) ?? []
        return FHIRAccess(.operation, type: parts.first, id: parts.dropFirst().first, operation: name)
    }

    private static func one(_ interaction: FHIRInteraction, _ reference: String) -> FHIRAccess {
        let parts = reference.split(separator: "/").map(String.init)
        return FHIRAccess(interaction, type: parts[0], id: parts[1])
    }
}

extension Decision {
    /// What is left to be applied, if it is one row and no exception.
    var onlyRow: Remainder? {
        if case .permit(let any, let except) = self, any.count == 1, except.isEmpty { any[0] } else { nil }
    }

    var exceptions: [String] { if case .permit(_, let except) = self { except.map(\.text) } else { [] } }
}

extension JSONObject { var text: String { JSON.object(self).text } }
