import Crypto
import Encoding
import JOSE
import Testing

@Suite struct `TK-21 JSON Web Key Set` {
    private let elliptic: JSON
    private let rsa: JSON
    private let edwards: JSON

    init() throws {
        elliptic = try #require(Vectors.keys.first { $0.name == "RFC 7515 A.3" }).key
        rsa = try #require(Vectors.keys.first { $0.name == "RFC 7515 A.2" }).key
        edwards = try #require(Vectors.keys.first { $0.name.hasPrefix("RFC 8037 A.2") }).key
    }

    private func key(_ json: JSON, _ members: (String, JSON)...) -> JSON {
        var object = json.objectValue ?? JSONObject()
        for (name, value) in members { object[name] = value }
        return .object(object)
    }

    private func read(_ keys: [JSON], requireKeyIDs: Bool = true) -> String {
        outcome { () throws(JOSEError) in _ = try JWKSet(["keys": .array(keys)], requireKeyIDs: requireKeyIDs) }
    }

    @Test(
        arguments: [.null, [], [:], ["keys": [:]], ["keys": .null], ["Keys": []], ["keys": [1]], ["keys": [[]]]]
            as [JSON])
    func `is an object with an array of objects`(json: JSON) {
        #expect(outcome { () throws(JOSEError) in _ = try JWKSet(json, requireKeyIDs: false) } == "malformed")
    }

    @Test func `needs a kid in every key if asked to`() {
        #expect(read([elliptic]) == "missing")
        #expect(read([elliptic], requireKeyIDs: false) == "valid")
        #expect(read([key(elliptic, ("kid", "a")), rsa]) == "missing")
        #expect(read([key(elliptic, ("kid", "a")), key(rsa, ("kid", "b"))]) == "valid")
    }

    @Test func `refuses a kid used twice, also by a key of another type`() {
        #expect(read([key(elliptic, ("kid", "a")), key(elliptic, ("kid", "a"))]) == "notAllowed")
        #expect(read([key(elliptic, ("kid", "a")), key(rsa, ("kid", "a"))]) == "notAllowed")
        #expect(read([key(elliptic, ("kid", "a")), ["kty": "OKP", "kid": "a"]]) == "notAllowed")
        #expect(read([key(elliptic, ("kid", "a")), key(edwards, ("kid", "a"))]) == "notAllowed")
        #expect(read([key(elliptic, ("kid", "a")), key(rsa, ("kid", "A"))]) == "valid")
    }

    @Test func `kids are octets: what Unicode calls equal is not the same`() throws {
        let composed = key(elliptic, ("kid", "\u{e9}"))
        let decomposed = key(elliptic, ("kid", "e\u{301}"))
        let set = try JWKSet(["keys": [composed, decomposed]], requireKeyIDs: true)
        #expect(set.keys.count == 2)
        #expect(try set.key(withID: "\u{e9}", for: .es256) == JWK(composed))
        #expect(try JWKSet(keys: [JWK(decomposed)]).keys.count == 1)
        #expect(throws: JOSEError.keyMismatch("0 keys match")) {
            try JWKSet(keys: [JWK(decomposed)]).key(withID: "\u{e9}", for: .es256)
        }
    }

    @Test func `is refused as a whole for a private or symmetric member`() {
        #expect(read([key(rsa, ("kid", "a")), key(elliptic, ("kid", "b"), ("d", "AQ"))]) == "notAllowed")
        #expect(read([key(rsa, ("kid", "a")), ["kty": "oct", "kid": "b", "k": "AQ"]]) == "notAllowed")
        #expect(read([["kty": "oct", "kid": "b"]]) == "notAllowed")
        #expect(read([["kty": "OKP", "kid": "b", "crv": "Ed25519", "x": "AQ", "d": "AQ"]]) == "notAllowed")
        #expect(read([["kty": "AKP", "kid": "b", "alg": "ML-DSA-65", "pub": "AQ", "priv": "AQ"]]) == "notAllowed")
    }

    @Test func `passes over kinds, curves and algorithms that are not spoken (RFC 7517 §5)`() throws {
        let others: [JSON] = [
            ["kty": "OKP", "kid": "1", "crv": "Ed448", "x": "AQ"],
            ["kty": "OKP", "kid": "6", "crv": "X25519", "x": "AQ"],
            ["kty": "AKP", "kid": "7", "alg": "ML-DSA-44", "pub": "AQ"],
            ["kty": "EC", "kid": "2", "crv": "P-521", "x": "AQ", "y": "AQ"],
            key(rsa, ("kid", "3"), ("use", "enc"), ("alg", "RSA-OAEP")), key(rsa, ("kid", "4"), ("alg", "PS384")),
            key(elliptic, ("kid", "5")),
        ]
        let set = try JWKSet(["keys": .array(others)], requireKeyIDs: true)
        #expect(set.keys.map(\.keyID) == ["5"])
    }

    @Test func `refuses weak and malformed keys of the kinds it speaks`() {
        #expect(read([key(elliptic, ("kid", "a"), ("y", "AQ"))]) == "crypto")
        #expect(read([key(rsa, ("kid", "a"), ("e", "AQ"))]) == "crypto")
        #expect(read([["kty": "RSA", "kid": "a"]]) == "missing")
        #expect(read([["kid": "a"]]) == "missing")
        #expect(read([["kty": "EC", "kid": "a"]]) == "missing")
        #expect(read([["kty": "OKP", "kid": "a"]]) == "missing")
        #expect(read([key(edwards, ("kid", "a"), ("x", "AQ"))]) == "crypto")
    }

    @Test(arguments: [(0, "valid"), (64, "valid"), (65, "notAllowed")])
    func `holds at most 64 keys`(count: Int, expectation: String) {
        #expect(read((0..<count).map { key(elliptic, ("kid", .string("\($0)"))) }) == expectation)
    }

    @Test func `CAS-7 one key must remain by kid, type and algorithm`() throws {
        let keys = [
            key(elliptic, ("kid", "a")), key(rsa, ("kid", "b"), ("alg", "RS384")), key(edwards, ("kid", "d")),
            key(rsa, ("kid", "e")),
        ]
        let set = try JWKSet(["keys": .array(keys)], requireKeyIDs: true)
        #expect(try set.key(withID: "a", for: .es256).keyID == "a")
        #expect(try set.key(withID: "b", for: .rs384).keyID == "b")
        #expect(try set.key(withID: "d", for: .edDSA).keyID == "d")
        for algorithm in [Algorithm.rs256, .rs384, .ps256] {
            #expect(try set.key(withID: "e", for: algorithm).keyID == "e")
        }
        for (keyID, algorithm) in [
            ("a", Algorithm.rs256), ("a", .es384), ("b", .rs256), ("b", .es256), ("c", .es256), ("", .es256),
            ("a", .edDSA), ("d", .es256), ("b", .ps256), ("e", .edDSA),
        ] {
            #expect(throws: JOSEError.keyMismatch("0 keys match")) { try set.key(withID: keyID, for: algorithm) }
        }
        let twice = JWKSet(keys: try [JWK(key(elliptic, ("kid", "a"))), JWK(key(elliptic, ("kid", "a")))])
        #expect(throws: JOSEError.keyMismatch("2 keys match")) { try twice.key(withID: "a", for: .es256) }
    }

    @Test(arguments: ["a' OR '1'='1", "../../a", "a\u{0}", "%61", "A", "a "])
    func `TK-07 a kid is text, compared with the client's own keys`(keyID: String) throws {
        let set = try JWKSet(["keys": [key(elliptic, ("kid", "a"))]], requireKeyIDs: true)
        #expect(throws: JOSEError.keyMismatch("0 keys match")) { try set.key(withID: keyID, for: .es256) }
    }

    @Test func `is written as it was read`() throws {
        let set = try JWKSet(["keys": [key(elliptic, ("kid", "a")), key(rsa, ("kid", "b"))]], requireKeyIDs: true)
        #expect(try JWKSet(JSON(parsing: set.json.serialized()), requireKeyIDs: true) == set)
    }
}
