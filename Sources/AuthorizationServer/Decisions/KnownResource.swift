import Policy
import SMART

/// What a caller knows of the one resource that a request is about.
struct KnownResource: Sendable {
    /// By search parameter, all values that the resource has for it. What is not named is not known, and nothing is concluded
    /// from it.
    typealias Properties = [String: [String]]

    /// As it is stored, or is about to be created.
    var properties: Properties = [:]
    /// As it would be after an update or patch; nil where that is not known.
    var updated: Properties?

    /// What is known for one thing that the request does, of each version of the resource that it touches; empty where nothing is.
    ///
    /// It is known of the resource itself. Of what a search finds nothing is (`a,b` in a search means either, here it means
    /// both), nor of the entries of a Bundle.
    func versions(_ access: FHIRAccess, of request: FHIRRequest) -> [Properties] {
        if properties.isEmpty && updated == nil { return [] }
        guard case .single = request, !access.letters.contains(.search) else { return [] }
        return access.letters.contains(.update) ? [properties, updated ?? [:]] : [properties]
    }
}
