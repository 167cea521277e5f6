import SMART

extension Allowance {
    /// Letters merged where all else is equal, and no row that a wider one makes needless.
    static func shortest(_ rows: [Allowance]) -> [Allowance] {
        var merged = merged(rows)
        if merged.count > 1 {
            let candidates = WiderCandidates(merged)
            for index in merged.indices {
                for other in candidates.of(merged[index])
                where other != index && merged[other].isAsWide(as: merged[index]) {
                    merged[index].interactions.subtract(merged[other].interactions)
                    merged[index].operations.removeAll(where: merged[other].operations.contains)
                }
            }
        }
        return merged.filter { !$0.interactions.isEmpty || !$0.operations.isEmpty }
    }

    private static func merged(_ rows: [Allowance]) -> [Allowance] {
        var merged: [Allowance] = []
        var places: [Allowance: Int] = [:]
        for row in rows {
            var place = row
            place.interactions = []
            place.operations = []
            if let index = places[place] {
                merged[index].interactions.formUnion(row.interactions)
                merged[index].operations = Set(merged[index].operations).union(row.operations).sorted()
            } else {
                places[place] = merged.count
                merged.append(row)
            }
        }
        return merged
    }
}

/// Finds the rows that may be as wide as one, so that not each of thousands is held against each other: what is implied by a
/// clause has all its values, and so stands under every one of them.
private struct WiderCandidates {
    private struct Value: Hashable {
        let name: String
        let modifier: String?
        let value: String

        init(_ clause: ScopeParameter, _ value: String) {
            name = clause.name
            modifier = clause.modifier
            self.value = value
        }
    }

    private var unconditional: [Int] = []
    /// Rows by the values of their first clause: whatever is within them has a clause that implies it.
    private var byValue: [Value: [Int]] = [:]

    init(_ rows: [Allowance]) {
        for (index, row) in rows.enumerated() {
            guard let clause = row.criteria?.parameters.first else {
                unconditional.append(index)
                continue
            }
            for value in clause.values { byValue[Value(clause, value), default: []].append(index) }
        }
    }

    func of(_ row: Allowance) -> [Int] {
        var found = unconditional
        for clause in row.criteria?.parameters ?? [] {
            let lists = clause.values.map { byValue[Value(clause, $0)] ?? [] }
            found += lists.min { $0.count < $1.count } ?? []
        }
        return found
    }
}
