import SMART

extension Allowance {
    /// Letters merged where all else is equal, and no row that a wider one makes needless.
    static func shortest(_ rows: [Allowance]) -> [Allowance] {
        var merged = merged(rows)
        if merged.count > 1 {
            let wider = WiderRows(merged)
            for index in merged.indices {
                for other in wider.candidates(for: index)
                where other != index && merged[other].isAsWide(as: merged[index]) {
                    merged[index].interactions.subtract(merged[other].interactions)
                    merged[index].operations.removeAll(where: merged[other].operations.contains)
                    if merged[index].isNothing { break }
                }
            }
        }
        return merged.filter { !$0.isNothing }
    }

    private var isNothing: Bool { interactions.isEmpty && operations.isEmpty }

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

extension Remainder {
    /// Without what another row makes needless: of rows that are as wide as each other, the first is left. No two are equal.
    static func shortest(_ rows: [Remainder]) -> [Remainder] {
        if rows.count == 1 { return rows }
        if rows.count <= Distinct<Remainder>.few {
            return rows.enumerated().filter { index, _ in
                !rows.indices.contains { makesNeedless(index, $0, rows) }
            }.map(\.element)
        }
        let wider = WiderRows(rows)
        return rows.enumerated().filter { index, _ in
            !wider.candidates(for: index).contains { makesNeedless(index, $0, rows) }
        }.map(\.element)
    }

    private static func makesNeedless(_ index: Int, _ other: Int, _ rows: [Remainder]) -> Bool {
        other != index && rows[other].isAsWide(as: rows[index])
            && !(rows[index].isAsWide(as: rows[other]) && index < other)
    }
}

/// For each of some rows, which others may be as wide.
private struct WiderRows {
    private let all: Range<Int>
    private let narrowings: [[Narrowing]]
    /// Nil where they are few.
    private let index: NarrowingIndex?

    init(_ rows: [some NarrowedRow]) {
        all = rows.indices
        let isFew = rows.count <= Distinct<Remainder>.few
        narrowings = isFew ? [] : rows.map(\.narrowings)
        index = isFew ? nil : NarrowingIndex(narrowings)
    }

    func candidates(for row: Int) -> [Int] { index?.candidates(narrowings[row]) ?? Array(all) }
}
