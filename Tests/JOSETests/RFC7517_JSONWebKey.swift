import Crypto
import Encoding
import JOSE
import Testing

@Suite struct `RFC 7517 JSON Web Key` {
    @Test(arguments: Vectors.keys)
    func `a key keeps its public members and loses the rest`(example: KeyCase) throws {
        let key = try JWK(example.key)
        let known = ["kty", "crv", "x", "y", "n", "e", "kid", "use", "alg", "key_ops"]
        let expected = try #require(example.key.objectValue).members.filter { known.contains($0.name) }
        let written = try #require(key.json.objectValue)
        #expect(written.count == expected.count)
        for member in expected { #expect(written[member.name] == member.value) }
        #expect(try JWK(key.json) == key)
    }

    @Test(arguments: Vectors.keys)
    func `RFC 7638 the thumbprint is over the required members alone`(example: KeyCase) throws {
        #expect(try JWK(example.key).thumbprint == example.thumbprint)
    }

    /// TK-10, TK-21, CAS-10: private members, weak numbers, points off the curve, texts that are not base64url.
    @Test(arguments: Vectors.refusedKeys)
    func `what is no sound public key is refused`(example: KeyCase) {
        #expect(outcome { () throws(JOSEError) in _ = try JWK(example.key) } == example.expectation)
    }

    @Test(arguments: [.null, [], "key", 1, true] as [JSON])
    func `a key is an object`(json: JSON) {
        #expect(throws: JOSEError.malformed("a JWK must be a JSON object")) { try JWK(json) }
    }

    @Test(arguments: [KeyKind.rsa(bits: 2048), .p256, .p384, .ed25519])
    func `OIDC-6 a published key imports again, bare and for signatures`(kind: KeyKind) throws {
        let key = try SigningKey.generate(kind)
        let algorithm = try #require(Algorithm.allCases.first { $0.fits(key.publicKey.parameters) })
        let published = JWK(keyID: "k-1", algorithm: algorithm, parameters: key.publicKey.parameters)
        let members = try #require(published.json.objectValue)
        let names =
            switch kind {
            case .rsa: ["e", "kty", "n"]
            case .p256, .p384: ["crv", "kty", "x", "y"]
            case .ed25519: ["crv", "kty", "x"]
            }
        #expect(members.names == names + ["kid", "use", "alg"])
        #expect(members["use"] == "sig")
        #expect(try JWK(JSON(parsing: published.json.serialized())) == published)
        let signature = try key.sign([1, 2], with: algorithm.signature)
        let read = try JWK(published.json).verificationKey()
        #expect(read.isValid(signature: signature, of: [1, 2], with: algorithm.signature))
    }

    @Test(arguments: [
        (#""use":"enc""#, false), (#""use":"sig""#, true), (#""use":"SIG""#, false), (#""key_ops":["sign"]"#, false),
        (#""key_ops":[]"#, false), (#""key_ops":["sign","verify"]"#, true),
        (#""use":"sig","key_ops":["encrypt"]"#, false),
    ])
    func `TK-21 use and key_ops are honoured`(members: String, isForVerifying: Bool) throws {
        let example = try #require(Vectors.keys.first { $0.name == "RFC 7515 A.3" })
        let text = String(example.key.text.dropLast()) + ",\(members)}"
        let key = try JWK(JSON(parsing: Array(text.utf8)))
        #expect(((try? key.verificationKey()) != nil) == isForVerifying)
    }

    @Test func `the octets of a key of our own are checked when it is used`() {
        let key = JWK(keyID: nil, algorithm: nil, parameters: .ec(curve: .p256, x: [1], y: [2]))
        #expect(throws: JOSEError.crypto(.invalidKey("x and y must have 32 octets"))) { try key.verificationKey() }
    }
}
