import Encoding
import HTTP
import SMART
import Storage

/// A client that registered itself, as the bearer of its registration access token (RFC 7592 §2).
struct Registrant: Sendable {
    let client: Client
    let registration: StoredRegistration
    /// As presented.
    let accessToken: Handle

    /// Throws 401 for a token that is missing, unknown, replaced or another client's, and where the client is gone; 403
    /// for a client that an administrator has disabled (AD-03).
    init(_ request: Request, _ server: AuthorizationServer) throws {
        guard let bearer = BearerToken(try AuthorizationHeader(request.headers)) else { throw BearerToken.missing() }
        let clientID = request.pathParameter("client_id")
        guard let handle = bearer.handle,
            let registration = try server.database.read({ (transaction) throws(StorageError) in
                try transaction.registration(handle.id)
            }), registration.secretHash == handle.hash, registration.clientID.hasSameOctets(as: clientID),
            let client = try server.clients.client(clientID)
        else { throw BearerToken.invalid() }
        if client.isDisabled { throw Self.disabled }
        self.client = client
        self.registration = registration
        accessToken = handle
    }

    /// The client as the transaction finds it, if the token still opens it.
    func requireUnchanged(_ transaction: borrowing WriteTransaction) throws -> Client {
        guard let registration = try transaction.registration(registration.id),
            registration.secretHash == self.registration.secretHash,
            let stored = try transaction.client(registration.clientID)
        else { throw BearerToken.invalid() }
        guard let client = Client(stored) else { throw StorageError.corrupt("the metadata of a client cannot be read") }
        if client.isDisabled { throw Self.disabled }
        return client
    }

    private static var disabled: OAuthError {
        OAuthError(.accessDenied, "the client is disabled; only an administrator can change that", status: 403)
    }
}
