import SMART

/// One thing that narrows what something is about: it has one of these marks. What is within it is narrowed by no other marks.
typealias Narrowing = [Mark]

enum Mark: Hashable {
    case type(String)
    case value(String, parameter: String, modifier: String?)
    case record(FHIRID)
    case hidden(String)
    case readonly(String)
}

extension ScopeConstraint {
    var narrowings: [Narrowing] {
        parameters.map { clause in
            clause.values.map { .value($0, parameter: clause.name, modifier: clause.modifier) }
        }
    }
}

/// Of many things, finds the few that another may be within, so that not each of thousands is held against each.
///
/// Each stands under all marks of one of its narrowings, that with the rarest mark. Whatever is within it has a narrowing with none
/// but some of these marks, and so finds it under any mark of that. What shares all its marks with most others is still held
/// against these: of the two thousand rows that there can be, no policy that is meant comes near that.
struct NarrowingIndex {
    private var unnarrowed: [Int] = []
    private var byMark: [Mark: [Int]] = [:]

    init(_ things: [[Narrowing]]) {
        var counts: [Mark: Int] = [:]
        for mark in things.joined().joined() { counts[mark, default: 0] += 1 }
        for (place, narrowings) in things.enumerated() {
            let rarities = narrowings.map { $0.reduce(.max) { min($0, counts[$1] ?? 0) } }
            guard let rarest = zip(narrowings, rarities).min(by: { $0.1 < $1.1 })?.0 else {
                unnarrowed.append(place)
                continue
            }
            for mark in rarest { byMark[mark, default: []].append(place) }
        }
    }

    /// The places of all that something so narrowed may be within; some may be there twice.
    func candidates(_ narrowings: [Narrowing]) -> [Int] {
        var found = unnarrowed
        for narrowing in narrowings {
            let lists = narrowing.map { byMark[$0] ?? [] }
            if let shortest = lists.min(by: { $0.count < $1.count }) { found += shortest }
        }
        return found
    }
}
