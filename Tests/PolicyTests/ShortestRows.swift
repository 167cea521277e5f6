import Measuring
import SMART
import Testing

@testable import Policy

@Suite struct `Policy: rows are as few as they can be, soon` {
    @Test(arguments: 1...40 as ClosedRange<UInt64>) func `what pairs of rows say is what comes out`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        for most in [12, 60] {
            for _ in 0..<25 {
                let rows = (0..<Int.random(in: 0...most, using: &generator)).map { _ in Self.row(&generator) }
                #expect(Allowance.shortest(rows) == Self.pairwise(rows), "\(rows)")
            }
        }
    }

    @Test(arguments: 1...40 as ClosedRange<UInt64>)
    func `what pairs of rows say is what a decision leaves to do`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        for most in [12, 60] {
            for _ in 0..<25 {
                let rows = (0..<Int.random(in: 1...most, using: &generator)).map { _ in Self.row(&generator) }
                let permissions = Permissions(allow: ["Observation": rows], deny: [:], roles: [])
                for (access, letter) in [
                    (Ask.read("Observation/1"), Interactions.read), (Ask.update("Observation/1"), .update),
                ] {
                    let left = Self.pairwise(left: rows.filter { $0.interactions.contains(letter) }, letter)
                    let expected = left.isEmpty ? Decision.deny(.scopeInsufficient) : .permit(any: left, except: [])
                    #expect(permissions.decide(access) == expected, "\(rows)")
                }
            }
        }
    }

    @Test(arguments: 1...40 as ClosedRange<UInt64>) func `what covers a scope is found`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        func scope() throws -> ResourceScope {
            let type = generator.pick(["*", "Observation", "Patient"]), level = generator.pick(["user", "patient"])
            let criteria = generator.pick(Self.criteria).map { "?\($0)" } ?? ""
            return try #require(ResourceScope("\(level)/\(type).\(generator.pick(["r", "s", "rs"]))\(criteria)"))
        }
        for count in [10, 60] {
            let scopes = try (0..<count).map { _ in try scope() }
            let covering = CoveringScopes(scopes)
            for _ in 0..<50 {
                let asked = try scope()
                let expected = scopes.indices.filter { asked.isWithin(scopes[$0], reading: .role) }
                #expect(covering.places(covering: asked) == expected, "\(asked.text) in \(scopes.map(\.text))")
            }
        }
    }

    /// Held each against each, the rows of a large policy took seconds to compile.
    @Test(
        arguments: [
            { Allowance(interactions: .read, criteria: ScopeConstraint("category=a\($0),b\($0)")) },
            { Allowance(interactions: .read, criteria: ScopeConstraint("category=a&status=\($0)")) },
            { Allowance(interactions: .read, hide: ["a\($0)"]) },
            { Allowance(interactions: .update, readonly: ["a", "a\($0)"]) },
        ] as [@Sendable (Int) -> Allowance])
    func `ten times the rows take about ten times as long`(row: @Sendable (Int) -> Allowance) {
        func seconds(_ count: Int) -> Double {
            let rows = (0..<count).map(row)
            return (0..<3).map { _ in
                processorSeconds { #expect(Allowance.shortest(rows).count == count) }
            }.min() ?? 0
        }
        let (few, many) = (seconds(200), seconds(2_000))
        #expect(isSanitized || many < few * 30, "\(few), then \(many)")
    }

    /// Each row held against each other.
    private static func pairwise(_ rows: [Allowance]) -> [Allowance] {
        var merged: [Allowance] = []
        for row in rows {
            let same = merged.firstIndex { other in
                var other = other
                other.interactions = row.interactions
                other.operations = row.operations
                return other == row
            }
            if let same {
                merged[same].interactions.formUnion(row.interactions)
                merged[same].operations = Set(merged[same].operations).union(row.operations).sorted()
            } else {
                merged.append(row)
            }
        }
        var index = 0
        while index < merged.count {
            for (other, wider) in merged.enumerated() where other != index && wider.isAsWide(as: merged[index]) {
                merged[index].interactions.subtract(wider.interactions)
                merged[index].operations.removeAll(where: wider.operations.contains)
            }
            if merged[index].interactions.isEmpty && merged[index].operations.isEmpty {
                merged.remove(at: index)
            } else {
                index += 1
            }
        }
        return merged
    }

    /// What a decision that knows nothing more leaves of rows that permit it, each held against each other.
    private static func pairwise(left rows: [Allowance], _ letter: Interactions) -> [Remainder] {
        var left: [Remainder] = []
        for row in rows {
            let remainder = Remainder(
                criteria: row.criteria, compartment: row.compartment, hide: row.hide,
                readonly: letter == .read ? [] : row.readonly)
            if !left.contains(remainder) { left.append(remainder) }
        }
        func isAsWide(_ one: Remainder, _ other: Remainder) -> Bool {
            (one.compartment == nil || one.compartment == other.compartment) && Set(one.hide).isSubset(of: other.hide)
                && Set(one.readonly).isSubset(of: other.readonly)
                && (one.criteria.map { wide in other.criteria.map(wide.isImplied) ?? false } ?? true)
        }
        return left.enumerated().filter { index, row in
            !left.enumerated().contains { other, wider in
                other != index && isAsWide(wider, row) && !(isAsWide(row, wider) && index < other)
            }
        }.map(\.element)
    }

    private static let criteria = [
        nil, "category=a", "category=b", "category=a,b", "category=b,a", "category=a&status=x", "status=x",
        "status=x,y", "status=y&category=b", "subject:missing=true", "subject=true", "category=a&category=b",
    ]

    private static func row(_ generator: inout SeededGenerator) -> Allowance {
        Allowance(
            interactions: Interactions(rawValue: UInt8.random(in: 0...31, using: &generator)),
            criteria: generator.pick(criteria).flatMap { ScopeConstraint($0) },
            compartment: generator.pick([nil, nil, FHIRID("1")]),
            hide: generator.pick([[], [], ["note"], ["code", "note"]]),
            readonly: generator.pick([[], [], ["note"], ["note", "status"], ["status"]]),
            operations: generator.pick([[], ["$everything"], ["$everything", "$lastn"]]))
    }
}
