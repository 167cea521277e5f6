import SMART
import Testing

@testable import Policy

/// A case is one resource and one letter under one generated token: each seed has 2,520, all together 100,800, and each
/// is answered twice, by the rows and by a decision.
@Suite struct `Policy: what is compiled answers as the formula does, request by request` {
    static let seeds: [UInt64] = Array(1...40)
    private static let worldsPerSeed = 36
    private static let rowsPerWorld = 14

    @Test(arguments: seeds) func `for a resource server that reads the rows, and for a decision`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        var (cases, permitted) = (0, 0)
        for _ in 0..<Self.worldsPerSeed {
            let world = GeneratedWorlds.world(&generator)
            let permissions = try world.permissions()
            let (model, server) = (PolicyModel(world), ResourceServer(permissions))
            for _ in 0..<Self.rowsPerWorld {
                let row = GeneratedWorlds.row(&generator)
                for letter in "cruds" {
                    let asked = Question(letter, row, &generator)
                    let decision = permissions.decide(asked.access, properties: asked.properties)
                    let expected = model.answer(letter, row)
                    let answers = [server.answer(letter, row), PolicyModel.Answer(decision, letter, row)]
                    (cases, permitted) = (cases + 1, permitted + (expected == nil ? 0 : 1))
                    guard !answers.allSatisfy({ world.isRight($0, expected) }) else { continue }
                    Issue.record(
                        "\(letter) of \(row), known: \(asked.properties): \(answers), not \(expected as Any)\n\(world)")
                    return
                }
            }
        }
        #expect(cases == 2520)
        // Neither answer is rare.
        #expect((75...1500).contains(permitted))
    }

    /// An operation answers with more than one resource, so of denies of a part it is only known that they are told.
    @Test(arguments: seeds) func `for operations`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed + 1000)
        for _ in 0..<Self.worldsPerSeed / 3 {
            let world = GeneratedWorlds.world(&generator)
            if world.isMixed { continue }
            let (permissions, model) = (try world.permissions(), PolicyModel(world))
            let mode = world.granted.contains { $0.level == "system" } ? PolicyModel.Mode.system : .person
            let denies = model.readDenies(mode)
            for _ in 0..<Self.rowsPerWorld {
                let (row, operation) = (GeneratedWorlds.row(&generator), generator.pick(["$everything", "$check"]))
                let access = FHIRAccess(.operation, type: row.type, id: row.id, operation: operation)
                let decision = permissions.decide(access, properties: row.properties)
                let isGiven = model.isGiven(operation, row)
                let isRight =
                    switch decision {
                    case .deny: !isGiven || denies.whole > 0 || denies.partial > 0
                    case .permit(_, let except):
                        isGiven && denies.whole == 0 && except.isEmpty == (denies.partial == 0)
                            && !model.deniesReading(row, mode)
                    }
                guard !isRight else { continue }
                Issue.record("\(operation) of \(row): \(decision)\n\(world)")
                return
            }
        }
    }

    @Test(arguments: seeds) func `for a search of all types, which finds nothing that may not be found`(seed: UInt64)
        throws
    {
        var generator = SeededGenerator(seed: seed + 2000)
        for _ in 0..<Self.worldsPerSeed / 3 {
            let world = GeneratedWorlds.world(&generator)
            let decision = try world.permissions().decide(FHIRAccess(.searchSystem))
            guard case .permit = decision else { continue }
            let model = PolicyModel(world)
            for _ in 0..<Self.rowsPerWorld {
                let row = GeneratedWorlds.row(&generator)
                guard let found = PolicyModel.Answer(decision, "s", row) else { continue }
                guard let expected = model.answer("s", row), found.hidden.isSuperset(of: expected.hidden) else {
                    Issue.record("\(row) is found, or more of it\n\(world)")
                    return
                }
            }
        }
    }

    @Test(arguments: seeds) func `whatever the order of roles and scopes`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed + 3000)
        for _ in 0..<Self.worldsPerSeed / 5 {
            let world = GeneratedWorlds.world(&generator)
            var (policies, subject) = try world.token()
            let one = ResourceServer(policies.permissions(of: subject))
            subject.roles.reverse()
            subject.scope = ScopeSet(subject.scope.scopes.reversed())
            let other = ResourceServer(policies.permissions(of: subject))
            for _ in 0..<Self.rowsPerWorld {
                let row = GeneratedWorlds.row(&generator)
                for letter in "cruds" where one.answer(letter, row) != other.answer(letter, row) {
                    Issue.record("\(letter) of \(row)\n\(world)")
                    return
                }
            }
        }
    }
}

/// What the rest of the server builds on what is compiled.
@Suite struct `Policy: what is issued and shared fits what is compiled` {
    private static let worldsPerSeed = 20

    @Test(arguments: Array(1...20) as [UInt64])
    func `what of a scope the roles carry gives all that the scope gives, and is never wider`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed + 4000)
        for _ in 0..<Self.worldsPerSeed {
            let world = GeneratedWorlds.world(&generator)
            var (policies, subject) = try world.token()
            let whole = ResourceServer(policies.permissions(of: subject))
            let carried = policies.carried(subject.scope, by: subject)
            #expect(subject.scope.covers(carried, reading: .ceiling), "\(carried.text)\n\(world)")
            subject.scope = carried
            let issued = ResourceServer(policies.permissions(of: subject))
            for _ in 0..<10 {
                let row = GeneratedWorlds.row(&generator)
                for letter in "cruds" {
                    let (narrow, wide) = (issued.answer(letter, row), whole.answer(letter, row))
                    // A role's `patient/` carries no `user/`.
                    if narrow == wide || (world.hasPatientRules && (narrow == nil || wide != nil)) { continue }
                    Issue.record("\(letter) of \(row) with \(carried.text)\n\(world)")
                    return
                }
            }
        }
    }

    @Test(arguments: Array(1...20) as [UInt64]) func `subjects with one key may do the same`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed + 5000)
        var shared = 0
        for _ in 0..<Self.worldsPerSeed {
            let world = GeneratedWorlds.world(&generator)
            let (policies, subject) = try world.token()
            var other = subject
            switch generator.next() % 6 {
            case 0: other.client = "another"
            case 1: other.fhirUser = "Practitioner/8"
            case 2: other.isMultiFactor.toggle()
            case 3: other.isInside = { [isInside = world.isInside] _ in !isInside }
            case 4: other.holder = generator.pick(Holder.allCases)
            default: other.roles += [RoleHolding(try #require(RoleName("ghost")))]
            }
            guard subject.key(policies) == other.key(policies) else { continue }
            shared += 1
            let isSame = policies.permissions(of: subject) == policies.permissions(of: other)
            #expect(isSame, "\(other)\n\(world)")
        }
        #expect(shared > 0)
    }
}

/// What is asked about a row, and how much of it is known: everything, a part, or only what a search says.
private struct Question {
    let access: FHIRAccess
    let properties: [String: [String]]

    init(_ letter: Character, _ row: Row, _ generator: inout SeededGenerator) {
        let knowledge = generator.pick([0, 1, 2])
        let known =
            knowledge == 0
            ? [] : knowledge == 1 ? generator.some(of: row.properties.keys.sorted()) : Array(row.properties.keys)
        properties = row.properties.filter { known.contains($0.key) }
        switch letter {
        case "c": access = FHIRAccess(.create, type: row.type)
        case "r": access = FHIRAccess(.read, type: row.type, id: row.id)
        case "u": access = FHIRAccess(.update, type: row.type, id: row.id)
        case "d": access = FHIRAccess(.delete, type: row.type, id: row.id)
        default: access = Self.search(row, &generator)
        }
    }

    /// A search that finds the row: in a record that it is in, by values that it has.
    private static func search(_ row: Row, _ generator: inout SeededGenerator) -> FHIRAccess {
        var clauses: [ScopeParameter] = []
        for name in generator.some(of: row.properties.keys.sorted()) where generator.chance(oneIn: 2) {
            guard let value = row.properties[name]?.first else { continue }
            let values = generator.chance(oneIn: 3) ? [value, "another"] : [value]
            if let clause = ScopeParameter(name: name, literals: values) { clauses.append(clause) }
        }
        let isInRecord = row.type != "Patient" && generator.chance(oneIn: 3)
        let record = isInRecord ? row.patients.first.map { FHIRReference(type: "Patient", id: $0) } : nil
        return FHIRAccess(.searchType, type: row.type, compartment: record, clauses: clauses)
    }
}

extension World {
    /// A token that acts as a person and as a client at once, which no grant gives.
    fileprivate var isMixed: Bool { Set(granted.map { $0.level == "system" }).count > 1 }

    /// Exact; but a mixed token meets every deny with all that it has, because a row does not tell its level.
    fileprivate func isRight(_ answer: PolicyModel.Answer?, _ expected: PolicyModel.Answer?) -> Bool {
        if answer == expected { return true }
        guard isMixed, roles.contains(where: { $0.rules.contains { !$0.isAllow } }) else { return false }
        guard let answer else { return true }
        return expected.map { answer.hidden.isSuperset(of: $0.hidden) && answer.readonly.isSuperset(of: $0.readonly) }
            ?? false
    }

    fileprivate var hasPatientRules: Bool {
        roles.contains { $0.rules.contains { $0.scopes.contains { $0.level == "patient" } } }
    }

    fileprivate func permissions() throws -> Permissions {
        let (policies, subject) = try token()
        return policies.permissions(of: subject)
    }

    fileprivate func token() throws -> (policies: PolicySet, subject: Subject) {
        let policies = try RoleFile.load(roles.map(\.file))
        let subject = Subject(
            roles: try held.map { holding in
                RoleHolding(
                    try #require(RoleName(holding.role)),
                    parameters: try holding.values.mapValues { try $0.map { value in try Self.parameter(value) } })
            },
            holder: holder.flatMap(Holder.init(rawValue:)),
            fhirUser: holder.flatMap { $0 == "Client" ? nil : "\($0)/9" },
            client: "lab-viewer", scope: ScopeSet(parsing: granted.map(\.text).joined(separator: " ")),
            patient: patient.flatMap(FHIRID.init), purpose: purpose.flatMap(PurposeOfUse.init(rawValue:)),
            isMultiFactor: isMultiFactor, isInside: { [isInside] _ in isInside })
        try #require(subject.scope.rejected.isEmpty)
        return (policies, subject)
    }

    private static func parameter(_ value: String) throws -> ParameterValue {
        value.hasPrefix("C") ? .reference(type: "Organization", id: value) : .text(value)
    }
}
