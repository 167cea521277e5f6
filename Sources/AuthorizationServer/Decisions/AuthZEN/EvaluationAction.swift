import Encoding
import Policy
import SMART

/// What is asked to be done with a resource: `action.name` is an interaction of FHIR by its code, or an operation by its name.
///
/// It becomes the request line that does just that, and is read like any other.
struct EvaluationAction: Sendable {
    private enum Place: Sendable {
        /// `Observation/5`
        case instance
        /// `Observation`
        case type
        /// All types: `*`.
        case system
    }

    /// One row: how FHIR's REST interface says it (R4 §3.1.0).
    private struct Interaction: Sendable {
        let name: String
        let place: Place
        let method: String
        var suffix = ""
        /// Whether what is known of the resource narrows what is found, as search parameters do.
        var isSearch = false
    }

    private static let interactions: [Interaction] = [
        Interaction(name: "read", place: .instance, method: "GET"),
        // Which version it is makes no difference to who may read it.
        Interaction(name: "vread", place: .instance, method: "GET", suffix: "/_history/1"),
        Interaction(name: "update", place: .instance, method: "PUT"),
        Interaction(name: "patch", place: .instance, method: "PATCH"),
        Interaction(name: "delete", place: .instance, method: "DELETE"),
        Interaction(name: "create", place: .type, method: "POST"),
        Interaction(name: "search", place: .type, method: "GET", isSearch: true),
        Interaction(name: "search-type", place: .type, method: "GET", isSearch: true),
        Interaction(name: "search-system", place: .system, method: "GET", isSearch: true),
        Interaction(name: "history-instance", place: .instance, method: "GET", suffix: "/_history"),
        Interaction(name: "history-type", place: .type, method: "GET", suffix: "/_history"),
        Interaction(name: "history-system", place: .system, method: "GET", suffix: "_history"),
    ]

    private static let wholeSystem = "*"

    let line: String
    let isSearch: Bool

    /// `id` may be left out, or `*`, where there is none.
    init(
        _ name: String, type: String, id: String?, properties: [String: [String]]
    ) throws(EvaluationError) {
        let place = try Self.place(type, id)
        if name.hasPrefix("$") {
            // What a name may hold is for the reader of the line to say; a slash or question mark is none of it.
            line = "POST " + Self.path(type, id, place) + (place == .system ? "" : "/") + name
            isSearch = false
            return
        }
        guard let interaction = Self.interactions.first(where: { $0.name == name }) else {
            let known = Self.interactions.map(\.name).joined(separator: ", ")
            throw EvaluationError("action.name must be one of \(known), or an operation such as $everything")
        }
        guard interaction.place == place else {
            throw EvaluationError(Self.wrongPlace(name, interaction.place))
        }
        let query = interaction.isSearch && !properties.isEmpty ? "?" + Self.query(properties) : ""
        line = interaction.method + " " + Self.path(type, id, place) + interaction.suffix + query
        isSearch = interaction.isSearch
    }

    private static func place(_ type: String, _ id: String?) throws(EvaluationError) -> Place {
        let id = id == wholeSystem ? nil : id
        if type == wholeSystem {
            guard id == nil else { throw EvaluationError("resource.id needs a resource.type") }
            return .system
        }
        // Of letters alone, so that it cannot make another path of the line.
        guard FHIRResourceTypes.contains(type) else {
            throw EvaluationError("resource.type must be a resource type of FHIR R4, R4B or R5, or * for all")
        }
        guard let id else { return .type }
        guard FHIRID(id) != nil else {
            throw EvaluationError("resource.id must be the id of a FHIR resource, or * where there is none")
        }
        return .instance
    }

    private static func path(_ type: String, _ id: String?, _ place: Place) -> String {
        switch place {
        case .instance: type + "/" + (id ?? "")
        case .type: type
        case .system: ""
        }
    }

    /// Several values are one parameter that has any of them, as FHIR writes it.
    private static func query(_ properties: [String: [String]]) -> String {
        properties.sorted { $0.key < $1.key }.map { name, values in
            PercentEncoding.encode(name) + "=" + values.map(PercentEncoding.encode).joined(separator: ",")
        }.joined(separator: "&")
    }

    private static func wrongPlace(_ name: String, _ place: Place) -> String {
        switch place {
        case .instance: "resource.id is missing: \(name) is for one resource"
        case .type: "resource.id must be left out, or *, for \(name), which is for a type"
        case .system: "resource.type must be * for \(name)"
        }
    }
}
