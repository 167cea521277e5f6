import Crypto
import Encoding
import JOSE
import SMART
import Storage

/// The only code that mints access tokens and id_tokens.
struct TokenIssuer: Sendable {
    let issuer: Issuer
    let lifetimes: Lifetimes
    let keys: KeyStore
    let random: RandomBytes
    let database: Database
    let style: HostedStyle
    let servers: FHIRServerBook

    /// Whom an access token is about.
    struct Subject: Sendable {
        /// The user's `sub`, or the client's id where no user is involved (RFC 9068 §2.2).
        let sub: String
        /// The session that the client signed the person in with, as long as it is known.
        let sid: String?
        let fhirUser: FHIRUser?
        /// The FHIR server that `fhirUser` is made absolute with.
        let fhirBase: FHIRBaseURL?

        var absoluteFHIRUser: String? {
            guard let fhirUser, let fhirBase else { return nil }
            return fhirUser.absolute(base: fhirBase)
        }
    }

    /// The answer of the token endpoint without a refresh token: RFC 6749 §5.1, checklist TOK-7 and §5.
    /// `fhirContext` is told as the client reads it, here and in the token (checklist §17).
    func tokenResponse(
        _ grant: Grant, to client: Client, scope: ScopeSet, _ subject: Subject, now: Int64
    ) async throws -> JSONObject {
        let lifetime = lifetimes.accessToken(of: grant)
        let context = style.renewed(grant.context).json(fhirContext: client.metadata.fhirContextVersion)
        let expiresAt = now.adding(seconds: lifetime)
        let claims = try claims(grant, scope: scope, subject, context, now: now, expiresAt: expiresAt)
        let accessToken = try await accessToken(
            claims, grant, format: try format(for: client, audience: grant.audience), expiresAt: expiresAt)
        var response: JSONObject = [
            "access_token": .string(accessToken), "token_type": "Bearer", "expires_in": .integer(lifetime),
            "scope": .string(scope.text),
        ]
        if scope.contains(.openid), grant.userID != nil {
            response["id_token"] = .string(
                try idToken(grant, scope: scope, subject, accessToken: accessToken, now: now))
        }
        for member in context.members { response[member.name] = member.value }
        return response
    }

    /// A token that this server issues to itself, without any client's registration.
    func directoryToken(
        _ grant: Grant, for server: FHIRServer, now: Int64, expiresAt: Int64
    ) async throws -> String {
        let subject = Subject(sub: grant.clientID, sid: nil, fhirUser: nil, fhirBase: nil)
        let claims = try claims(grant, scope: grant.scope, subject, JSONObject(), now: now, expiresAt: expiresAt)
        return try await accessToken(claims, grant, format: server.accessTokenFormat, expiresAt: expiresAt)
    }

    /// Opaque where the client or the FHIR server asks for it.
    private func format(for client: Client, audience: String) throws(StorageError) -> AccessTokenFormat {
        let server = try servers.edition().server(audience: audience)
        return server?.accessTokenFormat == .opaque ? .opaque : client.metadata.accessTokenFormat
    }

    /// JW-03: a longer token is more than many servers take in a header.
    private static let largestJWT = 4096

    /// RFC 9068 §2.1: `typ: at+jwt`. What outgrows a header goes by reference (checklist SCP-13).
    private func accessToken(
        _ claims: JSONObject, _ grant: Grant, format: AccessTokenFormat, expiresAt: Int64
    ) async throws -> String {
        if format == .jwt {
            let token = try keys.accessTokenSigner.sign(JSON.object(claims).serialized(), type: "at+jwt")
            if token.utf8.count <= Self.largestJWT { return token }
        }
        return try await OpaqueAccessToken(database: database).issue(
            claims, grantID: grant.id, expiresAt: expiresAt, secret: try HandleSecret(random))
    }

    /// RFC 9068 §2.2. The launch context is in the token too (lessons F1).
    private func claims(
        _ grant: Grant, scope: ScopeSet, _ subject: Subject, _ context: JSONObject, now: Int64, expiresAt: Int64
    ) throws -> JSONObject {
        var claims: JSONObject = [
            "iss": .string(issuer.value), "sub": .string(subject.sub), "aud": .string(grant.audience),
            "client_id": .string(grant.clientID), "scope": .string(scope.text), "iat": .integer(now),
            "exp": .integer(expiresAt), "jti": .string(try AccessTokenID(grantID: grant.id, random).text),
        ]
        if let authTime = grant.authTime { claims["auth_time"] = .integer(authTime) }
        if scope.contains(.openid), scope.contains(.fhirUser), let fhirUser = subject.absoluteFHIRUser {
            claims["fhirUser"] = .string(fhirUser)
        }
        for member in context.members { claims[member.name] = member.value }
        return claims
    }

    /// OpenID Connect Core §2 and §3.1.3.6; SMART wants RS256 and an absolute `fhirUser` (checklist OIDC-2, OIDC-3).
    private func idToken(
        _ grant: Grant, scope: ScopeSet, _ subject: Subject, accessToken: String, now: Int64
    ) throws -> String {
        let halfDigest = Array(Digest.sha256(Array(accessToken.utf8)).prefix(16))
        var claims: JSONObject = [
            "iss": .string(issuer.value), "sub": .string(subject.sub), "aud": .string(grant.clientID),
            "iat": .integer(now), "exp": .integer(now.adding(seconds: lifetimes.accessToken(of: grant))),
            "at_hash": .string(Base64URL.encode(halfDigest)),
        ]
        if let authTime = grant.authTime { claims["auth_time"] = .integer(authTime) }
        if let sid = subject.sid { claims["sid"] = .string(sid) }
        if let nonce = grant.nonce { claims["nonce"] = .string(nonce) }
        if scope.contains(.fhirUser), let fhirUser = subject.absoluteFHIRUser { claims["fhirUser"] = .string(fhirUser) }
        return try keys.idTokenSigner.sign(JSON.object(claims).serialized(), type: "JWT")
    }

    /// A Security Event Token (RFC 8417 §2). Its `jti` is the notice's own, so that a receiver knows a repeat.
    func eventToken(_ notice: EventNotice, to receiver: WebURL, now: Int64) throws -> String {
        let event = try JSON(parsing: Array(notice.body.utf8))
        let name = "\(issuer.value)/events/\(notice.kind)"
        let claims: JSONObject = [
            "iss": .string(issuer.value), "aud": .string(receiver.value), "iat": .integer(now),
            "jti": .string("event-\(notice.id)"), "events": .object(JSONObject([(name, event)])),
        ]
        return try keys.idTokenSigner.sign(JSON.object(claims).serialized(), type: "secevent+jwt")
    }

    /// OpenID Connect Back-Channel Logout 1.0 §2.4: never a nonce, so that it passes for no id_token; two minutes to live.
    func logoutToken(to client: Client, sub: String, sid: String, now: Int64) throws -> String {
        let claims: JSONObject = [
            "iss": .string(issuer.value), "sub": .string(sub), "aud": .string(client.id.value),
            "iat": .integer(now), "exp": .integer(now.adding(seconds: 120)),
            "jti": .string(Base64URL.encode(try random(16))),
            "events": ["http://schemas.openid.net/event/backchannel-logout": [:]], "sid": .string(sid),
        ]
        return try keys.idTokenSigner.sign(JSON.object(claims).serialized(), type: "logout+jwt")
    }

    /// RFC 9701 §5: an answer of introspection that its reader can keep as evidence. `typ` keeps it from passing for anything
    /// else (§8.1), and it has no `sub` and no `exp`, so that it could not be one (§5).
    func introspectionResponse(_ answer: [UInt8], to client: Client, now: Int64) throws -> String {
        let claims: JSONObject = [
            "iss": .string(issuer.value), "aud": .string(client.id.value), "iat": .integer(now),
        ]
        // The very octets of the plain answer.
        let payload = JSON.object(claims).serialized().dropLast() + Array(",\"token_introspection\":".utf8) + answer
        let signer = keys.signer(client.metadata.introspectionSignedResponseAlgorithm ?? .rs256)
        return try signer.sign(payload + [UInt8(ascii: "}")], type: "token-introspection+jwt")
    }
}

/// The `jti` of an access token: the number of its grant, whose row carries the token's fate, and 128 random bits.
struct AccessTokenID: Sendable {
    let grantID: Int64
    let text: String

    init(grantID: Int64, _ random: RandomBytes) throws(CryptoError) {
        self.grantID = grantID
        text = "\(grantID)." + Base64URL.encode(try random(16))
    }

    init?(_ text: String) {
        guard let dot = text.firstIndex(of: "."), let grantID = Int64(text[..<dot]), grantID > 0 else { return nil }
        self.grantID = grantID
        self.text = text
    }
}
