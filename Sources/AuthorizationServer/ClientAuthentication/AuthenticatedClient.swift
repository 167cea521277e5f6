import SMART
import Storage

/// A client whose credentials were right. An assertion is right for one request only: whoever answers claims it first, in
/// the transaction that the answer rests on (TK-17); a request that is refused before it comes to that uses it up as well.
struct AuthenticatedClient: Sendable {
    let client: Client
    private let assertion: AssertionUse?

    init(_ client: Client, assertion: AssertionUse? = nil) {
        self.client = client
        self.assertion = assertion
    }

    /// Throws `invalid_client`, and so takes back the whole transaction, if the assertion was used before, or the client was
    /// stopped or removed while its request was under way. `clock`: what it says now counts, after all that was waited for.
    func claim(_ transaction: borrowing WriteTransaction, _ clock: Clock) throws {
        guard try transaction.isClientEnabled(client.id.value) else {
            throw ClientAuthentication.failure(detail: "client \(client.id.value) was stopped or removed")
        }
        guard try use(transaction, clock) else {
            throw ClientAuthentication.failure(detail: "client \(client.id.value) has used this assertion before")
        }
    }

    /// For an endpoint that writes nothing else.
    func claim(_ server: AuthorizationServer) async throws {
        guard assertion != nil else { return }
        try await server.database.write { try claim($0, server.clock) }
    }

    /// The request is refused. What was right is used up all the same, if it is not yet.
    func spend(_ server: AuthorizationServer) async throws {
        guard assertion != nil else { return }
        _ = try await server.database.write { try use($0, server.clock) }
    }

    private func use(_ transaction: borrowing WriteTransaction, _ clock: Clock) throws -> Bool {
        guard let assertion else { return true }
        return try transaction.claimAssertion(
            clientID: client.id.value, jwtID: assertion.jwtID, expiresAt: assertion.expiresAt, now: clock.now)
    }
}

/// The one use of an assertion: its `jti`, to be remembered until nobody would accept it any more.
struct AssertionUse: Sendable {
    let jwtID: String
    let expiresAt: Int64
}
