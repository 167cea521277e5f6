import Encoding
import JOSE
import SMART

/// An id_token of ours that comes back as a hint: who was signed in, at which app. It may be long expired (OpenID Connect
/// RP-Initiated Logout 1.0 §2); all else about it must be right.
struct IssuedIDToken: Sendable {
    let clientID: String
    let sub: String
    /// Nil in tokens that were made when the session was gone already.
    let sid: String?

    /// Nil for anything but an id_token of ours: the type keeps access and logout tokens apart (JW-01).
    init?(_ text: String, _ server: AuthorizationServer) {
        guard let token = try? JWS(compact: Array(text.utf8)), token.type?.lowercased() == "jwt",
            let keyID = token.keyID, let (algorithm, key) = server.keys.verificationKey(keyID),
            algorithm == KeyStore.idTokenAlgorithm,
            (try? token.verify(with: key, allowing: [KeyStore.idTokenAlgorithm])) != nil,
            let claims = try? JWTClaims(token.payload), let sub = claims.subject,
            claims.issuer?.hasSameOctets(as: server.configuration.issuer.value) == true,
            claims.audience.count == 1, let clientID = claims.audience.first
        else { return nil }
        self.clientID = clientID
        self.sub = sub
        sid = claims.json["sid"]?.stringValue
    }
}
