import Testing

@testable import Crypto

@Suite struct `ST-12 randomness` {
    @Test(arguments: [0, 1, 16, 32, 4096])
    func `as many octets as asked for`(count: Int) throws {
        #expect(try RandomBytes()(count).count == count)
    }

    @Test(arguments: [-1, Int.min, Int.max, Int(Int32.max) + 1])
    func `a count that cannot be fails`(count: Int) {
        #expect(throws: CryptoError.randomFailed) { try RandomBytes()(count) }
    }

    @Test func `no value comes twice`() throws {
        let random = RandomBytes()
        var seen: Set<[UInt8]> = []
        for _ in 0..<100_000 { seen.insert(try random(16)) }
        #expect(seen.count == 100_000)
    }
}

@Suite struct `Constant-time comparison` {
    @Test func `is equality`() {
        let value = Array("0123456789abcdef".utf8)
        #expect(ConstantTime.equal(value, value))
        #expect(ConstantTime.equal([], []))
        #expect(!ConstantTime.equal(value, []))
        #expect(!ConstantTime.equal([], value))
        #expect(!ConstantTime.equal(value, value + [0]))
        for bit in 0..<value.count * 8 { #expect(!ConstantTime.equal(value, flip(bit, of: value))) }
    }
}

@Suite struct `OpenSSL's error queue` {
    @Test func `is emptied when an error is made, and names the reason`() {
        let damaged = Array("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n".utf8)
        let error = #expect(throws: CryptoError.self) { try SigningKey(pem: damaged) }
        guard case .library(let text)? = error else {
            Issue.record("another error: \(String(describing: error))")
            return
        }
        #expect(text.hasPrefix("PEM_read_bio_PrivateKey: error:"))
        #expect(CryptoError.fromQueue("queue") == .library("queue"))
    }

    @Test func `is left empty by failures that are answers`() throws {
        let key = try SigningKey.generate(.rsa(bits: 2048)).publicKey
        #expect(!key.isValid(signature: [UInt8](repeating: 1, count: 256), of: [1], with: .rsaPKCS1SHA256))
        #expect(CryptoError.fromQueue("queue") == .library("queue"))
        #expect(throws: CryptoError.self) {
            try VerificationKey(
                .ec(curve: .p256, x: [UInt8](repeating: 1, count: 32), y: [UInt8](repeating: 1, count: 32)))
        }
        #expect(CryptoError.fromQueue("queue") == .library("queue"))
        #expect(throws: CryptoError.invalidSignature) {
            try AES256GCM.open([UInt8](repeating: 1, count: 40), key: [UInt8](repeating: 1, count: 32), aad: [])
        }
        #expect(CryptoError.fromQueue("queue") == .library("queue"))
    }
}
