/// Finds the name that was probably meant.
enum Suggestion {
    /// `complaint`, and the nearest known name where one is near.
    static func sentence(_ complaint: String, for name: String, among known: [String]) -> String {
        nearest(to: name, among: known).map { "\(complaint); did you mean \($0)?" } ?? complaint
    }

    /// The known name with the fewest changed letters, if they are few for its length.
    static func nearest(to name: String, among known: [String]) -> String? {
        let given = Array(name.unicodeScalars.prefix(100))
        let candidates = known.map { ($0, distance(given, Array($0.unicodeScalars))) }
        guard let best = candidates.min(by: { $0.1 < $1.1 }), best.1 <= max(2, given.count / 3) else { return nil }
        return best.0
    }

    /// Letters to add, drop, change or swap with their neighbour (optimal string alignment).
    static func distance(_ a: [Unicode.Scalar], _ b: [Unicode.Scalar]) -> Int {
        var beforeLast = [Int](repeating: 0, count: b.count + 1)
        var last = Array(0...b.count)
        for (i, x) in a.enumerated() {
            var row = [i + 1]
            for (j, y) in b.enumerated() {
                var cost = min(last[j] + (x == y ? 0 : 1), last[j + 1] + 1, row[j] + 1)
                if i > 0, j > 0, x == b[j - 1], y == a[i - 1] { cost = min(cost, beforeLast[j - 1] + 1) }
                row.append(cost)
            }
            (beforeLast, last) = (last, row)
        }
        return last[b.count]
    }
}
