import Glibc
import SMART
import Testing

@testable import Policy

@Suite struct `Policy: rows are as few as they can be, soon` {
    @Test(arguments: 1...40 as ClosedRange<UInt64>) func `what pairs of rows say is what comes out`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<50 {
            let rows = (0..<Int.random(in: 0...12, using: &generator)).map { _ in Self.row(&generator) }
            #expect(Allowance.shortest(rows) == Self.pairwise(rows), "\(rows)")
        }
    }

    /// Held each against each, the rows of a large policy took seconds to compile.
    @Test func `ten times the rows take about ten times as long`() {
        func seconds(_ count: Int) -> Double {
            let rows = (0..<count).map { index in
                Allowance(interactions: .read, criteria: ScopeConstraint("category=a\(index),b\(index)"))
            }
            return (0..<3).map { _ in
                let start = clock()
                #expect(Allowance.shortest(rows).count == count)
                return Double(clock() - start)
            }.min() ?? 0
        }
        let (few, many) = (seconds(200), seconds(2_000))
        #expect(many < few * 30, "\(few), then \(many)")
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

    private static func row(_ generator: inout SeededGenerator) -> Allowance {
        let criteria = [
            nil, "category=a", "category=b", "category=a,b", "category=b,a", "category=a&status=x", "status=x",
            "status=x,y", "status=y&category=b", "subject:missing=true", "subject=true", "category=a&category=b",
        ]
        return Allowance(
            interactions: Interactions(rawValue: UInt8.random(in: 0...31, using: &generator)),
            criteria: generator.pick(criteria).flatMap { ScopeConstraint($0) },
            compartment: generator.pick([nil, nil, FHIRID("1")]), hide: generator.pick([[], [], ["note"]]),
            operations: generator.pick([[], ["$everything"], ["$everything", "$lastn"]]))
    }
}
