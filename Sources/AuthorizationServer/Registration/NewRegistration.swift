import Crypto
import Encoding
import SMART
import Storage

/// A client on its way from a valid request of its own into storage, with everything that the transaction needs.
struct NewRegistration: Sendable {
    let request: RegistrationRequest
    let right: RegistrationRight
    let softwareStatement: String?
    let policy: RegistrationPolicy
    let address: String
    let now: Int64
    /// Never the registrant's choice (AD-04).
    let clientID: String
    private let secret: (secret: String, verifier: String)?
    private let accessSecret: HandleSecret

    init(
        _ request: RegistrationRequest, _ right: RegistrationRight, softwareStatement: String?, address: String,
        _ server: AuthorizationServer
    ) throws {
        self.request = request
        self.right = right
        self.softwareStatement = softwareStatement
        self.address = address
        policy = server.configuration.registration
        now = server.clock.now
        clientID = try ClientRegistry.newID(server.random)
        secret = request.metadata.tokenEndpointAuthMethod.usesSecret ? try ClientSecrets.generate(server.random) : nil
        accessSecret = try HandleSecret(server.random)
    }

    /// Stores the client and its registration access token, or nothing. Returns the ids of other clients that had to go, too.
    func store(_ transaction: borrowing WriteTransaction) throws -> (Handle, gone: [String]) {
        try right.claim(transaction, now: now)
        let gone = try policy.makeRoom(transaction, address: address, now: now)
        try NameLikeness.requireUnlike(request.metadata, id: clientID, transaction)
        try transaction.insertClient(
            id: clientID, metadata: JSON.object(request.metadata.json).text,
            secretVerifiers: secret.map { [$0.verifier] } ?? [],
            standing: policy.needsApproval ? .waiting : .unreviewed, now: now)
        let id = try transaction.insertRegistration(
            clientID: clientID, secretHash: accessSecret.hash, scopeLimit: right.scopeLimit,
            softwareStatement: softwareStatement)
        try transaction.audit(.clientRegistered, actor: right.actor, client: clientID, address: address, at: now)
        return (Handle(id: id, secret: accessSecret), gone)
    }

    /// RFC 7591 §3.2.1, once it is stored: the only time that the secret is shown (TK-05).
    func answer(_ accessToken: Handle, _ server: AuthorizationServer) throws -> JSONObject {
        var answer = try server.registrationAnswer(
            clientID, accessToken, softwareStatement: softwareStatement, warnings: request.warnings)
        answer["client_secret"] = secret.map { .string($0.secret) }
        return answer
    }
}

extension AuthorizationServer {
    /// The client information response (RFC 7591 §3.2.1, RFC 7592 §3): everything as it is registered, and the token that
    /// opens it.
    func registrationAnswer(
        _ clientID: String, _ accessToken: Handle, softwareStatement: String?, warnings: [String] = []
    ) throws -> JSONObject {
        guard let client = try clients.client(clientID) else {
            throw StorageError.corrupt("a client that was just written is not there")
        }
        var answer = client.registration
        answer["registration_access_token"] = .string(accessToken.text)
        answer["registration_client_uri"] = .string(url("/register/" + PercentEncoding.encode(clientID)))
        answer["software_statement"] = softwareStatement.map { .string($0) }
        let waiting =
            client.standing == .waiting ? ["an administrator must approve the client before it can be used"] : []
        let all = waiting + warnings
        if !all.isEmpty { answer["warnings"] = .array(all.map { .string($0) }) }
        return answer
    }
}
