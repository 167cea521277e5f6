/// What a query reaches beside the resources it is about: by includes, chains and lists.
struct ReachedTypes: Sendable {
    private(set) var accesses: [FHIRAccess] = []

    private static let maximum = 64

    /// Nil for every type.
    mutating func search(_ type: String?) throws(FHIRRequestError) {
        try add(.search(type))
    }

    mutating func read(_ resource: FHIRReference) throws(FHIRRequestError) {
        try add(FHIRAccess(.read, type: resource.type, id: resource.id))
    }

    mutating func add(_ access: FHIRAccess) throws(FHIRRequestError) {
        guard !accesses.contains(access) else { return }
        guard accesses.count < Self.maximum else { throw .tooManyAccesses }
        accesses.append(access)
    }
}
