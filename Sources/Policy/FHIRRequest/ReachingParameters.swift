import SMART

/// The parameters that reach what the path does not name. Each adds to `reached`, or refuses what it cannot tell.
enum ReachingParameters {
    private static let maximumItems = 64

    /// R4 Search, "Including other resources in result": `Observation:patient`, `Observation:subject:Patient`, `*`.
    /// What is included is what the parameter refers to; in reverse, it is what has the parameter.
    static func include(
        _ name: String, _ value: Span<UInt8>, isReverse: Bool, into reached: inout ReachedTypes
    ) throws(FHIRRequestError) {
        guard let text = QueryClause.decoded(value) else { throw .value(name) }
        guard text != "*" else { return try reached.search(nil) }
        let parts = split(text, at: UInt8(ascii: ":"), atMost: 3)
        guard let source = parts.first, (2...3).contains(parts.count), isParameter(parts[1]) else { throw .value(name) }
        let type = try RequestPath.knownType(source)
        let target = parts.count == 3 ? try RequestPath.knownType(parts[2]) : nil
        if isReverse {
            try reached.search(type)
        } else if let target {
            try reached.search(target)
        } else if let targets = ReferenceParameters.targets(of: parts[1], from: type) {
            for target in targets { try reached.search(target) }
        } else {
            try reached.search(nil)
        }
    }

    private static func isParameter(_ name: String) -> Bool {
        name == "*" || (!name.isEmpty && name.utf8.allSatisfy(RequestText.isNameCharacter))
    }

    /// R4 Search, "Sorting". Servers also sort by chains (`-patient.name`), and an order tells as much as a filter.
    static func sort(_ value: Span<UInt8>, of type: String?, into reached: inout ReachedTypes) throws(FHIRRequestError)
    {
        try forEachItem("_sort", value) { item throws(FHIRRequestError) in
            var key = item
            if key.utf8.first == UInt8(ascii: "-") { key.removeFirst() }
            _ = try ParameterName(key.utf8.span, of: type, reached: &reached)
        }
    }

    /// R4 Search, "_list": the id of a List, or the name of one that the server keeps (`$current-problems`).
    static func list(_ value: Span<UInt8>, into reached: inout ReachedTypes) throws(FHIRRequestError) {
        try forEachItem("_list", value) { item throws(FHIRRequestError) in
            if item.hasPrefix("$") { return try reached.search("List") }
            let id = item.hasPrefix("List/") ? String(item.dropFirst("List/".count)) : item
            guard FHIRID(id) != nil else { throw .value("_list") }
            try reached.read(FHIRReference(type: "List", id: id))
        }
    }

    /// `_in`, `:in` and `:not-in` of R4 and R5: whether something is in a Group, a List, a CareTeam or a value set
    /// tells what is in that. Value sets by their canonical addresses are terminology and nobody's data.
    static func membership(
        _ name: String, _ value: Span<UInt8>, into reached: inout ReachedTypes
    ) throws(FHIRRequestError) {
        try forEachItem(name, value) { item throws(FHIRRequestError) in
            guard !item.utf8.contains(UInt8(ascii: "?")) else { throw .value(name) }
            let segments = split(item, at: UInt8(ascii: "/"), atMost: maximumItems)
            let isAbsolute = item.utf8.contains(UInt8(ascii: ":"))
            var isReference = false
            for (type, id) in zip(segments, segments.dropFirst()) where FHIRResourceTypes.contains(type) {
                isReference = true
                guard !isAbsolute || type != "ValueSet" else { continue }
                let unversioned = String(Substring(id.utf8.prefix { $0 != UInt8(ascii: "|") }))
                try reached.read(FHIRReference(type: type, id: try RequestPath.logicalID(unversioned)))
            }
            guard isReference || isAbsolute else { throw .opaque(name) }
        }
    }

    /// `:above` and `:below` of references: whether a Location is within another tells something of both. Codes and
    /// addresses have the same modifiers, and reach nothing.
    static func hierarchy(
        _ name: String, of type: String?, _ value: Span<UInt8>, into reached: inout ReachedTypes
    ) throws(FHIRRequestError) {
        for target in ReferenceParameters.targets(of: name, from: type) ?? [] { try reached.search(target) }
        try forEachItem(name, value) { item throws(FHIRRequestError) in
            let segments = split(item, at: UInt8(ascii: "/"), atMost: 2)
            guard segments.count == 2, let type = segments.first, FHIRResourceTypes.contains(type) else { return }
            try reached.search(type)
        }
    }

    /// R4 Search, "Contained Resources": what is contained is given with the resource that it is in, of whatever type.
    static func contained(_ value: Span<UInt8>, into reached: inout ReachedTypes) throws(FHIRRequestError) {
        switch RequestText.string(value) {
        case "false": break
        case "true", "both": try reached.search(nil)
        default: throw .value("_contained")
        }
    }

    /// R4 Search, across types: `_type=Patient,Practitioner`.
    static func types(_ value: Span<UInt8>) throws(FHIRRequestError) -> [String] {
        var types: [String] = []
        try forEachItem("_type", value) { item throws(FHIRRequestError) in
            let type = try RequestPath.knownType(item)
            if !types.contains(type) { types.append(type) }
        }
        return types
    }

    /// The items between commas, decoded.
    private static func forEachItem(
        _ name: String, _ value: Span<UInt8>, _ body: (String) throws(FHIRRequestError) -> Void
    ) throws(FHIRRequestError) {
        guard let text = QueryClause.decoded(value), !text.isEmpty else { throw .value(name) }
        let items = split(text, at: UInt8(ascii: ","), atMost: maximumItems)
        guard items.count <= maximumItems else { throw .value(name) }
        for item in items { try body(item) }
    }

    /// One part more than `atMost`, the rest of it all, if there are too many.
    private static func split(_ text: String, at separator: UInt8, atMost maximum: Int) -> [String] {
        text.utf8.split(separator: separator, maxSplits: maximum, omittingEmptySubsequences: false)
            .map { String(Substring($0)) }
    }
}
