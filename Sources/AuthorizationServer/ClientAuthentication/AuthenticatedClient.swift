import SMART
import Storage

/// A client whose credentials were right. An assertion is right for one request only: whoever answers claims it first, in
/// the transaction that the answer rests on (TK-17), and what was claimed stays claimed whatever comes of the request.
struct AuthenticatedClient: Sendable {
    let client: Client
    private let assertion: AssertionUse?

    init(_ client: Client, assertion: AssertionUse? = nil) {
        self.client = client
        self.assertion = assertion
    }

    /// Throws `invalid_client`, and so takes back the whole transaction, if the assertion was used before.
    func claim(_ transaction: borrowing WriteTransaction, now: Int64) throws {
        guard let assertion else { return }
        let isFirst = try transaction.claimAssertion(
            clientID: client.id.value, jwtID: assertion.jwtID, expiresAt: assertion.expiresAt, now: now)
        guard isFirst else {
            throw ClientAuthentication.failure(detail: "client \(client.id.value) has used this assertion before")
        }
    }

    /// For an endpoint that writes nothing else.
    func claim(_ server: AuthorizationServer) async throws {
        guard assertion != nil else { return }
        let now = server.clock.now
        try await server.database.write { try claim($0, now: now) }
    }
}

/// The one use of an assertion: its `jti`, to be remembered until nobody would accept it any more.
struct AssertionUse: Sendable {
    let jwtID: String
    let expiresAt: Int64
}
