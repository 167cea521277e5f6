package import SMART

/// The answer for a whole request, for a caller that can do so much itself. A request is permitted only if all that it does
/// is: of what it includes or looks through, nothing may be left open that the caller cannot hold back.
package struct RequestDecision: Sendable, Equatable {
    /// Nil: permitted.
    package let reason: DenialReason?
    /// What is wrong with a request that is not understood, where that is known.
    package let detail: String?
    /// What is left for the caller to do with what the request is about, and for each other thing it does.
    package let remainders: [TypedRemainder]

    package struct TypedRemainder: Sendable, Equatable {
        package let type: String?
        package let any: [Remainder]
        package let except: [ScopeConstraint]
    }

    package var isPermitted: Bool { reason == nil }

    private init(reason: DenialReason?, detail: String? = nil, remainders: [TypedRemainder]) {
        self.reason = reason
        self.detail = detail
        self.remainders = remainders
    }

    /// With nothing left to do.
    static let permitted = RequestDecision(reason: nil, remainders: [])

    package init(denied reason: DenialReason, detail: String? = nil) {
        self.init(reason: reason, detail: detail, remainders: [])
    }

    package init(_ accesses: [FHIRAccess], filtering: Filtering, deciding: (FHIRAccess) -> Decision) {
        var remainders: [TypedRemainder] = []
        // A search of several types has no parameter that is certain to be one of each.
        let isOneSearch = accesses.count { $0.interaction == .searchSystem } <= 1
        for access in accesses {
            switch deciding(access) {
            case .deny(let reason):
                self.init(denied: reason)
                return
            case .permit(let any, let except):
                let remainder = TypedRemainder(type: access.type, any: any, except: except)
                guard remainder.canBeHeld(by: filtering, in: access, isFirst: remainders.isEmpty && isOneSearch) else {
                    self.init(denied: .needsFilter)
                    return
                }
                remainders.append(remainder)
            }
        }
        self.init(reason: remainders.isEmpty ? .requestNotUnderstood : nil, remainders: remainders)
    }
}

extension RequestDecision.TypedRemainder {
    package var isNothing: Bool { except.isEmpty && any.allSatisfy(\.isNothing) }

    fileprivate func canBeHeld(by filtering: Filtering, in access: FHIRAccess, isFirst: Bool) -> Bool {
        if any.contains(where: \.hasElements), !filtering.contains(.elements) { return false }
        if !any.contains(where: \.narrows) && except.isEmpty { return true }
        if filtering.contains(.rows) { return true }
        // A search is narrowed by parameters. What it includes is not, and no more is a history: that has the letter of a search,
        // and none of its parameters (R4 §3.1.0.12.1).
        let isSearch = access.interaction == .searchType || access.interaction == .searchSystem
        return filtering.contains(.search) && isFirst && isSearch && query != nil
    }

    /// What a search is narrowed by, as parameters to add to it; nil if no parameters can say it. FHIR has no "or" between
    /// parameters, and no "not" over several; and of a search of all types none is certain to be a parameter of each.
    package var query: String? {
        guard any.count == 1, let row = any.first else { return nil }
        guard let type else { return isNothing ? "" : nil }
        var parts: [String] = []
        if let patient = row.compartment {
            guard let parameter = Self.parameter(ofCompartmentFor: type) else { return nil }
            parts.append(parameter == "_id" ? "_id=\(patient.value)" : "\(parameter)=Patient/\(patient.value)")
        }
        if let criteria = row.criteria { parts.append(criteria.text) }
        for exception in except {
            guard exception.parameters.count == 1, let clause = exception.parameters.first, clause.modifier == nil
            else { return nil }
            // One parameter for each value: what `:not` means with several was read in two ways until R5.
            parts += clause.values.map { "\(clause.name):not=\($0)" }
        }
        return parts.joined(separator: "&")
    }
}

extension RequestDecision.TypedRemainder {
    /// What keeps a search within one patient's record: perhaps narrower, where a resource names the patient elsewhere, and never
    /// wider. Nil for a type that has no such parameter.
    private static func parameter(ofCompartmentFor type: String) -> String? {
        if type == "Patient" { return "_id" }
        return ["patient", "subject"].first { PatientCompartment.isNarrowed(type, by: $0) }
    }
}

/// The answer for a request as it was sent: one decision, or one for each entry of a batch or transaction.
package enum RequestOutcome: Sendable, Equatable {
    case single(RequestDecision)
    case bundle([RequestDecision])

    package init(
        _ request: FHIRRequest, filtering: Filtering, deciding: (FHIRAccess) -> Decision
    ) {
        switch request {
        case .single(let accesses):
            self = .single(RequestDecision(accesses, filtering: filtering, deciding: deciding))
        case .bundle(let bundle):
            self = .bundle(
                bundle.entries.map { entry in
                    guard case .success(let accesses) = entry else {
                        return RequestDecision(denied: .requestNotUnderstood)
                    }
                    return RequestDecision(accesses, filtering: filtering, deciding: deciding)
                })
        }
    }

    /// A bundle is permitted as a whole only if each entry is: in a transaction none happens without the others.
    package var isPermitted: Bool {
        switch self {
        case .single(let decision): decision.isPermitted
        case .bundle(let entries): entries.allSatisfy(\.isPermitted)
        }
    }
}
