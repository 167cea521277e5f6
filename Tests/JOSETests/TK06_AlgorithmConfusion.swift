import Crypto
import Encoding
import JOSE
import Testing

@Suite struct `TK-06 algorithm confusion` {
    private static let keys = TestKeys.first

    private func jws(_ algorithm: String) throws -> JWS {
        try JWS(compact: JWS.text(header: "{\"alg\":\"\(algorithm)\"}", signature: [UInt8](repeating: 7, count: 64)))
    }

    @Test(arguments: [
        "none", "None", "NONE", "", "HS256", "HS384", "HS512", "RS512", "PS384", "PS512", "ES512", "ES256K", "Ed25519",
        "Ed448", "EDDSA",
    ])
    func `an algorithm that does not exist here is refused with every key`(name: String) throws {
        for key in Self.keys.values {
            let result = outcome { () throws(JOSEError) in
                try JWS(compact: JWS.text(header: "{\"alg\":\"\(name)\"}"))
                    .verify(with: key.publicKey, allowing: Algorithm.allCases)
            }
            #expect(result == "notAllowed")
        }
    }

    @Test(arguments: ["rs256", "RS256 ", " RS256", "RS256\\u0000", "RS25６"])
    func `names of algorithms are compared octet for octet`(name: String) throws {
        let key = try #require(Self.keys[.rs256])
        #expect(
            outcome { () throws(JOSEError) in
                try JWS(compact: JWS.text(header: "{\"alg\":\"\(name)\"}")).verify(
                    with: key.publicKey, allowing: [.rs256])
            } == "notAllowed")
    }

    @Test(arguments: Algorithm.allCases, Algorithm.allCases)
    func `an algorithm that is not in the list is refused`(used: Algorithm, allowed: Algorithm) throws {
        guard used != allowed else { return }
        for key in Self.keys.values {
            let jws = try jws(used.rawValue)
            #expect(throws: JOSEError.notAllowed("the alg of this JWS")) {
                try jws.verify(with: key.publicKey, allowing: [allowed])
            }
        }
    }

    @Test(arguments: Algorithm.allCases)
    func `nothing is allowed by an empty list`(algorithm: Algorithm) throws {
        let key = try #require(Self.keys[TestKeys.holder(of: algorithm)])
        let signer = try JWSSigner(key: key, algorithm: algorithm, keyID: "k")
        let jws = try JWS(compact: Array(signer.sign([1], type: "JWT").utf8))
        #expect(throws: JOSEError.notAllowed("the alg of this JWS")) {
            try jws.verify(with: key.publicKey, allowing: [])
        }
        try jws.verify(with: key.publicKey, allowing: [algorithm])
    }

    @Test(arguments: Algorithm.allCases)
    func `an allowed algorithm must be one for the key`(algorithm: Algorithm) throws {
        let jws = try jws(algorithm.rawValue)
        for (own, key) in Self.keys {
            let fits = own == TestKeys.holder(of: algorithm)
            let result = outcome { () throws(JOSEError) in
                try jws.verify(with: key.publicKey, allowing: Algorithm.allCases)
            }
            #expect(result == (fits ? "badSignature" : "keyMismatch"))
            #expect(algorithm.fits(key.publicKey.parameters) == fits)
        }
    }

    /// One RSA key serves three algorithms: hash and padding must be those of the one that is named.
    @Test(arguments: Algorithm.allCases, Algorithm.allCases)
    func `a signature of one algorithm does not pass for another's under the same key`(
        made: Algorithm, checked: Algorithm
    ) throws {
        let (key, _) = try TestKeys.pair(for: made)
        let input = Array("x".utf8)
        let signature = try key.sign(input, with: made.signature)
        let isValid = key.publicKey.isValid(signature: signature, of: input, with: checked.signature)
        #expect(isValid == (made == checked))
    }

    /// CVE-2016-10555: the public key's own octets as the secret of an HMAC.
    @Test func `an HMAC made with the public key is refused`() throws {
        let key = try #require(Self.keys[.rs256])
        let secret = JWK(keyID: nil, algorithm: nil, parameters: key.publicKey.parameters).json.serialized()
        let header = Base64URL.encode(Array(#"{"alg":"HS256"}"#.utf8))
        let input = header + "." + Base64URL.encode([1])
        let code = HMAC.sha256(key: secret, message: Array(input.utf8))
        let jws = try JWS(compact: Array("\(input).\(Base64URL.encode(code))".utf8))
        #expect(throws: JOSEError.notAllowed("the alg of this JWS")) {
            try jws.verify(with: key.publicKey, allowing: Algorithm.allCases)
        }
    }

    /// CVE-2018-0114: a key in the header, and a good signature under it.
    @Test func `a jwk in the header is text and nothing else`() throws {
        let registered = try #require(Self.keys[.es256])
        let own = try SigningKey.generate(.p256)
        let jwk = JWK(keyID: "k", algorithm: .es256, parameters: own.publicKey.parameters).json
        let header: JSON = [
            "alg": "ES256", "kid": "k", "jwk": jwk, "jku": "https://evil.example/keys", "x5u": "https://evil.example/c",
            "x5c": ["MIIB"],
        ]
        let input = Base64URL.encode(header.serialized()) + "." + Base64URL.encode([1])
        let signature = try own.sign(Array(input.utf8), with: .ecdsaP256SHA256)
        let jws = try JWS(compact: Array("\(input).\(Base64URL.encode(signature))".utf8))
        #expect(jws.header["jku"] == "https://evil.example/keys")
        #expect(throws: JOSEError.badSignature) { try jws.verify(with: registered.publicKey, allowing: [.es256]) }
        try jws.verify(with: own.publicKey, allowing: [.es256])
    }
}
