import Crypto
import Encoding

/// The members of a JWK as they came, read one by one.
struct JWKMembers {
    private let object: JOSEObject
    private var json: JSONObject { object.json }

    init(_ json: JSON) throws(JOSEError) {
        guard let object = json.objectValue else { throw .malformed("a JWK must be a JSON object") }
        self.object = JOSEObject(object)
    }

    func string(_ name: String) throws(JOSEError) -> String? { try object.string(name) }

    /// A private or symmetric key that somebody handed over is not a key to be trusted, whatever else it says
    /// (RFC 7518 §6.2.2, §6.3.2, §6.4.1; RFC 8037 §2; `priv` is that of post-quantum AKP keys).
    func requirePublic() throws(JOSEError) {
        guard json["kty"] != "oct" else { throw .notAllowed("a symmetric key") }
        for name in ["d", "p", "q", "dp", "dq", "qi", "oth", "k", "priv"] where json.contains(name) {
            throw .notAllowed("the private member \(name)")
        }
    }

    /// False for what RFC 7517 §5 says to pass over in a set: a kind, curve or algorithm that is not spoken here.
    var isUnderstood: Bool {
        if let name = json["alg"]?.stringValue, Algorithm(rawValue: name) == nil { return false }
        switch json["kty"]?.stringValue {
        case "RSA": return true
        case "EC": return json["crv"]?.stringValue.map { Curve(name: $0) != nil } ?? true
        case "OKP": return json["crv"]?.stringValue.map { $0.hasSameOctets(as: "Ed25519") } ?? true
        case .some: return false
        case nil: return true  // not a key at all, which is an error and not a kind
        }
    }

    func algorithm() throws(JOSEError) -> Algorithm? {
        guard let name = try string("alg") else { return nil }
        guard let algorithm = Algorithm(rawValue: name) else { throw .notAllowed("an unknown alg") }
        return algorithm
    }

    /// RFC 7517 §4.3: duplicate values MUST NOT be present.
    func keyOperations() throws(JOSEError) -> [String]? {
        guard let value = json["key_ops"] else { return nil }
        guard let operations = value.strings, Set(operations).count == operations.count else {
            throw .malformed("key_ops must be an array of different strings")
        }
        return operations
    }

    func parameters() throws(JOSEError) -> PublicKeyParameters {
        switch try object.required("kty") {
        case "RSA":
            return .rsa(modulus: try octets("n"), exponent: try octets("e"))
        case "EC":
            guard let curve = Curve(name: try object.required("crv")) else { throw .notAllowed("an unknown crv") }
            return .ec(curve: curve, x: try octets("x"), y: try octets("y"))
        case "OKP":
            guard try object.required("crv").hasSameOctets(as: "Ed25519") else { throw .notAllowed("an unknown crv") }
            return .ed25519(x: try octets("x"))
        default:
            throw .notAllowed("an unknown kty")
        }
    }

    private func octets(_ name: String) throws(JOSEError) -> [UInt8] {
        guard let bytes = Base64URL.decode(try object.required(name)), !bytes.isEmpty else {
            throw .malformed("\(name) must be base64url")
        }
        return bytes
    }
}

extension Curve {
    /// RFC 7518 §6.2.1.1.
    var name: String {
        switch self {
        case .p256: "P-256"
        case .p384: "P-384"
        }
    }

    init?(name: String) {
        guard let curve = Self.allCases.first(where: { $0.name.hasSameOctets(as: name) }) else { return nil }
        self = curve
    }
}
