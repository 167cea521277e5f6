import Encoding
import Testing

@Suite struct `RFC 4648 §10 Test Vectors` {
    static let vectors = [
        ("", "", ""), ("f", "Zg==", "Zg"), ("fo", "Zm8=", "Zm8"), ("foo", "Zm9v", "Zm9v"),
        ("foob", "Zm9vYg==", "Zm9vYg"), ("fooba", "Zm9vYmE=", "Zm9vYmE"), ("foobar", "Zm9vYmFy", "Zm9vYmFy"),
    ]

    @Test(arguments: vectors)
    func `base64 writes and reads the vector`(plain: String, padded: String, unpadded: String) {
        #expect(Base64.encode(Array(plain.utf8)) == padded)
        #expect(Base64.decode(padded) == Array(plain.utf8))
    }

    @Test(arguments: vectors)
    func `base64url writes and reads the vector without padding`(plain: String, padded: String, unpadded: String) {
        #expect(Base64URL.encode(Array(plain.utf8)) == unpadded)
        #expect(Base64URL.decode(unpadded) == Array(plain.utf8))
    }

    @Test func `RFC 7515 Appendix C: the sample bytes are written with - and _`() {
        #expect(Base64URL.encode([3, 236, 255, 224, 193]) == "A-z_4ME")
        #expect(Base64URL.decode("A-z_4ME") == [3, 236, 255, 224, 193])
        #expect(Base64.encode([3, 236, 255, 224, 193]) == "A+z/4ME=")
    }
}

@Suite struct `RFC 4648 §3 Strict Decoding` {
    @Test(arguments: [
        "A", "AAAAA", "Zg=", "Zg==", "Zm8=", "=", "====", "Zm9v\n", " Zm9v", "Zm 9v", "Zm9v\r\n", "A+z/4ME",
        "A-z_4M\u{0}",
        "Zm9é", "Zm9v.", "Zm9v%3D",
    ])
    func `base64url refuses padding, white space, the other alphabet and impossible lengths`(text: String) {
        #expect(Base64URL.decode(text) == nil)
    }

    @Test(arguments: [
        "A", "Zg", "Zg=", "Zm8", "Zg===", "=", "==", "====", "A===", "Zg==Zg==", "Z=g=", "Zm9v=", "Zm9v====", "Zm9v\n",
        "Zm9 ", "A-z_4ME=", "=Zg=", "Zm8=\n", "Zm9é",
    ])
    func `base64 refuses missing or misplaced padding, white space and the other alphabet`(text: String) {
        #expect(Base64.decode(text) == nil)
    }

    @Test(arguments: ["Zh", "Zi", "Zk", "Zo", "Zv", "Zm9", "Zm-", "Zm_", "AB", "AAB"])
    func `§3.5: unused bits that are not zero are refused`(text: String) {
        #expect(Base64URL.decode(text) == nil)
        #expect(Base64.decode(text.replacing("-", with: "+") + (text.utf8.count == 2 ? "==" : "=")) == nil)
    }

    @Test func `TK-11: of the 4096 spellings of two symbols, 256 are accepted, one for each byte`() {
        let symbols = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
        var decoded: Set<[UInt8]> = []
        var accepted = 0
        for first in symbols {
            for second in symbols {
                guard let bytes = Base64URL.decode([first, second]) else { continue }
                #expect(Base64URL.encodeBytes(bytes) == [first, second])
                decoded.insert(bytes)
                accepted += 1
            }
        }
        #expect(accepted == 256)
        #expect(decoded.count == 256)
    }

    @Test(arguments: 0...255)
    func `a byte is a symbol only if the alphabet lists it`(byte: UInt8) {
        let symbols = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
        #expect((Base64URL.decode([65, byte, 65, 65]) != nil) == symbols.utf8.contains(byte))
    }

    @Test func `every length comes back as it was, from text, bytes and span`() {
        var random = SeededGenerator(seed: 4648)
        for count in 0...260 {
            let bytes = random.bytes(count)
            let text = Base64URL.encode(bytes)
            #expect(Base64URL.decode(text) == bytes)
            #expect(Base64URL.decode(Array(text.utf8)) == bytes)
            #expect(Base64URL.decode(Array(text.utf8).span) == bytes)
            #expect(Base64.decode(Base64.encode(bytes)) == bytes)
        }
    }

    @Test func `20,000 mutated texts are refused or are the only spelling of what they decode to`() {
        var random = SeededGenerator(seed: 11)
        let alphabet = Array("AZaz09-_+/= \n".utf8)
        for _ in 0..<10_000 {
            let bytes = random.bytes(Int.random(in: 0...40, using: &random))
            let text = random.mutate(Base64URL.encodeBytes(bytes), from: alphabet)
            if let decoded = Base64URL.decode(text) { #expect(Base64URL.encodeBytes(decoded) == text) }
            let padded = random.mutate(Array(Base64.encode(bytes).utf8), from: alphabet)
            if let decoded = Base64.decode(padded) { #expect(Array(Base64.encode(decoded).utf8) == padded) }
        }
    }
}
