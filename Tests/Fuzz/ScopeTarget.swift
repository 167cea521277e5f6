import Encoding
import SMART

extension Target {
    /// The grammar of SMART App Launch 2.2 and the algebra on it; two scopes, each on a line.
    static let scope = Target(name: "scope") { octets in
        let sets = octets.split(separator: 0x0A, maxSplits: 1).compactMap { String(strictUTF8: Array($0)) }
            .map { ScopeSet(parsing: $0) }
        for set in sets {
            let again = ScopeSet(parsing: set.text)
            require(again == set && again.text == set.text && again.rejected.isEmpty, "a scope reads back as the same")
            require(set.covers(set, reading: .ceiling), "a scope covers itself")
            let normal = set.normalForm
            require(set.covers(normal, reading: .ceiling), "the normal form is no wider")
            require(normal.covers(set, reading: .ceiling), "the normal form is no narrower")
        }
        guard let asked = sets.first, let ceiling = sets.last else { return }
        for reading in [ScopeSet.Reading.ceiling, .role] {
            let both = asked.intersection(ceiling, reading: reading)
            require(asked.covers(both, reading: reading), "an intersection is within what was asked for")
            require(ceiling.covers(both, reading: reading), "an intersection is within the ceiling")
            require(ScopeSet(parsing: both.text) == both, "an intersection reads back as the same")
        }
        require(asked.covers(asked.subtracting(ceiling).kept, reading: .ceiling), "what is left is no more")
    }
}
