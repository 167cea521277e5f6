import HTTP

/// What a row of a table of routes and its description have in common.
struct OperationKey: Sendable, Hashable, CustomStringConvertible {
    let method: HTTP.Method
    let path: String

    init(_ method: HTTP.Method, _ path: String) {
        self.method = method
        self.path = path
    }

    init(_ description: OperationDescription) { self.init(description.method, description.path) }

    /// What stands in a description where rows have a name of the configuration, each its own. Anything else is of one row: a new
    /// `/clients/export` is not described by what is said of `/clients/{client_id}`.
    static let configured = "{fhir_server}"

    /// Whether that description is of this row.
    func fits(_ description: OperationDescription) -> Bool {
        guard description.method == method else { return false }
        let (own, other) = (path.split(separator: "/"), description.path.split(separator: "/"))
        return own.count == other.count && zip(own, other).allSatisfy { $0 == $1 || $1 == Self.configured }
    }

    var description: String { "\(method.name) \(path)" }
}

/// Where the tables of routes and the descriptions do not agree.
struct DescriptionGaps {
    /// Rows that nobody has described.
    let undescribed: [OperationKey]
    /// Descriptions of what is not there.
    let unrouted: [OperationKey]

    init(_ rows: [OperationKey], _ groups: [OperationGroup]) {
        let descriptions = groups.flatMap(\.operations)
        undescribed = rows.filter { row in !descriptions.contains(where: row.fits) }
        unrouted = descriptions.filter { description in !rows.contains { $0.fits(description) } }.map {
            OperationKey($0)
        }
    }
}
