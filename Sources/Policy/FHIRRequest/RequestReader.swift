import Encoding
import SMART

/// FHIR's REST interface as one table: a method and the shape of a path, and what that does (R4 §3.1.0).
struct RequestReader: Sendable {
    let method: FHIRMethod
    let body: RequestBody
    let ifNoneExist: String?

    /// What holds for all that is read of an address: its length, and which characters it is made of.
    static func check(_ text: Span<UInt8>) throws(FHIRRequestError) {
        guard text.count <= FHIRRequest.maximumLength else { throw .tooLong }
        try RequestText.check(text)
    }

    /// Whatever the request does; at least one access.
    func accesses(_ target: Span<UInt8>) throws(FHIRRequestError) -> [FHIRAccess] {
        try Self.check(target)
        let end = target.firstIndex(of: UInt8(ascii: "?")) ?? target.count
        let path = try RequestPath(target.extracting(0..<end))
        let query = target.extracting(min(end + 1, target.count)..<target.count)
        if method.isRead || method == .delete {
            guard body.isEmpty else { throw .unexpectedBody }
        }
        if ifNoneExist != nil {
            guard method == .post, case .type = path else { throw .ifNoneExist }
        }
        return try accesses(path, query)
    }

    private func accesses(_ path: RequestPath, _ query: Span<UInt8>) throws(FHIRRequestError) -> [FHIRAccess] {
        switch (method.isRead ? .get : method, path) {
        case (.get, .capabilities): return try single(FHIRAccess(.capabilities), query, in: .capabilities)
        case (.get, .instance(let resource)): return try single(.read, resource, query)
        case (.get, .version(let resource)): return try single(.vread, resource, query)
        case (.get, .history(let type, let id)): return try history(type, id, query)
        case (.get, .system): return try search(nil, nil, query)
        case (.get, .type(let type)): return try search(type, nil, query)
        case (.get, .compartment(let compartment, let type)): return try search(type, compartment, query)
        case (.post, .searchForm(let type, let compartment)): return try searchByForm(type, compartment, query)
        case (.get, .operation(let name, let type, let id)), (.post, .operation(let name, let type, let id)):
            // What its parameters reach, the operation reaches: they come under its own permission.
            return [FHIRAccess(.operation, type: type, id: id, operation: name)]
        case (.post, .type(let type)): return try create(type, query)
        case (.put, .instance(let resource)): return try update(resource, query)
        case (.put, .type(let type)): return try conditionalUpdate(type, query)
        case (.patch, .instance(let resource)):
            return try single(.patch, resource, query) + ResourceBody.searches(in: ResourceBody.patch(body))
        case (.patch, .type(let type)):
            return try conditional(.patch, type, query) + ResourceBody.searches(in: ResourceBody.patch(body))
        case (.delete, .instance(let resource)): return try single(.delete, resource, query)
        case (.delete, .type(let type)): return try conditional(.delete, type, query)
        case (.delete, .history), (.delete, .version): throw .historyDeletion
        case (.post, .system): throw .nestedBundle
        default: throw .methodForPath
        }
    }

    private func single(
        _ interaction: FHIRInteraction, _ resource: FHIRReference, _ query: Span<UInt8>
    ) throws(FHIRRequestError) -> [FHIRAccess] {
        try single(FHIRAccess(interaction, type: resource.type, id: resource.id), query, in: .resource)
    }

    /// The one access, and a query that adds nothing to it.
    private func single(
        _ access: FHIRAccess, _ query: Span<UInt8>, in place: QueryPlace
    ) throws(FHIRRequestError) -> [FHIRAccess] {
        if query.count > 0 { _ = try FHIRQuery(place, of: access.type, reading: query) }
        return [access]
    }

    private func history(
        _ type: String?, _ id: String?, _ query: Span<UInt8>
    ) throws(FHIRRequestError) -> [FHIRAccess] {
        let place: QueryPlace = type == nil ? [.history, .allTypes] : .history
        let query = try FHIRQuery(place, of: type, reading: query)
        if let id { return [FHIRAccess(.historyInstance, type: type, id: id)] + query.reached.accesses }
        let interaction: FHIRInteraction = type == nil ? .historySystem : .historyType
        let types = type.map { [$0] } ?? query.types.map(Optional.some)
        return (types.isEmpty ? [nil] : types).map { FHIRAccess(interaction, type: $0) } + query.reached.accesses
    }

    /// Of a type, or of all types, in the whole system or in one compartment.
    private func search(
        _ type: String?, _ compartment: FHIRReference?, _ query: Span<UInt8>, _ form: [UInt8] = []
    ) throws(FHIRRequestError) -> [FHIRAccess] {
        var search = try FHIRQuery(type == nil ? [.search, .allTypes] : .search, of: type, reading: query)
        try search.read(form.span)
        if let type {
            var accesses = [FHIRAccess(.searchType, type: type, compartment: compartment, clauses: search.clauses)]
            accesses += search.reached.accesses
            return accesses
        }
        for type in search.types { try RequestPath.requireMember(type, of: compartment?.type) }
        // Of several types one may not have the parameter, unless all have it.
        let clauses = search.clauses.filter { $0.name.hasPrefix("_") }
        return (search.types.isEmpty ? [nil] : search.types.map(Optional.some)).map { type in
            FHIRAccess(.searchSystem, type: type, compartment: compartment, clauses: clauses)
        } + search.reached.accesses
    }

    private static let maximumForm = 65_536

    private func searchByForm(
        _ type: String?, _ compartment: FHIRReference?, _ query: Span<UInt8>
    ) throws(FHIRRequestError) -> [FHIRAccess] {
        guard case .octets(let form) = body else { throw .unknownForm }
        guard form.count <= Self.maximumForm else { throw .tooLong }
        try RequestText.check(form.span)
        return try search(type, compartment, query, form)
    }

    /// With If-None-Exist (R4 §3.1.0.8.1) it is also a search, which tells whether there is such a resource.
    private func create(_ type: String, _ query: Span<UInt8>) throws(FHIRRequestError) -> [FHIRAccess] {
        var accesses = try single(FHIRAccess(.create, type: type), query, in: .resource)
        if let ifNoneExist {
            let criteria = ifNoneExist.utf8.span
            try Self.check(criteria)
            accesses += try self.criteria(type, criteria)
        }
        return accesses + (try conditionalReferences(type: type, id: nil))
    }

    /// Also as create, which the letter `u` covers.
    private func update(_ resource: FHIRReference, _ query: Span<UInt8>) throws(FHIRRequestError) -> [FHIRAccess] {
        try single(.update, resource, query) + conditionalReferences(type: resource.type, id: resource.id)
    }

    private func conditionalUpdate(_ type: String, _ query: Span<UInt8>) throws(FHIRRequestError) -> [FHIRAccess] {
        try conditional(.update, type, query) + conditionalReferences(type: type, id: nil)
    }

    /// R4 §3.1.0.4.3, §3.1.0.7.1, and of patch: what the criteria find is changed, or deleted. Only of what is deleted
    /// do they say all: a resource that is updated need not meet them afterwards.
    private func conditional(
        _ interaction: FHIRInteraction, _ type: String, _ query: Span<UInt8>
    ) throws(FHIRRequestError) -> [FHIRAccess] {
        let searches = try criteria(type, query)
        let clauses = interaction == .delete ? searches.prefix(1).flatMap(\.clauses) : []
        return [FHIRAccess(interaction, type: type, clauses: clauses)] + searches
    }

    /// The search first.
    private func criteria(_ type: String, _ query: Span<UInt8>) throws(FHIRRequestError) -> [FHIRAccess] {
        let query = try FHIRQuery(.criteria, of: type, reading: query)
        guard query.hasCriteria else { throw .noCriteria }
        return [FHIRAccess(.searchType, type: type, clauses: query.clauses)] + query.reached.accesses
    }

    private func conditionalReferences(type: String, id: String?) throws(FHIRRequestError) -> [FHIRAccess] {
        guard let resource = try ResourceBody.resource(body, of: type) else { return [] }
        try ResourceBody.require(resource, type: type, id: id)
        return try ResourceBody.searches(in: .object(resource))
    }
}
