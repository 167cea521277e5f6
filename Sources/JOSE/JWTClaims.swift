package import Encoding

/// The claims of a JWT (RFC 7519 §4), with the registered ones read by their types.
package struct JWTClaims: Sendable {
    package let json: JSONObject
    package let issuer: String?
    package let subject: String?
    package let jwtID: String?
    package let audience: [String]
    package let expiresAt: Int64?
    package let issuedAt: Int64?
    package let notBefore: Int64?

    /// `payload` is the content of a JWS whose signature was verified.
    package init(_ payload: [UInt8]) throws(JOSEError) {
        try self.init(JOSEObject(parsing: payload, as: "claims").json)
    }

    package init(_ json: JSONObject) throws(JOSEError) {
        let claims = JOSEObject(json)
        self.json = json
        issuer = try claims.string("iss")
        subject = try claims.string("sub")
        jwtID = try claims.string("jti")
        audience = try Self.audience(claims.json)
        expiresAt = try Self.date("exp", claims.json)
        issuedAt = try Self.date("iat", claims.json)
        notBefore = try Self.date("nbf", claims.json)
    }

    /// `exp` is required; `nbf` and `iat` count when they are there. The audience must be the expected one and no other: a
    /// token meant for several can be carried by one of them to another. Nil for an issuer or audience that the caller
    /// checks by other rules.
    package func validate(now: Int64, issuer: String?, audience: String?, skew: Int64) throws(JOSEError) {
        guard let expiresAt else { throw .missing("exp") }
        guard now < expiresAt.adding(seconds: skew) else { throw .expired }
        let latestStart = now.adding(seconds: skew)
        guard notBefore.map({ $0 <= latestStart }) ?? true, issuedAt.map({ $0 <= latestStart }) ?? true else {
            throw .notYetValid
        }
        if let issuer, self.issuer?.hasSameOctets(as: issuer) != true { throw .wrongIssuer }
        if let audience {
            guard self.audience.count == 1, self.audience.first?.hasSameOctets(as: audience) == true else {
                throw .wrongAudience
            }
        }
    }

    /// RFC 7519 §4.1.3: one string, or an array of them.
    private static func audience(_ json: JSONObject) throws(JOSEError) -> [String] {
        guard let value = json["aud"] else { return [] }
        if let text = value.stringValue { return [text] }
        guard let texts = value.strings else { throw .malformed("aud must be a string or an array of strings") }
        return texts
    }

    /// A NumericDate (RFC 7519 §2), whole seconds only: a fraction, 1e308 or 2⁶³ is refused here, so that no arithmetic
    /// later can meet it.
    private static func date(_ name: String, _ json: JSONObject) throws(JOSEError) -> Int64? {
        guard let value = json[name] else { return nil }
        guard let seconds = value.integerValue else { throw .malformed("\(name) must be an integer") }
        return seconds
    }
}
