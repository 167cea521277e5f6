import Encoding
import HTTP
import Policy
import Storage

/// A request to the administration and who makes it: let in already, for what its row of the table says.
@dynamicMemberLookup
struct AdministrationRequest: Sendable {
    let request: Request
    let caller: AdministrationCaller
    /// What its row of the table asks.
    let right: AdministrationRight

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
}

extension AdministrationRequest {
    /// The only way from the administration into the database. Whether the caller may do this is asked again in the transaction
    /// that does it (AD-07): between the door and the writer, roles, grants and people end.
    func write<T: Sendable>(
        _ database: Database, once runsOnce: Bool = false,
        _ body: @escaping @Sendable (borrowing WriteTransaction) throws -> T
    ) async throws -> T {
        try await database.write(once: runsOnce) { transaction in
            try requireRight(transaction)
            return try body(transaction)
        }
    }

    /// SE-06: whoever was stopped since the request came in changes nothing more.
    func requireRight(_ transaction: borrowing WriteTransaction) throws {
        guard case .holder(let holder) = caller else { return }
        guard try holder.isStanding(transaction) else { throw AdministrationRefusal.invalidToken }
        let (policies, subject) = try holder.standing(transaction)
        if let reason = policies.decide(right.scope, for: subject).reason {
            throw AdministrationRefusal.forbidden(right, reason)
        }
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
