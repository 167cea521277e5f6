package import SMART

/// What a request does to resources, by the codes of FHIR (R4 §3.1.0, value set restful-interaction).
package enum FHIRInteraction: String, Sendable, Hashable, CaseIterable {
    case read, vread, update, patch, delete, create, operation, capabilities
    case historyInstance = "history-instance"
    case historyType = "history-type"
    case historySystem = "history-system"
    case searchType = "search-type"
    case searchSystem = "search-system"

    /// The letter of SMART v2 that it needs (SCP-1). None for an operation, which letters never imply, and for the
    /// capabilities, which are public.
    package var letters: Interactions {
        switch self {
        case .create: .create
        case .read, .vread, .historyInstance: .read
        case .update, .patch: .update
        case .delete: .delete
        case .searchType, .searchSystem, .historyType, .historySystem: .search
        case .operation, .capabilities: []
        }
    }
}
