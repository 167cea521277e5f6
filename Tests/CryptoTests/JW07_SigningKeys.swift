import Crypto
import Encoding
import Testing

@Suite struct `JW-07 signing keys` {
    private let probe = Array("probe".utf8)

    @Test(arguments: [KeyKind.rsa(bits: 2048), .p256, .p384, .ed25519])
    func `a new key signs, and survives its file`(kind: KeyKind) throws {
        let key = try SigningKey.generate(kind)
        #expect(key.kind == kind)
        let pem = try key.pem()
        #expect(String(decoding: pem, as: UTF8.self).hasPrefix("-----BEGIN PRIVATE KEY-----\n"))
        let read = try SigningKey(pem: pem)
        #expect(read.publicKey.parameters == key.publicKey.parameters)
        for algorithm in SignatureAlgorithm.allCases where algorithm.fits(kind) {
            let signature = try read.sign(probe, with: algorithm)
            #expect(key.publicKey.isValid(signature: signature, of: probe, with: algorithm))
        }
    }

    @Test(arguments: [0, 512, 1024, 2047, 8193, 1 << 30])
    func `RSA keys have 2048 to 8192 bits`(bits: Int) {
        #expect(throws: CryptoError.unsupported("RSA of \(bits) bits")) { try SigningKey.generate(.rsa(bits: bits)) }
    }

    @Test func `a passphrase encrypts the file, and only it opens it`() throws {
        let key = try SigningKey.generate(.p256)
        let passphrase = Array("a long passphrase, ünïcode".utf8)
        let pem = try key.pem(passphrase: passphrase)
        #expect(String(decoding: pem, as: UTF8.self).hasPrefix("-----BEGIN ENCRYPTED PRIVATE KEY-----\n"))
        #expect(try SigningKey(pem: pem, passphrase: passphrase).publicKey.parameters == key.publicKey.parameters)
        for wrong in [nil, [], Array("a long passphrase".utf8), passphrase + [1]] as [[UInt8]?] {
            #expect(throws: CryptoError.self) { try SigningKey(pem: pem, passphrase: wrong) }
        }
        #expect(throws: CryptoError.unsupported("an empty passphrase")) { try key.pem(passphrase: []) }
    }

    @Test func `the files of the openssl command are read`() throws {
        let key = try SigningKey(pem: Array(PEMFiles.p256.utf8))
        let passphrase = Array("correct horse".utf8)
        let others = try [
            SigningKey(pem: Array(PEMFiles.p256SEC1.utf8)),
            SigningKey(pem: Array(PEMFiles.p256Encrypted.utf8), passphrase: passphrase),
            SigningKey(pem: Array(PEMFiles.p256.utf8), passphrase: passphrase),
        ]
        for other in others { #expect(other.publicKey.parameters == key.publicKey.parameters) }
        #expect(try VerificationKey(pem: Array(PEMFiles.p256Public.utf8)).parameters == key.publicKey.parameters)
        #expect(
            try VerificationKey(pem: Array(PEMFiles.ed25519Public.utf8)).parameters
                == SigningKey(pem: Array(PEMFiles.ed25519.utf8)).publicKey.parameters)
        #expect(throws: CryptoError.self) { try VerificationKey(pem: Array(PEMFiles.p256.utf8)) }
        #expect(throws: CryptoError.self) { try SigningKey(pem: Array(PEMFiles.p256Public.utf8)) }
    }

    @Test(arguments: [PEMFiles.rsa1024, PEMFiles.p521, PEMFiles.secp256k1, PEMFiles.ed448, PEMFiles.rsaPSS])
    func `weak keys and keys of other kinds are refused`(pem: String) {
        #expect(throws: CryptoError.self) { try SigningKey(pem: Array(pem.utf8)) }
    }

    @Test func `a file cut short anywhere is refused`() throws {
        let pem = Array(PEMFiles.p256.utf8)
        #expect(throws: CryptoError.self) { try SigningKey(pem: []) }
        // All but the last line feed is needed.
        for length in stride(from: 1, to: pem.count - 1, by: 3) {
            #expect(throws: CryptoError.self, "\(length) octets") { try SigningKey(pem: Array(pem.prefix(length))) }
        }
    }

    @Test func `a private half that is not the public one's is refused`() throws {
        let lines = PEMFiles.p256.split(separator: "\n")
        let der = try #require(Base64.decode(lines.dropFirst().dropLast().joined()))
        // PrivateKeyInfo of RFC 5915: the scalar lies at 36, the point at the end.
        for bit in [36 * 8 + 7, 50 * 8, 67 * 8] {
            let text = "-----BEGIN PRIVATE KEY-----\n\(Base64.encode(flip(bit, of: der)))\n-----END PRIVATE KEY-----\n"
            #expect(throws: CryptoError.invalidKey("the private and the public half do not belong together")) {
                try SigningKey(pem: Array(text.utf8))
            }
        }
    }

    @Test func `an algorithm that does not fit the key is refused`() throws {
        let key = try SigningKey.generate(.p256)
        for algorithm in SignatureAlgorithm.allCases where algorithm != .ecdsaP256SHA256 {
            #expect(throws: CryptoError.self) { try key.sign(probe, with: algorithm) }
        }
    }

    @Test(arguments: [(KeyKind.p256, SignatureAlgorithm.ecdsaP256SHA256), (.ed25519, .ed25519)])
    func `many threads sign and verify with one key at once`(kind: KeyKind, algorithm: SignatureAlgorithm) async throws
    {
        let key = try SigningKey.generate(kind)
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for task in 0..<8 {
                group.addTask {
                    for round in 0..<50 {
                        let message = Array("\(task) \(round)".utf8)
                        let signature = try key.sign(message, with: algorithm)
                        guard key.publicKey.isValid(signature: signature, of: message, with: algorithm) else {
                            return false
                        }
                    }
                    return true
                }
            }
            for try await allValid in group { #expect(allValid) }
        }
    }
}
