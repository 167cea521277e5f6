import Testing

@testable import Crypto

/// Whose signatures an event loop may check itself: a client chooses its keys, and must not be able to hold one up.
@Suite struct `TK-09 keys whose signatures are checked at once` {
    private func rsa(bits: Int, exponent: [UInt8]) throws -> VerificationKey {
        var modulus = [UInt8](repeating: 0xFF, count: bits / 8)
        modulus[0] = 0x80
        return try VerificationKey(.rsa(modulus: modulus, exponent: exponent))
    }

    @Test func `RSA of up to 4096 bits with a short exponent`() throws {
        #expect(try rsa(bits: 2048, exponent: [1, 0, 1]).isQuick)
        #expect(try rsa(bits: 4096, exponent: [3]).isQuick)
        #expect(try !rsa(bits: 8192, exponent: [1, 0, 1]).isQuick)
        #expect(try !rsa(bits: 2048, exponent: [1, 0, 0, 0, 0, 0, 0, 1]).isQuick)
    }

    @Test(arguments: [KeyKind.p256, .p384, .ed25519])
    func `no curve`(kind: KeyKind) throws {
        #expect(try !SigningKey.generate(kind).publicKey.isQuick)
    }
}
