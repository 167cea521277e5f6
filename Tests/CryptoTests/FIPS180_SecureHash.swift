import Crypto
import Testing

@Suite struct `FIPS 180-4 SHA-2` {
    struct Vector: Sendable, CustomTestStringConvertible {
        let message: String
        let sha256: String
        let sha384: String
        let sha512: String
        var testDescription: String { "\(message.utf8.count) octets" }
    }

    private static let vectors = [
        Vector(
            message: "", sha256: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            sha384: """
                38b060a751ac96384cd9327eb1b1e36a21fdb71114be07434c0cc7bf63f6e1da274edebfe76f65fbd51ad2f14898b95b
                """,
            sha512: """
                cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce
                47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e
                """),
        Vector(
            message: "abc", sha256: "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
            sha384: """
                cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7
                """,
            sha512: """
                ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a
                2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f
                """),
        Vector(
            message: "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            sha256: "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
            sha384: """
                3391fdddfc8dc7393707a65b1b4709397cf8b1d162af05abfe8f450de5f36bc6b0455a8520bc4e6f5fe95b1fe3c8452b
                """,
            sha512: """
                204a8fc6dda82f0a0ced7beb8e08a41657c16ef468b228a8279be331a703c335
                96fd15c13b1b07f9aa1d3bea57789ca031ad85c7a71dd70354ec631238ca3445
                """),
        Vector(
            message: String(repeating: "a", count: 1_000_000),
            sha256: "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0",
            sha384: """
                9d0e1809716474cb086e834e310a4a1ced149e9c00f248527972cec5704c2a5b07b8b3dc38ecc4ebae97ddd87f3d8985
                """,
            sha512: """
                e718483d0ce769644e2e42c7bc15b4638e1f98b13b2044285632a803afa973eb
                de0ff244877ea60a4cb0432ce577c31beb009c5c2c49aa2e4eadb217ad8cc09b
                """),
    ]

    @Test(arguments: vectors)
    func `published digests`(vector: Vector) {
        let message = Array(vector.message.utf8)
        #expect(Digest.sha256(message) == hex(vector.sha256))
        #expect(Digest.sha384(message) == hex(vector.sha384))
        #expect(Digest.sha512(message) == hex(vector.sha512))
    }

    @Test func `a part of a buffer is hashed where it lies`() {
        let buffer = Array("xxabcxx".utf8)
        #expect(Digest.sha256(buffer.span.extracting(2..<5)) == Digest.sha256(Array("abc".utf8)))
        #expect(Digest.sha384(buffer.span.extracting(2..<5)) == Digest.sha384(Array("abc".utf8)))
        #expect(Digest.sha512(buffer.span.extracting(2..<2)) == Digest.sha512([]))
    }
}
