import SMART

extension Permissions {
    /// Whether a request may do one of the things it does. `properties`: what is known of the resource, by search parameter.
    /// A refusal's reason is the nearest that the rows themselves tell: `scope_insufficient`, or that a rule denies it;
    /// `Explanation` knows better.
    package func decide(_ access: FHIRAccess, properties: [String: [String]] = [:]) -> Decision {
        if access.interaction == .capabilities { return .wholly }
        // Every row has no letters at all.
        guard access.operation != nil || !access.letters.isEmpty else { return .deny(.requestNotUnderstood) }
        let facts = Facts(
            clauses: access.clauses, properties: properties, type: access.type, id: access.id,
            compartment: access.compartment)
        var rows: [Remainder] = []
        for row in allowances(access.type) {
            guard let row = access.type.map(row.within) ?? row, row.permits(access),
                let remainder = remainder(of: row, facts, access), !rows.contains(remainder)
            else { continue }
            rows.append(remainder)
        }
        guard !rows.isEmpty else { return .deny(.scopeInsufficient) }
        var refusing: [Denial] = []
        var except: [ScopeConstraint] = []
        for denial in denials(access.operation == nil ? access.type : nil) where denial.concerns(access) {
            let match = facts.match(denial.criteria, ofDeny: true)
            // An operation answers with more than the resource that something is known of.
            if match == .unmet && access.operation == nil { continue }
            // Of all types: what to leave out differs from type to type, and nothing says so in one row.
            if match != .met, access.type != nil, let criteria = denial.criteria {
                if !except.contains(criteria) { except.append(criteria) }
            } else {
                refusing.append(denial)
            }
        }
        guard refusing.isEmpty else {
            return .deny(refusing.allSatisfy(\.yieldsToBreakGlass) ? .needsBreakGlass : .deniedByRule)
        }
        return .permit(any: Self.shortest(rows), except: except)
    }

    /// Nil where the row cannot concern what the request is about.
    private func remainder(of row: Allowance, _ facts: Facts, _ access: FHIRAccess) -> Remainder? {
        let criteria = facts.match(row.criteria), compartment = facts.match(compartment: row.compartment)
        if criteria == .unmet || compartment == .unmet { return nil }
        let writes = access.letters.contains(.create) || access.letters.contains(.update)
        return Remainder(
            criteria: criteria == .met ? nil : row.criteria, compartment: compartment == .met ? nil : row.compartment,
            hide: row.hide, readonly: writes ? row.readonly : [])
    }

    /// Without what another row makes needless.
    private static func shortest(_ rows: [Remainder]) -> [Remainder] {
        if rows.count == 1 { return rows }
        return rows.enumerated().filter { index, row in
            !rows.enumerated().contains { other, wider in
                other != index && wider.isAsWide(as: row) && !(row.isAsWide(as: wider) && index < other)
            }
        }.map(\.element)
    }
}

extension Allowance {
    fileprivate func permits(_ access: FHIRAccess) -> Bool {
        access.operation.map(operations.contains) ?? interactions.isSuperset(of: access.letters)
    }
}

extension Denial {
    fileprivate func concerns(_ access: FHIRAccess) -> Bool {
        access.operation == nil ? !interactions.isDisjoint(with: access.letters) : interactions.contains(.read)
    }
}

extension Remainder {
    fileprivate func isAsWide(as other: Remainder) -> Bool {
        guard compartment == nil || compartment == other.compartment, hide.allSatisfy(other.hide.contains),
            readonly.allSatisfy(other.readonly.contains)
        else { return false }
        guard let criteria else { return true }
        return other.criteria.map { criteria.isImplied(by: $0) } ?? false
    }
}
