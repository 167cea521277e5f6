import Encoding

/// The protected header of a JWS (RFC 7515 §4), read strictly.
struct JWSHeader {
    let json: JSONObject
    let algorithmName: String
    let keyID: String?
    let type: String?

    init(_ bytes: [UInt8]) throws(JOSEError) {
        let object = try JOSEObject(parsing: bytes, as: "header")
        try Self.requireNothingUnsupported(object)
        algorithmName = try object.required("alg")
        keyID = try object.string("kid")
        type = try object.string("typ")
        json = object.json
    }

    /// `crit` names extensions that MUST be understood, and none is (RFC 7515 §4.1.11); `b64` changes what is signed
    /// (RFC 7797), `zip` and `enc` belong to encryption, and a JWT inside a JWT is never expected (RFC 7519 §5.2).
    private static func requireNothingUnsupported(_ object: JOSEObject) throws(JOSEError) {
        for name in ["crit", "b64", "zip", "enc"] where object.json.contains(name) {
            throw .notAllowed("the header parameter \(name)")
        }
        let contentType = try object.string("cty")?.lowercased()
        guard contentType != "jwt", contentType != "application/jwt" else { throw .notAllowed("a nested JWT") }
    }
}
