/// What scopes allow together, compared and combined. Only here, for every use: registration, roles, consent, refresh.
extension ScopeSet {
    package func covers(_ other: ScopeSet, reading: Reading) -> Bool {
        other.scopes.allSatisfy { covers($0, reading: reading) }
    }

    /// A resource scope is covered if each of its letters is one of a scope here that is as wide; the letters may come
    /// from several. Every other scope is covered only by itself.
    package func covers(_ scope: Scope, reading: Reading) -> Bool {
        guard case .resource(let asked) = scope else { return scopes.contains(scope) }
        var missing = asked.interactions
        for case .resource(let held) in scopes where asked.isWithin(held, reading: reading) {
            missing.subtract(held.interactions)
            if missing.isEmpty { return true }
        }
        return false
    }

    /// What is both asked for here and allowed by `ceiling` (AZ-17, RT-07): every matching scope of the ceiling counts.
    ///
    /// Under the role reading, what a role allows only as `patient/` comes back as `patient/` also where `user/` was
    /// asked for, so whoever grants looks for the patient in context afterwards (EHR-6). Beyond the bounds of a scope
    /// set the result is cut, which only narrows it.
    package func intersection(_ ceiling: ScopeSet, reading: Reading) -> ScopeSet {
        let allowed = ceiling.resources
        var kept: [Scope] = []
        for scope in scopes where kept.count <= Self.maximumItems {
            if ceiling.covers(scope, reading: reading) {
                kept.append(scope)
                continue
            }
            guard case .resource(let asked) = scope else { continue }
            let pieces = allowed.compactMap { asked.intersection($0, reading: reading) }
            kept += Self.merged(pieces, reading: reading)
                .compactMap { $0.with($0.interactions, isVersion1: asked.isVersion1) }.map(Scope.resource)
        }
        return ScopeSet(bounded: kept)
    }

    package func union(_ other: ScopeSet) -> ScopeSet { ScopeSet(scopes + other.scopes) }

    /// The same meaning in the shortest text (SCP-4): letters merged under equal constraints, and nothing that a wider
    /// scope allows already. The levels stand apart.
    package var normalForm: ScopeSet {
        ScopeSet(scopes.filter { $0.resource == nil } + Self.merged(resources, reading: .ceiling).map(Scope.resource))
    }

    /// This set without what `denied` denies, under the role reading. Exact where a deny is at least as wide as what it
    /// meets; a deny that takes only a part (some resources of a type, one type of all) can't be written as an allow and
    /// comes back in `denies`, to be kept beside `kept`. Denies that meet nothing any more are left out.
    package func subtracting(_ denied: ScopeSet) -> (kept: ScopeSet, denies: ScopeSet) {
        let refused = denied.resources
        let kept = scopes.compactMap { scope -> Scope? in
            guard case .resource(let allowed) = scope else { return denied.scopes.contains(scope) ? nil : scope }
            var left = allowed.interactions
            for deny in refused where allowed.isWithin(deny, reading: .role) { left.subtract(deny.interactions) }
            return allowed.with(left, isVersion1: allowed.isVersion1).map(Scope.resource)
        }
        let remaining = kept.compactMap(\.resource)
        let denies = refused.filter { deny in remaining.contains { $0.overlaps(deny, reading: .role) } }
        return (ScopeSet(kept), ScopeSet(denies.map(Scope.resource)))
    }

    /// One scope for each level, type and constraint, in the order of their first appearance, without the letters that a
    /// wider one has.
    private static func merged(_ resources: [ResourceScope], reading: Reading) -> [ResourceScope] {
        if resources.count <= 1 { return resources }
        var groups: [ResourceScope] = []
        var positions: [Target: Int] = [:]
        for scope in resources {
            let target = Target(level: scope.level, type: scope.type, constraint: scope.constraint)
            guard let position = positions[target] else {
                positions[target] = groups.count
                groups.append(scope)
                continue
            }
            let group = groups[position]
            let letters = group.interactions.union(scope.interactions)
            if let both = group.with(letters, isVersion1: group.isVersion1 && scope.isVersion1) {
                groups[position] = both
            }
        }
        return groups.indices.compactMap { index in
            let group = groups[index]
            var left = group.interactions
            for (other, wider) in groups.enumerated()
            where other != index && !left.isDisjoint(with: wider.interactions)
                && group.isWithin(wider, reading: reading)
            {
                left.subtract(wider.interactions)
            }
            // A v1 word cut in part would come back in v2 letters, and no shorter: it stays.
            if group.isVersion1 && !left.isEmpty { return group }
            return group.with(left, isVersion1: false)
        }
    }

    /// What scopes must share to be one scope with more letters.
    private struct Target: Hashable {
        let level: Level
        let type: ScopeResourceType
        let constraint: ScopeConstraint?
    }
}
