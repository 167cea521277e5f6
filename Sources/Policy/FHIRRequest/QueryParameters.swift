/// What a query belongs to, and so which parameters have a meaning in it.
struct QueryPlace: OptionSet, Sendable {
    let rawValue: UInt8

    /// Read, vread, create, and whatever else is about one resource that the path names.
    static let resource = QueryPlace(rawValue: 1)
    static let search = QueryPlace(rawValue: 2)
    /// A search or history of the whole system, or of a whole compartment.
    static let allTypes = QueryPlace(rawValue: 4)
    /// Of a conditional create, update, patch or delete, and of a conditional reference.
    static let criteria = QueryPlace(rawValue: 8)
    static let history = QueryPlace(rawValue: 16)
    static let capabilities = QueryPlace(rawValue: 32)

    /// Whether the search parameters of a type have a meaning there.
    var hasFilters: Bool { !isDisjoint(with: [.search, .criteria]) }
}

/// The parameters that FHIR defines for all types (R4 Search, and what R5 adds), and what each may reach.
///
/// They all begin with an underscore, and one that is not here is refused: a server's own may do anything (`_getpages`
/// gives the results of another search, `_cascade` deletes what refers to a resource).
struct QueryParameter: Sendable {
    enum Meaning: Sendable {
        /// Finds less, as any search parameter of a type does, and makes a clause.
        case filter
        /// Finds less, and no clause says how.
        case text
        /// Changes how the result looks, not what is in it.
        case presentation
        case sort
        case type
        case include
        case reverseInclude
        /// `_has` alone; with its colons it is a chain.
        case has
        /// Members of a List, or of a Group and the like: tells what is in it.
        case list
        case membership
        /// Also finds what is inside of resources of other types, and gives those.
        case contained
        /// Returns what a GraphDefinition leads to.
        case graph
        /// A language of its own, or a query that only the server knows.
        case opaque

        /// Whether a `:modifier` may follow its name.
        var hasModifiers: Bool {
            switch self {
            case .filter, .text, .include, .reverseInclude, .opaque: true
            default: false
            }
        }
    }

    let meaning: Meaning
    let places: QueryPlace

    static func named(_ name: String) -> QueryParameter? { byName[name] }

    private static let byName = Dictionary(uniqueKeysWithValues: rows.map { ($0.name, $0.parameter) })

    private static let everywhere: QueryPlace = [.resource, .search, .criteria, .history, .capabilities]

    private static let rows: [(name: String, parameter: QueryParameter)] = [
        row("_format", .presentation, everywhere),
        row("_pretty", .presentation, everywhere),
        row("_summary", .presentation, everywhere),
        row("_elements", .presentation, everywhere),
        row("_count", .presentation, [.search, .history]),
        row("_total", .presentation, [.search, .history]),
        row("_maxresults", .presentation, .search),
        row("_score", .presentation, .search),
        row("_containedType", .presentation, .search),
        row("_since", .presentation, .history),
        row("_at", .presentation, .history),
        row("_id", .filter, [.search, .criteria]),
        row("_language", .filter, [.search, .criteria]),
        row("_lastUpdated", .filter, [.search, .criteria]),
        row("_profile", .filter, [.search, .criteria]),
        row("_security", .filter, [.search, .criteria]),
        row("_source", .filter, [.search, .criteria]),
        row("_tag", .filter, [.search, .criteria]),
        row("_text", .text, [.search, .criteria]),
        row("_content", .text, [.search, .criteria]),
        row("_sort", .sort, [.search, .history]),
        row("_type", .type, .allTypes),
        row("_include", .include, .search),
        row("_revinclude", .reverseInclude, .search),
        row("_has", .has, [.search, .criteria]),
        row("_list", .list, [.search, .criteria, .history]),
        row("_in", .membership, [.search, .criteria]),
        row("_contained", .contained, .search),
        row("_graph", .graph, .search),
        row("_filter", .opaque, [.search, .criteria]),
        row("_query", .opaque, [.search, .criteria]),
    ]

    private static func row(
        _ name: String, _ meaning: Meaning, _ places: QueryPlace
    ) -> (name: String, parameter: QueryParameter) {
        (name, QueryParameter(meaning: meaning, places: places))
    }
}
