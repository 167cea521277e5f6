import Encoding
import SMART
import Storage

/// What a client that registered itself wants to be from now on (RFC 7592 §2.2): checked as a whole, as if it came new, and
/// against what it was (AD-02, AD-03).
struct RegistrationChange: Sendable {
    let registrant: Registrant
    let request: RegistrationRequest
    let softwareStatement: String?
    let policy: RegistrationPolicy
    let address: String
    let now: Int64
    let accessSecret: HandleSecret

    /// Stores all of it and replaces the registration access token, or nothing.
    func store(_ transaction: borrowing WriteTransaction) throws -> Handle {
        let client = try registrant.requireUnchanged(transaction)
        let (id, registration) = (client.id.value, registrant.registration)
        try Self.requireSameMethod(request.metadata, client.metadata)
        try NameLikeness.requireUnlike(request.metadata, id: id, transaction)
        guard
            try transaction.rotateRegistration(
                registration.id, from: registration.secretHash, to: accessSecret.hash,
                softwareStatement: softwareStatement),
            try transaction.replaceClient(id: id, metadata: JSON.object(request.metadata.json).text, now: now)
        else { throw BearerToken.invalid() }
        let standing = Self.standing(of: client, becoming: request.metadata, needsApproval: policy.needsApproval)
        if standing != client.standing { _ = try transaction.setClientStanding(id, standing, now: now) }
        try transaction.audit(.clientUpdated, actor: "registration", client: id, address: address, at: now)
        return Handle(id: registration.id, secret: accessSecret)
    }

    /// AD-03: whoever finds a registration access token must not turn a client into one that authenticates in another way.
    /// Where the secret stands in the request is no other way.
    private static func requireSameMethod(_ new: ClientMetadata, _ old: ClientMetadata) throws {
        let (new, old) = (new.tokenEndpointAuthMethod, old.tokenEndpointAuthMethod)
        guard new == old || (new.usesSecret && old.usesSecret) else {
            throw OAuthError(registration: [
                .init(
                    member: "token_endpoint_auth_method",
                    reason: "cannot be changed from \(old.rawValue): register another client")
            ])
        }
    }

    /// An administrator approved the client as it was: when it becomes another, it waits again, also where the policy lets
    /// unreviewed clients be used (AD-03). What waits goes on waiting, whatever the policy has become.
    static func standing(
        of client: Client, becoming metadata: ClientMetadata, needsApproval: Bool
    ) -> ClientStanding {
        if client.standing == .waiting || client.metadata.reviewed == metadata.reviewed { return client.standing }
        return client.standing == .unreviewed && !needsApproval ? .unreviewed : .waiting
    }
}

extension ClientMetadata {
    /// What an administrator judges. Keys too: whoever replaces them is the client from then on, and a client that changes its
    /// keys now and then has a `jwks_uri` for that.
    fileprivate var reviewed: JSONObject {
        var object = json
        object["contacts"] = nil
        return object
    }
}
