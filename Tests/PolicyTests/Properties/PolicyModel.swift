/// The formula of the specification, evaluated for one resource and one letter as it stands, with sets and loops:
///
///     ( union of allows of the subject's active roles − union of denies ) ∩ granted scopes ∩ launch context
///
/// The judge of the compiled permissions: it shares nothing with them, neither their code nor the algebra of scopes.
struct PolicyModel {
    /// How a token acts: as a person (`user/`, `patient/`) or as the client itself. The two stand apart.
    enum Mode: CaseIterable { case person, system }

    /// What is hidden and what is read-only, where something is permitted.
    struct Answer: Equatable {
        let hidden: Set<String>
        let readonly: Set<String>
    }

    private struct Clause {
        let name: String
        let values: Set<String>
    }

    private struct Scope {
        let level: String
        let type: String
        let letters: Set<Character>
        let clauses: [Clause]
    }

    private struct Allow {
        let rule: World.Rule
        let scope: Scope
    }

    private let world: World
    private let granted: [Scope]
    private var allows: [Allow] = []
    private var denies: [Scope] = []
    /// Whether a role that stands has an allow for emergencies by name.
    private var mayBreakGlass = false

    private static let words = ["read": "rs", "write": "cud", "*": "cruds"]
    private static let compartmentTypes: Set<String> = ["Patient", "Observation", "Condition"]

    private var isEmergency: Bool { world.purpose == "BTG" }

    init(_ world: World) {
        self.world = world
        granted = world.granted.compactMap { Self.scope($0, isDeny: false) { _, _ in nil } }
        for holding in world.held {
            guard world.roles.contains(where: { $0.name == holding.role }) else { continue }
            let family = lineage(holding.role)
            let isStanding = isHeldRightly(family)
            for rule in family.flatMap(\.rules) {
                if rule.isAllow && isStanding && rule.purposes.contains("BTG") { mayBreakGlass = true }
                for written in rule.scopes {
                    let scope = Self.scope(written, isDeny: !rule.isAllow) { variable(holding.values, $0, $1) }
                    add(rule, scope, isStanding)
                }
            }
        }
    }

    private mutating func add(_ rule: World.Rule, _ scope: Scope?, _ isStanding: Bool) {
        guard let scope else { return }
        if rule.isAllow {
            let isMeant = rule.purposes.isEmpty || world.purpose.map(rule.purposes.contains) ?? false
            if isStanding && isMeant { allows.append(Allow(rule: rule, scope: scope)) }
        } else if !(rule.yields && isEmergency) {
            denies.append(scope)
        }
    }

    /// A role and all that it is made of.
    private func lineage(_ name: String) -> [World.Role] {
        guard let role = world.roles.first(where: { $0.name == name }) else { return [] }
        return [role] + role.extends.flatMap(lineage)
    }

    private func isHeldRightly(_ family: [World.Role]) -> Bool {
        let limits = family.map(\.holders).filter { !$0.isEmpty }
        if limits.isEmpty && world.holder == "Client" { return false }
        for limit in limits where !(world.holder.map(limit.contains) ?? false) { return false }
        if family.contains(where: \.needsMultiFactor) && !world.isMultiFactor { return false }
        return !family.contains { !$0.networks.isEmpty } || world.isInside
    }

    /// Nil: unset.
    private func variable(_ values: [String: [String]], _ name: String, _ parameter: String) -> [String]? {
        func reference(_ type: String, _ id: String) -> String { parameter == "_id" ? id : "\(type)/\(id)" }
        switch name {
        case "%patient": return world.patient.map { [reference("Patient", $0)] }
        case "%fhirUser": return world.holder.flatMap { $0 == "Client" ? nil : [reference($0, "9")] }
        case "%client": return ["lab-viewer"]
        case "%clinic": return values["clinic"].flatMap { $0.isEmpty ? nil : $0.map { reference("Organization", $0) } }
        default: return values["ward"].flatMap { $0.isEmpty ? nil : $0 }
        }
    }

    /// With an unset variable an allow is dead, and a deny does not ask for that clause.
    private static func scope(
        _ written: World.Scope, isDeny: Bool, _ variable: (_ name: String, _ parameter: String) -> [String]?
    ) -> Scope? {
        var clauses: [Clause] = []
        for clause in written.clauses {
            let values = clause.values.map { $0.hasPrefix("%") ? variable($0, clause.name) : [$0] }
            if values.contains(nil) {
                if isDeny { continue }
                return nil
            }
            clauses.append(Clause(name: clause.name, values: Set(values.compactMap { $0 }.joined())))
        }
        return Scope(
            level: written.level, type: written.type, letters: Set(words[written.letters] ?? written.letters),
            clauses: clauses)
    }

    // MARK: - Answers

    /// Nil: not permitted.
    func answer(_ letter: Character, _ row: Row) -> Answer? {
        if isEmergency && !mayBreakGlass { return nil }
        var matching: [World.Rule] = []
        for mode in Mode.allCases {
            if denies.contains(where: { matches($0, letter, row, mode) }) { continue }
            guard granted.contains(where: { matches($0, letter, row, mode) }), isInContext(letter, row) else {
                continue
            }
            matching += allows.filter { matches($0.scope, letter, row, mode) }.map(\.rule)
        }
        guard let first = matching.first else { return nil }
        var (hidden, readonly) = (Set(first.hide), Set(first.readonly))
        for rule in matching {
            hidden.formIntersection(rule.hide)
            readonly.formIntersection(rule.readonly)
        }
        return Answer(hidden: hidden, readonly: "cu".contains(letter) ? readonly : [])
    }

    /// Whether some rule gives the operation on that row, whatever is denied.
    func isGiven(_ operation: String, _ row: Row) -> Bool {
        if isEmergency { return false }
        return Mode.allCases.contains { mode in
            allows.contains { allow in
                allow.rule.operations.contains(operation)
                    && granted.contains { scope in
                        let isRecord = allow.scope.level == "patient" || scope.level == "patient"
                        return !allow.scope.letters.isDisjoint(with: scope.letters)
                            && isAbout(allow.scope, row, mode) && isAbout(scope, row, mode)
                            && (!isRecord || Self.compartmentTypes.contains(row.type))
                    }
            }
        }
    }

    /// Denies of reading, of any type: those that an operation meets whatever it is about, and the others.
    func readDenies(_ mode: Mode) -> (whole: Int, partial: Int) {
        let denies = denies.filter { levels(mode).contains($0.level) && $0.letters.contains("r") }
        return (denies.filter { $0.clauses.isEmpty }.count, denies.filter { !$0.clauses.isEmpty }.count)
    }

    func deniesReading(_ row: Row, _ mode: Mode) -> Bool { denies.contains { matches($0, "r", row, mode) } }

    // MARK: - Matching

    private func levels(_ mode: Mode) -> Set<String> { mode == .person ? ["patient", "user"] : ["system"] }

    private func matches(_ scope: Scope, _ letter: Character, _ row: Row, _ mode: Mode) -> Bool {
        guard scope.letters.contains(letter), isAbout(scope, row, mode) else { return false }
        return scope.level != "patient" || Self.compartmentTypes.contains(row.type) || "rs".contains(letter)
    }

    private func isAbout(_ scope: Scope, _ row: Row, _ mode: Mode) -> Bool {
        guard levels(mode).contains(scope.level), scope.type == "*" || scope.type == row.type else { return false }
        if scope.level == "patient" && !isInRecord(row) { return false }
        return scope.clauses.allSatisfy { clause in
            let values = clause.name == "_id" ? [row.id] : row.properties[clause.name] ?? []
            return values.contains(where: clause.values.contains)
        }
    }

    /// What is in nobody's record is in reach of a record's scope, to be looked up.
    private func isInRecord(_ row: Row) -> Bool {
        guard let patient = world.patient else { return false }
        return !Self.compartmentTypes.contains(row.type) || row.patients.contains(patient)
    }

    private func isInContext(_ letter: Character, _ row: Row) -> Bool {
        !isEmergency || ("rs".contains(letter) && isInRecord(row))
    }
}
