package import SMART

/// One thing that a request does, and that must be permitted for the request to be. Immutable; a class, because it is handed on
/// for each request that is decided, where a copy would count seven references.
package final class FHIRAccess: Sendable, Equatable {
    package let interaction: FHIRInteraction
    /// `$everything`; nil unless the interaction is an operation.
    package let operation: String?
    /// Nil: the whole system, every type.
    package let type: String?
    package let id: String?
    /// Only what is in this compartment: `Patient/1` for `Patient/1/Observation`.
    package let compartment: FHIRReference?
    /// Clauses that every resource found, or deleted, certainly meets, as far as the server knows their parameters.
    /// What is not plain `name=value,value` is left out, which only widens.
    package let clauses: [ScopeParameter]

    package init(
        _ interaction: FHIRInteraction, type: String? = nil, id: String? = nil, operation: String? = nil,
        compartment: FHIRReference? = nil, clauses: [ScopeParameter] = []
    ) {
        self.interaction = interaction
        self.operation = operation
        self.type = type
        self.id = id
        self.compartment = compartment
        self.clauses = clauses
    }

    package static func == (left: FHIRAccess, right: FHIRAccess) -> Bool {
        (left.interaction, left.operation, left.type, left.id, left.compartment)
            == (right.interaction, right.operation, right.type, right.id, right.compartment)
            && left.clauses == right.clauses
    }

    /// The SMART letter that it needs; empty only for an operation and for the capabilities.
    package var letters: Interactions { interaction.letters }

    /// Without clauses: what is found of another type on the way is narrowed by nothing that counts.
    static func search(_ type: String?) -> FHIRAccess {
        FHIRAccess(type == nil ? .searchSystem : .searchType, type: type)
    }
}
