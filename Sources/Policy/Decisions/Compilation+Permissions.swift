import SMART

extension Compilation {
    /// Rows by type, each type's whole: what all types are allowed is among those of each that is named.
    var permissions: Permissions {
        let kept = undenied
        let types = Set(kept.map(\.type.text))
        // Rows of all types are among those of each: a scope set made to multiply them gets nothing.
        guard kept.count(where: { $0.type == .any }) * types.count <= Self.mostContributions else {
            return Permissions(allow: [:], deny: [:], roles: activeRoles)
        }
        return Permissions(allow: Self.allow(kept, types), deny: deny(kept), roles: activeRoles)
    }

    /// What is left of all contributions by what denies all that they are about.
    private var undenied: [Contribution] {
        if denials.isEmpty { return contributions }
        let scopes = Distinct(denials.map(\.scope)).elements
        let denied = CoveringScopes(scopes)
        return contributions.compactMap { contribution in
            var contribution = contribution
            let letters = contribution.whole.map(denied.letters) ?? []
            contribution.allowance.interactions.subtract(letters)
            if letters.reachesOperations { contribution.allowance.operations = [] }
            let allowance = contribution.allowance
            return allowance.interactions.isEmpty && allowance.operations.isEmpty ? nil : contribution
        }
    }

    private static func allow(_ kept: [Contribution], _ types: Set<String>) -> [String: [Allowance]] {
        var rows: [String: [Allowance]] = [:]
        for row in kept {
            rows[row.type.text, default: []].append(row.allowance)
            guard row.type == .any else { continue }
            for type in types where type != row.type.text {
                if let within = row.allowance.within(type) { rows[type, default: []].append(within) }
            }
        }
        return rows.mapValues(Allowance.shortest).filter { !$0.value.isEmpty }
    }

    /// The denies that meet something that is allowed, each once.
    private func deny(_ kept: [Contribution]) -> [String: [Denial]] {
        if denials.isEmpty { return [:] }
        let reach = Reach(kept)
        var rows: [String: Distinct<Denial>] = [:]
        for denial in denials where reach.meets(denial.scope) {
            rows[denial.scope.type.text, default: Distinct()].append(
                Denial(
                    interactions: denial.scope.interactions, criteria: denial.scope.constraint,
                    yieldsToBreakGlass: denial.rule.rule.yieldsToBreakGlass))
        }
        return rows.mapValues(\.elements)
    }
}

extension Compilation.Contribution {
    /// All that could be done with what it is about. Nil where nothing says that.
    fileprivate var whole: ResourceScope? {
        ResourceScope(level: level, type: type, interactions: .all, constraint: allowance.criteria)
    }
}

/// What is allowed with which types, at each level, whatever the criteria.
private struct Reach {
    private struct OfLevel {
        var all: Interactions = []
        var ofAny: Interactions = []
        var byType: [String: Interactions] = [:]
        var hasOperations = false

        mutating func add(_ allowance: Allowance, of type: ScopeResourceType) {
            all.formUnion(allowance.interactions)
            switch type {
            case .any: ofAny.formUnion(allowance.interactions)
            case .named(let name): byType[name, default: []].formUnion(allowance.interactions)
            }
            if !allowance.operations.isEmpty { hasOperations = true }
        }
    }

    private var levels: [Level: OfLevel] = [:]

    init(_ contributions: [Compilation.Contribution]) {
        for contribution in contributions {
            levels[contribution.level, default: OfLevel()].add(contribution.allowance, of: contribution.type)
        }
    }

    /// Whether a deny is about something that is allowed.
    func meets(_ denial: ResourceScope) -> Bool {
        levels.contains { level, allowed in
            guard denial.level.covers(level, reading: .role) else { return false }
            // `$everything` of a Patient answers with more types than its own.
            if denial.reachesOperations && allowed.hasOperations { return true }
            switch denial.type {
            case .any: return !allowed.all.isDisjoint(with: denial.interactions)
            case .named(let type):
                return !allowed.ofAny.union(allowed.byType[type] ?? []).isDisjoint(with: denial.interactions)
            }
        }
    }
}

extension ResourceScope {
    /// What an operation does with a resource is no less than to read it.
    var reachesOperations: Bool { interactions.reachesOperations }
}

extension Interactions {
    fileprivate var reachesOperations: Bool { contains(.read) }
}
