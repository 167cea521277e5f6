import Testing

@testable import Crypto

@Suite struct `SP 800-38D AES-256-GCM` {
    struct Vector: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let key: String
        let nonce: String
        var plain = ""
        var aad = ""
        var sealed = ""
        let tag: String
    }

    private static let key = String(repeating: "feffe9928665731c6d6a8f9467308308", count: 2)
    private static let plain = """
        d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72
        1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39
        """
    private static let sealed = """
        522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa
        8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662
        """

    /// McGrew and Viega, The Galois/Counter Mode of Operation, appendix B.
    @Test(arguments: [
        Vector(
            testDescription: "test case 13", key: String(repeating: "00", count: 32),
            nonce: String(repeating: "00", count: 12),
            tag: "530f8afbc74536b9a963b4f1c4cb738b"),
        Vector(
            testDescription: "test case 14", key: String(repeating: "00", count: 32),
            nonce: String(repeating: "00", count: 12),
            plain: String(repeating: "00", count: 16), sealed: "cea7403d4d606b6e074ec5d3baf39d18",
            tag: "d0d1c8a799996bf0265b98b5d48ab919"),
        Vector(
            testDescription: "test case 15", key: key, nonce: "cafebabefacedbaddecaf888", plain: plain + "1aafd255",
            sealed: sealed + "898015ad", tag: "b094dac5d93471bdec1a502270e3cc6c"),
        Vector(
            testDescription: "test case 16", key: key, nonce: "cafebabefacedbaddecaf888", plain: plain,
            aad: "feedfacedeadbeeffeedfacedeadbeefabaddad2", sealed: sealed, tag: "76fc6ece0f4e1768cddf8853bb2d551b"),
    ])
    func `published boxes`(vector: Vector) throws {
        let (key, aad, nonce) = (hex(vector.key), hex(vector.aad), hex(vector.nonce))
        let box = try AES256GCM.seal(hex(vector.plain), key: key, aad: aad, nonce: nonce)
        #expect(box == nonce + hex(vector.sealed) + hex(vector.tag))
        #expect(try AES256GCM.open(box, key: key, aad: aad) == hex(vector.plain))
    }

    @Test func `every single bit flipped in a box, its key or its associated data is noticed`() throws {
        let random = RandomBytes()
        let (key, aad) = (try random(32), Array("aad".utf8))
        let box = try AES256GCM.seal(Array("a secret".utf8), key: key, aad: aad, random: random)
        for bit in 0..<box.count * 8 {
            #expect(throws: CryptoError.invalidSignature) { try AES256GCM.open(flip(bit, of: box), key: key, aad: aad) }
        }
        for bit in 0..<key.count * 8 {
            #expect(throws: CryptoError.invalidSignature) { try AES256GCM.open(box, key: flip(bit, of: key), aad: aad) }
        }
        for bit in 0..<aad.count * 8 {
            #expect(throws: CryptoError.invalidSignature) { try AES256GCM.open(box, key: key, aad: flip(bit, of: aad)) }
        }
        #expect(throws: CryptoError.invalidSignature) { try AES256GCM.open(box, key: key, aad: []) }
        #expect(throws: CryptoError.invalidSignature) { try AES256GCM.open(box, key: key, aad: aad + [0]) }
    }

    @Test(arguments: [0, 1, 12, 27])
    func `what is too short for a box is refused`(count: Int) {
        #expect(throws: CryptoError.invalidSignature) {
            try AES256GCM.open([UInt8](repeating: 0, count: count), key: [UInt8](repeating: 0, count: 32), aad: [])
        }
    }

    @Test(arguments: [0, 16, 24, 31, 33])
    func `a key has 32 octets`(count: Int) throws {
        let key = [UInt8](repeating: 1, count: count)
        let refusal = CryptoError.invalidKey("AES-256-GCM takes 32 octets and a nonce of 12")
        #expect(throws: refusal) { try AES256GCM.seal([1], key: key, aad: [], random: RandomBytes()) }
        #expect(throws: refusal) { try AES256GCM.open([UInt8](repeating: 0, count: 40), key: key, aad: []) }
    }

    @Test func `the same text is sealed under a new nonce each time`() throws {
        let key = try RandomBytes()(32)
        let boxes = try (0..<100).map { _ in try AES256GCM.seal([1, 2, 3], key: key, aad: [], random: RandomBytes()) }
        #expect(Set(boxes.map { $0.prefix(12) }).count == 100)
    }
}

/// The octets with one bit the other way round.
func flip(_ bit: Int, of bytes: [UInt8]) -> [UInt8] {
    var flipped = bytes
    flipped[bit / 8] ^= 1 << UInt8(bit % 8)
    return flipped
}
