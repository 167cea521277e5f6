import SMART

/// A row that is about some resources of a type, or about a part of them.
protocol NarrowedRow {
    var criteria: ScopeConstraint? { get }
    var compartment: FHIRID? { get }
    /// In order.
    var hide: [String] { get }
    /// In order.
    var readonly: [String] { get }
}

extension NarrowedRow {
    /// Whether whatever falls under `other` falls under this too, with no less to be seen or written.
    func isAsWide(as other: Self) -> Bool {
        guard compartment == nil || compartment == other.compartment, hide.isWithin(other.hide),
            readonly.isWithin(other.readonly)
        else { return false }
        guard let criteria else { return true }
        return other.criteria.map { criteria.isImplied(by: $0) } ?? false
    }

    /// All that narrows it.
    var narrowings: [Narrowing] {
        (criteria?.narrowings ?? []) + (compartment.map { [[.record($0)]] } ?? []) + hide.map { [.hidden($0)] }
            + readonly.map { [.readonly($0)] }
    }
}

extension Allowance: NarrowedRow {}
extension Remainder: NarrowedRow {}

extension [String] {
    /// Of two lists in order, by one walk.
    fileprivate func isWithin(_ other: [String]) -> Bool {
        if isEmpty { return true }
        guard count <= other.count else { return false }
        var rest = other[...]
        for text in self {
            rest = rest.drop { $0 < text }
            guard rest.first == text else { return false }
        }
        return true
    }
}
