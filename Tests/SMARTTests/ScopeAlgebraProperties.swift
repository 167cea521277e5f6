import Testing

@testable import SMART

/// Each seed is 250 cases, so each property is looked at 3,000 times or, under both readings, 6,000 times.
@Suite struct `AZ-17 The algebra decides as the model does, request by request` {
    static let seeds: [UInt64] = Array(1...12)
    static let casesPerSeed = 250

    /// Runs `check` on pairs of scope strings.
    private func forPairs(_ seed: UInt64, _ check: (_ left: String, _ right: String) -> Bool) {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<Self.casesPerSeed {
            let left = GeneratedScopes.text(&generator)
            let right = GeneratedScopes.text(&generator)
            let holds = check(left, right)
            #expect(holds, "\(left) and \(right)")
        }
    }

    @Test(arguments: seeds) func `what is generated reads back as it was printed`(seed: UInt64) {
        forPairs(seed) { left, right in
            let set = ScopeSet(parsing: left + " " + right)
            return set.rejected.isEmpty && ScopeSet(parsing: set.text).text == set.text
                && ScopeSet(parsing: set.text) == set && Set(set.scopes).count == set.scopes.count
        }
    }

    @Test(arguments: seeds, [ScopeSet.Reading.ceiling, .role])
    func `an intersection permits what both permit, no more, no less, whichever comes first`(
        seed: UInt64, reading: ScopeSet.Reading
    ) {
        forPairs(seed) { left, right in
            let (one, other) = (ScopeSet(parsing: left), ScopeSet(parsing: right))
            let both = DecisionModel(one.intersection(other, reading: reading).text, reading: reading)
            let turned = DecisionModel(other.intersection(one, reading: reading).text, reading: reading)
            let (first, second) = (DecisionModel(left, reading: reading), DecisionModel(right, reading: reading))
            return both.others == first.others.intersection(second.others)
                && both.permitted == DecisionModel.both(first.permitted, second.permitted)
                && turned.permitted == both.permitted && turned.others == both.others
        }
    }

    @Test(arguments: seeds, [ScopeSet.Reading.ceiling, .role])
    func `what is covered permits nothing more, and what permits nothing more is covered`(
        seed: UInt64, reading: ScopeSet.Reading
    ) {
        forPairs(seed) { left, right in
            let covered = ScopeSet(parsing: right).covers(ScopeSet(parsing: left), reading: reading)
            let (asked, held) = (DecisionModel(left, reading: reading), DecisionModel(right, reading: reading))
            let isWithin =
                asked.others.isSubset(of: held.others)
                && DecisionModel.isSubset(asked.permitted, of: held.permitted)
            // `category=a,b` within `category=a` and `category=b` together is not seen, which refuses and never grants.
            return covered == isWithin || (!covered && left.contains(","))
        }
    }

    @Test(arguments: seeds, [ScopeSet.Reading.ceiling, .role])
    func `an intersection of three is the same from either end, and within each of them`(
        seed: UInt64, reading: ScopeSet.Reading
    ) {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<Self.casesPerSeed {
            // Few enough that no bound of a set is met.
            let texts = (0..<3).map { _ in GeneratedScopes.text(&generator, upTo: 3) }
            let sets = texts.map { ScopeSet(parsing: $0) }
            let fromLeft = sets[0].intersection(sets[1], reading: reading).intersection(sets[2], reading: reading)
            let fromRight = sets[0].intersection(sets[1].intersection(sets[2], reading: reading), reading: reading)
            let (one, other) = (
                DecisionModel(fromLeft.text, reading: reading), DecisionModel(fromRight.text, reading: reading)
            )
            let holds =
                one.permitted == other.permitted && one.others == other.others
                && sets.allSatisfy { $0.covers(fromLeft, reading: reading) }
            #expect(holds, "\(texts)")
        }
    }

    @Test(arguments: seeds, [ScopeSet.Reading.ceiling, .role])
    func `an intersection of single scopes is commutative, associative and never wider than a side`(
        seed: UInt64, reading: ScopeSet.Reading
    ) {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<Self.casesPerSeed {
            let scopes = (0..<3).compactMap { _ in ResourceScope(GeneratedScopes.item(&generator)) }
            guard scopes.count == 3 else { continue }
            let both = scopes[0].intersection(scopes[1], reading: reading)
            let turned = scopes[1].intersection(scopes[0], reading: reading)
            let fromLeft = both.flatMap { $0.intersection(scopes[2], reading: reading) }
            let fromRight = scopes[1].intersection(scopes[2], reading: reading)
                .flatMap { scopes[0].intersection($0, reading: reading) }
            let isNarrower = scopes.prefix(2).allSatisfy { side in
                both.map { $0.isWithin(side, reading: reading) && $0.interactions.isSubset(of: side.interactions) }
                    ?? true
            }
            let holds = both == turned && fromLeft == fromRight && isNarrower
            #expect(holds, "\(scopes.map(\.text))")
        }
    }

    @Test(arguments: seeds) func `a union permits what either permits`(seed: UInt64) {
        forPairs(seed) { left, right in
            let text = ScopeSet(parsing: left).union(ScopeSet(parsing: right)).text
            let union = DecisionModel(text, reading: .ceiling)
            let (first, second) = (DecisionModel(left, reading: .ceiling), DecisionModel(right, reading: .ceiling))
            return union.permitted == DecisionModel.either(first.permitted, second.permitted)
                && union.others == first.others.union(second.others)
        }
    }

    @Test(arguments: seeds) func `a normal form permits the same, is no longer, and is its own normal form`(
        seed: UInt64
    ) {
        forPairs(seed) { left, right in
            let set = ScopeSet(parsing: left + " " + right)
            let normal = set.normalForm
            let before = DecisionModel(set.text, reading: .ceiling)
            let after = DecisionModel(normal.text, reading: .ceiling)
            return normal.text.utf8.count <= set.text.utf8.count && normal.normalForm == normal
                && before.others == after.others && before.permitted == after.permitted
        }
    }

    @Test(arguments: seeds) func `a subtraction permits what was allowed and is not denied, exactly`(seed: UInt64) {
        forPairs(seed) { left, right in
            let (kept, denies) = ScopeSet(parsing: left).subtracting(ScopeSet(parsing: right))
            let (allowed, denied) = (DecisionModel(left, reading: .role), DecisionModel(right, reading: .role))
            let keeps = DecisionModel(kept.text, reading: .role)
            let takes = DecisionModel(denies.text, reading: .role)
            return keeps.others == allowed.others.subtracting(denied.others)
                && DecisionModel.minus(keeps.permitted, takes.permitted)
                    == DecisionModel.minus(allowed.permitted, denied.permitted)
        }
    }
}
