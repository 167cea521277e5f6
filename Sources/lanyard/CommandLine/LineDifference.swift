/// What differs between two texts, as lines that begin with `-`, `+` or, around them, a space; far from any difference there
/// is only a `…`.
struct LineDifference {
    /// Empty where nothing differs.
    let lines: [String]

    private static let context = 3

    init(_ older: [String], _ newer: [String]) {
        let difference = newer.difference(from: older)
        var removed: Set<Int> = []
        var inserted: Set<Int> = []
        for change in difference {
            switch change {
            case .remove(let offset, _, _): removed.insert(offset)
            case .insert(let offset, _, _): inserted.insert(offset)
            }
        }
        lines = difference.isEmpty ? [] : Self.shortened(Self.merged(older, removed, newer, inserted))
    }

    /// Both texts in one: what went before what came in its place.
    private static func merged(
        _ older: [String], _ removed: Set<Int>, _ newer: [String], _ inserted: Set<Int>
    ) -> [String] {
        var lines: [String] = []
        var (old, new) = (0, 0)
        while old < older.count || new < newer.count {
            if old < older.count, removed.contains(old) {
                lines.append("-" + older[old])
                old += 1
            } else if new < newer.count, inserted.contains(new) {
                lines.append("+" + newer[new])
                new += 1
            } else if old < older.count {
                lines.append(" " + older[old])
                (old, new) = (old + 1, new + 1)
            } else {
                // All that is left is among what came in.
                new += 1
            }
        }
        return lines
    }

    private static func shortened(_ lines: [String]) -> [String] {
        let changes = lines.indices.filter { lines[$0].first != " " }
        let shown = Set(changes.flatMap { max(0, $0 - context)...min(lines.count - 1, $0 + context) })
        var short: [String] = []
        for (index, line) in lines.enumerated() {
            if shown.contains(index) { short.append(line) } else if short.last != "…" { short.append("…") }
        }
        return short
    }
}
