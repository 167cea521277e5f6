import SMART

extension Permissions {
    /// Whether a request may do one of the things it does. `properties`: what is known of the resource, by search parameter.
    /// A refusal's reason is the nearest that the rows themselves tell: `scope_insufficient`, or that a rule denies it;
    /// `Explanation` knows better.
    package func decide(_ access: FHIRAccess, properties: [String: [String]] = [:]) -> Decision {
        if access.interaction == .capabilities { return .wholly }
        // Every row has no letters at all.
        guard access.operation != nil || !access.letters.isEmpty else { return .deny(.requestNotUnderstood) }
        var rows = Distinct<Remainder>()
        for allowance in allowances(access.type) {
            if let remainder = allowance.remainder(access, properties) { rows.append(remainder) }
        }
        guard !rows.elements.isEmpty else { return .deny(.scopeInsufficient) }
        var refusing: [Denial] = []
        var except = Distinct<ScopeConstraint>()
        for denial in denials(access.operation == nil ? access.type : nil) where denial.concerns(access) {
            let match = access.match(denial.criteria, properties, ofDeny: true)
            // An operation answers with more than the resource that something is known of.
            if match == .unmet && access.operation == nil { continue }
            // Of all types: what to leave out differs from type to type, and nothing says so in one row.
            if match != .met, access.type != nil, let criteria = denial.criteria {
                except.append(criteria)
            } else {
                refusing.append(denial)
            }
        }
        guard refusing.isEmpty else {
            return .deny(refusing.allSatisfy(\.yieldsToBreakGlass) ? .needsBreakGlass : .deniedByRule)
        }
        return .permit(any: Remainder.shortest(rows.elements), except: except.elements)
    }
}

extension Allowance {
    /// What the row leaves to do; nil where it cannot concern what the request is about.
    fileprivate func remainder(_ access: FHIRAccess, _ properties: [String: [String]]) -> Remainder? {
        guard compartment != nil, let type = access.type else { return found(access, properties) }
        return within(type)?.found(access, properties)
    }

    private func found(_ access: FHIRAccess, _ properties: [String: [String]]) -> Remainder? {
        guard permits(access) else { return nil }
        let criteriaMatch = access.match(criteria, properties)
        let compartmentMatch = access.match(compartment: compartment, properties)
        if criteriaMatch == .unmet || compartmentMatch == .unmet { return nil }
        let writes = access.letters.contains(.create) || access.letters.contains(.update)
        return Remainder(
            criteria: criteriaMatch == .met ? nil : criteria, compartment: compartmentMatch == .met ? nil : compartment,
            hide: hide, readonly: writes ? readonly : [])
    }

    private func permits(_ access: FHIRAccess) -> Bool {
        access.operation.map(operations.contains) ?? interactions.isSuperset(of: access.letters)
    }
}

extension Denial {
    fileprivate func concerns(_ access: FHIRAccess) -> Bool {
        access.operation == nil ? !interactions.isDisjoint(with: access.letters) : interactions.contains(.read)
    }
}
