import Encoding
import HTTP

/// A request to the administration and who makes it: let in already, for what its row of the table says.
@dynamicMemberLookup
struct AdministrationRequest: Sendable {
    let request: Request
    let caller: AdministrationCaller

    subscript<Value>(dynamicMember member: KeyPath<Request, Value>) -> Value { request[keyPath: member] }

    /// The body as one JSON value (AD-13).
    func json() throws -> JSON { try request.json() }

    /// What stands in the path where the route has that name.
    func pathParameter(_ name: String) -> String { request.pathParameter(name) }

    /// A parameter of the query that is `true` or not there.
    func flag(_ name: String) throws -> Bool {
        guard let value = (try? FormParameters(parsing: request.query))?[name] else { return false }
        guard value == "true" else {
            throw Problem(status: 400, title: "Wrong \(name)", detail: "\(name) must be true, or be left out.")
        }
        return true
    }

    /// `limit` and `after` of a list (lessons C4: keyset paging).
    func paging() throws -> (limit: Int, after: String?) {
        guard let form = try? FormParameters(parsing: request.query) else {
            throw Problem(status: 400, title: "Unreadable query", detail: "The query cannot be decoded.")
        }
        guard let limit = Int(form["limit"] ?? "100"), (1...500).contains(limit) else {
            throw Problem(status: 400, title: "Wrong limit", detail: "limit must be a number from 1 to 500.")
        }
        return (limit, form["after"])
    }
}

extension Request {
    /// What stands in the path where the route has that name.
    func pathParameter(_ name: String) -> String { pathParameters[name].flatMap(PathSegment.decode) ?? "" }

    /// The body as one JSON value (AD-13).
    func json() throws -> JSON {
        do {
            return try JSON(parsing: body)
        } catch {
            throw Problem(
                status: 400, title: "Not JSON",
                detail: "The body is not JSON at octet \(error.offset): \(error.reason).")
        }
    }
}
