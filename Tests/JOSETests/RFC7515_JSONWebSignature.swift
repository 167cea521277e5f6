import Crypto
import Encoding
import JOSE
import Testing

@Suite struct `RFC 7515 JSON Web Signature` {
    @Test func `the vectors are there`() {
        #expect(Vectors.publishedSignatures.count == 9)
        #expect(Vectors.crossCheckSignatures.count == 170)
        #expect(Vectors.keys.count == 9)
        #expect(Vectors.refusedKeys.count == 86)
        #expect(Vectors.signing.count == 2)
    }

    @Test(arguments: Vectors.publishedSignatures)
    func `published examples come out as published`(example: SignatureCase) throws {
        let key = try JWK(example.key).verificationKey()
        let jws = try JWS(compact: Array(example.jws.utf8))
        let result = outcome { () throws(JOSEError) in try jws.verify(with: key, allowing: example.allowed) }
        #expect(result == example.expectation)
    }

    /// Made with another implementation: valid signatures, and those that a lax verifier takes (TK-09, TK-10).
    @Test(arguments: Vectors.crossCheckSignatures)
    func `signatures of another implementation come out as it says`(example: SignatureCase) throws {
        let key = try JWK(example.key).verificationKey()
        let jws = try JWS(compact: Array(example.jws.utf8))
        let result = outcome { () throws(JOSEError) in try jws.verify(with: key, allowing: example.allowed) }
        #expect(result == example.expectation)
    }

    @Test(arguments: Vectors.signing)
    func `signing gives the published signature`(example: SigningCase) throws {
        let key = try SigningKey(pem: Array(example.pem.utf8))
        let algorithm = try #require(Algorithm(rawValue: example.algorithm))
        let signature = try key.sign(Array(example.input.utf8), with: algorithm.signature)
        #expect(Base64URL.encode(signature) == example.signature)
    }

    @Test func `§A.3 payload and header are read`() throws {
        let example = try #require(Vectors.publishedSignatures.first { $0.name.hasPrefix("RFC 7515 A.3") })
        let jws = try JWS(compact: Array(example.jws.utf8))
        #expect(jws.algorithmName == "ES256")
        #expect(jws.keyID == nil)
        #expect(jws.type == nil)
        let text = "{\"iss\":\"joe\",\r\n \"exp\":1300819380,\r\n \"http://example.com/is_root\":true}"
        #expect(jws.payload == Array(text.utf8))
    }

    @Test func `every single bit flipped in a compact JWS is noticed`() throws {
        let example = try #require(Vectors.publishedSignatures.first { $0.name.hasPrefix("RFC 7515 A.3") })
        let key = try JWK(example.key).verificationKey()
        let original = Array(example.jws.utf8)
        for index in original.indices {
            for bit in 0..<8 {
                var flipped = original
                flipped[index] ^= 1 << UInt8(bit)
                let result = outcome { () throws(JOSEError) in
                    try JWS(compact: flipped).verify(with: key, allowing: Algorithm.allCases)
                }
                #expect(result != "valid", "octet \(index), bit \(bit)")
            }
        }
    }
}
