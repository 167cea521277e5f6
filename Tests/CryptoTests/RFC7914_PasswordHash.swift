import Testing

@testable import Crypto

@Suite struct `RFC 7914 scrypt` {
    struct Vector: Sendable, CustomTestStringConvertible {
        let password: String
        let salt: String
        let cost: [Int]
        let key: String
        var testDescription: String { "\(password), \(salt), \(cost)" }
    }

    @Test(arguments: [
        Vector(
            password: "", salt: "", cost: [4, 1, 1],
            key: """
                77d6576238657b203b19ca42c18a0497f16b4844e3074ae8dfdffa3fede21442
                fcd0069ded0948f8326a753a0fc81f17e8d3e0fb2e0d3628cf35e20c38d18906
                """),
        Vector(
            password: "password", salt: "NaCl", cost: [10, 8, 16],
            key: """
                fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b373162
                2eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d8360cbdfa2cc0640
                """),
        Vector(
            password: "pleaseletmein", salt: "SodiumChloride", cost: [14, 8, 1],
            key: """
                7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2
                d5432955613f0fcf62d49705242a9af9e61e85dc0d651e40dfcf017b45575887
                """),
    ])
    func `§12 published keys`(vector: Vector) throws {
        let scrypt = try #require(
            Scrypt(logN: vector.cost[0], blockSize: vector.cost[1], parallelization: vector.cost[2]))
        let key = try scrypt.key(Array(vector.password.utf8), salt: Array(vector.salt.utf8), count: 64)
        #expect(key == hex(vector.key))
    }

    @Test(arguments: [
        [0, 8, 1], [21, 8, 1], [-1, 8, 1], [64, 8, 1], [10, 0, 1], [10, 33, 1], [10, 8, 0], [10, 8, 17], [20, 8, 1],
    ])
    func `costs that cannot be, or that nobody should pay, are refused`(cost: [Int]) {
        #expect(Scrypt(logN: cost[0], blockSize: cost[1], parallelization: cost[2]) == nil)
    }
}

@Suite struct `Password hashes` {
    private let password = Array("correct horse".utf8)

    private func cheap() throws -> PasswordHash.Cost { try #require(PasswordHash.Cost(logN: 4)) }

    @Test func `a hash of another implementation verifies`() throws {
        let phc = "$scrypt$ln=10,r=8,p=1$AAECAwQFBgcICQoLDA0ODw$nfkj3u1fRTHCea+fVr03sWV770kp5wLOLoEakziKhqE"
        #expect(try PasswordHash.verify(password, against: phc))
        #expect(try !PasswordHash.verify(password + [0], against: phc))
        #expect(try !PasswordHash.verify([], against: phc))
    }

    @Test func `the recommended cost is OWASP's and its hash verifies`() throws {
        let phc = try PasswordHash.make(password, random: RandomBytes())
        #expect(phc.hasPrefix("$scrypt$ln=15,r=8,p=3$"))
        #expect(!PasswordHash.needsUpgrade(phc))
        #expect(try PasswordHash.verify(password, against: phc))
        #expect(try !PasswordHash.verify(Array("correct hors".utf8), against: phc))
    }

    @Test(arguments: [[0], [0x61, 0], [0x61, 0, 0x62]] as [[UInt8]])
    func `a password with a NUL is none`(password: [UInt8]) throws {
        #expect(throws: CryptoError.unsupported("a password with a NUL in it")) {
            try PasswordHash.make(password, cost: cheap(), random: RandomBytes())
        }
        let phc = try PasswordHash.make(Array(password.prefix { $0 != 0 }), cost: cheap(), random: RandomBytes())
        #expect(try !PasswordHash.verify(password, against: phc))
    }

    @Test func `each hash has its own salt`() throws {
        let first = try PasswordHash.make(password, cost: cheap(), random: RandomBytes())
        let second = try PasswordHash.make(password, cost: cheap(), random: RandomBytes())
        #expect(first != second)
        #expect(try PasswordHash.verify(password, against: first))
        #expect(try PasswordHash.verify(password, against: second))
    }

    @Test(
        arguments: [[], [1], Array("pässwörd".utf8), [0xff, 0xfe], [UInt8](repeating: 0x41, count: 4096)]
            as [[UInt8]])
    func `every octet of a password counts`(password: [UInt8]) throws {
        let phc = try PasswordHash.make(password, cost: cheap(), random: RandomBytes())
        #expect(try PasswordHash.verify(password, against: phc))
        #expect(try !PasswordHash.verify(password + [1], against: phc))
        if !password.isEmpty { #expect(try !PasswordHash.verify(Array(password.dropLast()) + [2], against: phc)) }
    }

    @Test(arguments: [
        "ln=4,r=8,p=3", "ln=14,r=8,p=3", "ln=15,r=4,p=3", "ln=15,r=8,p=1",
    ])
    func `a cheaper hash needs an upgrade`(cost: String) {
        #expect(
            PasswordHash.needsUpgrade(
                "$scrypt$\(cost)$AAECAwQFBgcICQoLDA0ODw$nfkj3u1fRTHCea+fVr03sWV770kp5wLOLoEakziKhqE"))
    }

    private static let salt = "AAECAwQFBgcICQoLDA0ODw"
    private static let hash = "nfkj3u1fRTHCea+fVr03sWV770kp5wLOLoEakziKhqE"

    @Test(arguments: [
        "", "$", "$scrypt", "plain", "$argon2id$v=19$m=1,t=1,p=1$\(salt)$\(hash)",
        "scrypt$ln=4,r=8,p=1$\(salt)$\(hash)",
        "$scrypt$ln=4,r=8,p=1$\(salt)", "$scrypt$ln=4,r=8,p=1$\(salt)$\(hash)$", "$scrypt$ln=4,r=8,p=1$\(salt)$",
        "$scrypt$ln=4,r=8,p=1$$\(hash)", "$scrypt$r=8,ln=4,p=1$\(salt)$\(hash)", "$scrypt$ln=4,r=8$\(salt)$\(hash)",
        "$scrypt$ln=04,r=8,p=1$\(salt)$\(hash)", "$scrypt$ln=+4,r=8,p=1$\(salt)$\(hash)",
        "$scrypt$ln=4,r=8,p=1,x=1$\(salt)$\(hash)",
        "$scrypt$ln=63,r=8,p=1$\(salt)$\(hash)", "$scrypt$ln=99999999999999999999,r=8,p=1$\(salt)$\(hash)",
        "$scrypt$ln=4,r=8,p=1$\(salt)==$\(hash)", "$scrypt$ln=4,r=8,p=1$\(salt)$\(hash)=",
        "$scrypt$ln=4,r=8,p=1$AAEC$\(hash)",
        "$scrypt$ln=4,r=8,p=1$\(salt)$AAEC", "$scrypt$ln=4,r=8,p=1$\(salt)$nfkj3u1fRTHCea-fVr03sWV770kp5wLOLoEakziKhqE",
        "$SCRYPT$ln=4,r=8,p=1$\(salt)$\(hash)",
    ])
    func `what is no such hash is an error and not a wrong password`(phc: String) {
        #expect(throws: CryptoError.unsupported("a password hash in an unknown format")) {
            try PasswordHash.verify(password, against: phc)
        }
        #expect(PasswordHash.needsUpgrade(phc))
    }
}
