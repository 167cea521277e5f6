import Crypto
import Encoding
import JOSE
import Testing

@Suite struct `JWSSigner signs` {
    @Test(arguments: Algorithm.allCases, ["JWT", "at+jwt", "dpop+jwt", "x\"\\\u{1}é"])
    func `what JWS verifies, with alg, kid and typ in the header`(algorithm: Algorithm, type: String) throws {
        let (key, other) = try TestKeys.pair(for: algorithm)
        let signer = try JWSSigner(key: key, algorithm: algorithm, keyID: "k-\"1")
        let payload = Array(#"{"sub":"u"}"#.utf8)
        let jws = try JWS(compact: Array(signer.sign(payload, type: type).utf8))
        #expect(jws.header.names == ["alg", "kid", "typ"])
        #expect(jws.algorithmName == algorithm.rawValue)
        #expect(jws.keyID == "k-\"1")
        #expect(jws.type == type)
        #expect(jws.payload == payload)
        try jws.verify(with: key.publicKey, allowing: [algorithm])
        #expect(throws: JOSEError.badSignature) { try jws.verify(with: other.publicKey, allowing: [algorithm]) }
    }

    @Test func `only with an algorithm for its key`() throws {
        let key = try SigningKey.generate(.p256)
        for algorithm in Algorithm.allCases.filter({ $0 != .es256 }) {
            #expect(throws: JOSEError.keyMismatch("alg \(algorithm.rawValue) with such a key")) {
                try JWSSigner(key: key, algorithm: algorithm, keyID: "k")
            }
        }
    }
}
