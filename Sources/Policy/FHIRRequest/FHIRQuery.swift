import Encoding
import SMART

/// What the parameters of a request ask for: clauses that narrow it, and types that it reaches besides.
struct FHIRQuery: Sendable {
    let place: QueryPlace
    /// The type that is searched; nil if there are several.
    let type: String?
    /// `_type`, of a search or history of the whole system. Empty: every type.
    private(set) var types: [String] = []
    private(set) var reached = ReachedTypes()
    /// Whether anything was asked of the resources themselves.
    private(set) var hasCriteria = false
    /// The clauses of parameters that are there once. To FHIR a repeated one narrows twice, but some servers take the
    /// first of two and some the last.
    private(set) var clauses: [ScopeParameter] = []
    /// Parameters that make no clause, for what they say or because they are repeated.
    private var namesWithoutClause: [String] = []
    private var count = 0

    private static let maximumParameters = 200
    private static let usualParameters = 3

    init(_ place: QueryPlace, of type: String?, reading query: Span<UInt8>) throws(FHIRRequestError) {
        self.place = place
        self.type = type
        clauses.reserveCapacity(Self.usualParameters)
        try read(query)
    }

    /// Reads a query or a form whose characters were checked; of a search by POST, one after the other.
    mutating func read(_ query: Span<UInt8>) throws(FHIRRequestError) {
        var start = 0
        while start < query.count {
            let end = query.firstIndex(of: UInt8(ascii: "&"), from: start) ?? query.count
            if end > start { try readItem(query.extracting(start..<end)) }
            start = end + 1
        }
    }

    private mutating func readItem(_ item: Span<UInt8>) throws(FHIRRequestError) {
        count += 1
        guard count <= Self.maximumParameters else { throw .tooManyParameters }
        let equals = item.firstIndex(of: UInt8(ascii: "=")) ?? item.count
        let key = item.extracting(0..<equals)
        let value = item.extracting(min(equals + 1, item.count)..<item.count)
        guard key.contains(UInt8(ascii: "%")) else { return try readParameter(key, value) }
        guard let name = QueryClause.decoded(key) else { throw .parameterName }
        try readParameter(name.utf8.span, value)
    }

    private mutating func readParameter(_ key: Span<UInt8>, _ value: Span<UInt8>) throws(FHIRRequestError) {
        let parameter = try ParameterName(key, of: type, reached: &reached)
        let name = parameter.name
        try Self.requireOneReading(value, of: name)
        let meaning = try self.meaning(of: parameter)
        guard meaning.hasModifiers || parameter.modifier == nil else { throw .modifier(name) }
        switch meaning {
        case .filter: try readFilter(parameter, value)
        case .text: hasCriteria = true
        case .presentation: break
        case .type: try readTypes(value)
        case .sort: try ReachingParameters.sort(value, of: type, into: &reached)
        case .include, .reverseInclude:
            guard [nil, "iterate", "recurse"].contains(parameter.modifier) else { throw .modifier(name) }
            try ReachingParameters.include(name, value, isReverse: meaning == .reverseInclude, into: &reached)
        case .list: try ReachingParameters.list(value, into: &reached)
        case .membership: try ReachingParameters.membership(name, value, into: &reached)
        case .contained: try ReachingParameters.contained(value, into: &reached)
        case .graph: try reached.search(nil)
        case .has: throw .parameterName
        case .opaque: throw .opaque(name)
        }
    }

    /// What the parameter does here. A chain ends in something that is asked of another resource, and in nothing else.
    private func meaning(of parameter: ParameterName) throws(FHIRRequestError) -> QueryParameter.Meaning {
        let name = parameter.name
        guard name.utf8.first == UInt8(ascii: "_") else {
            // R4 §3.1.0.10: `mode` is the one parameter of `metadata`.
            if place == .capabilities && name == "mode" { return .presentation }
            guard place.hasFilters else { throw .parameter(name) }
            return .filter
        }
        guard let known = QueryParameter.named(name), !known.places.isDisjoint(with: place),
            !parameter.isChained || known.meaning == .filter || known.meaning == .text
        else { throw .parameter(FHIRRequestError.excerpt(name)) }
        return known.meaning
    }

    /// An ordinary search parameter.
    private mutating func readFilter(_ parameter: ParameterName, _ value: Span<UInt8>) throws(FHIRRequestError) {
        hasCriteria = true
        if let modifier = parameter.modifier { try readModifier(modifier, parameter, value) }
        guard !parameter.isChained else { return }
        addClause(QueryClause.read(parameter.name, modifier: parameter.modifier, value), of: parameter.name)
    }

    private mutating func addClause(_ clause: ScopeParameter?, of name: String) {
        if namesWithoutClause.contains(name) { return }
        if let index = clauses.firstIndex(where: { $0.name == name }) {
            clauses.remove(at: index)
            namesWithoutClause.append(name)
        } else if let clause {
            clauses.append(clause)
        } else {
            namesWithoutClause.append(name)
        }
    }

    /// A type, or a word; of words, what those reach that reach anything.
    private mutating func readModifier(
        _ modifier: String, _ parameter: ParameterName, _ value: Span<UInt8>
    ) throws(FHIRRequestError) {
        let name = parameter.name
        switch modifier {
        case "in", "not-in": try ReachingParameters.membership(name, value, into: &reached)
        case "above", "below":
            try ReachingParameters.hierarchy(name, of: parameter.isChained ? nil : type, value, into: &reached)
        default:
            guard modifier.utf8.first.map(RequestText.isUppercase) == true else { return }
            _ = try RequestPath.knownType(modifier)
        }
    }

    private mutating func readTypes(_ value: Span<UInt8>) throws(FHIRRequestError) {
        guard types.isEmpty else { throw .repeated("_type") }
        types = try ReachingParameters.types(value)
    }

    /// A semicolon parts parameters for some readers; a media type of `_format` may have one.
    private static func requireOneReading(_ value: Span<UInt8>, of name: String) throws(FHIRRequestError) {
        guard let semicolon = value.firstIndex(of: UInt8(ascii: ";")) else { return }
        let rest = RequestText.string(value.extracting(semicolon + 1..<value.count))
        guard name == "_format", rest.hasPrefix("fhirVersion=") || rest.hasPrefix("charset="),
            !rest.utf8.contains(UInt8(ascii: ";"))
        else { throw .value(name) }
    }
}
