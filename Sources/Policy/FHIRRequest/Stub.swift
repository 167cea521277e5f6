package import SMART

package enum FHIRInteraction: String, Sendable {
    case read, update, capabilities, create, delete, search = "search-type", operation
}
package struct FHIRReference: Sendable, Equatable { package let type: String; package let id: String }
package struct FHIRAccess: Sendable, Equatable {
    package let interaction: FHIRInteraction
    package let letters: Interactions
    package let operation: String?
    package let type: String?
    package let id: String?
    package let compartment: FHIRReference?
    package let clauses: [ScopeParameter]
}
package struct FHIRRequestError: Error { package let reason: String }
package struct FHIRRequest: Sendable, Equatable {
    package let accesses: [FHIRAccess]
    package init(line: String) throws(FHIRRequestError) { accesses = [] }
}
package enum PatientCompartment { package static func contains(_ type: String) -> Bool { type != "Practitioner" } }
