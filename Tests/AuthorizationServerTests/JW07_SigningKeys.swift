import Crypto
import Encoding
import Foundation
import JOSE
import Storage
import Testing

@testable import AuthorizationServer

@Suite struct `JW-07, ST-07: the signing keys` {
    private let folder = FileManager.default.temporaryDirectory.path + "/keys-\(UUID().uuidString)"
    private let random = RandomBytes()

    private func open(_ passphrase: String? = nil) throws -> KeyStore {
        try KeyStore(
            directory: folder, passphrase: passphrase.map { Secret(Array($0.utf8)) },
            database: Database(path: ":memory:", options: .usual), random: random)
    }

    private func files() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    }

    private func remove() { try? FileManager.default.removeItem(atPath: folder) }

    @Test func `the first start makes one key of each kind, closed to others; the next start reads the same`() throws {
        defer { remove() }
        let first = try open()
        let names = try files()
        #expect(names.count == 2)
        for name in names {
            let attributes = try FileManager.default.attributesOfItem(atPath: folder + "/" + name)
            #expect(attributes[.posixPermissions] as? Int == 0o600)
        }
        let second = try open()
        #expect(first.accessTokenSigner.keyID == second.accessTokenSigner.keyID)
        #expect(first.idTokenSigner.keyID == second.idTokenSigner.keyID)
        #expect(try files() == names)
    }

    @Test func `JW-08: the published set holds all states and no private member`() throws {
        defer { remove() }
        _ = try open()
        for state in ["next", "retired"] {
            let key = try SigningKey.generate(.p256)
            try PrivateFile.write(try key.pem(), to: "\(folder)/\(state)-key.ES256.\(state).pem")
        }
        let store = try open()
        let keys = try #require(store.published.json["keys"]?.arrayValue)
        #expect(keys.count == 4)
        for key in keys {
            for name in ["d", "p", "q", "dp", "dq", "qi", "k"] { #expect(key[name] == nil) }
            #expect(key["use"] == "sig")
        }
        #expect(!["next-key", "retired-key"].contains(store.accessTokenSigner.keyID))
        #expect(store.verificationKey("retired-key") != nil)
    }

    @Test func `a key that others may read stops the start and is named`() throws {
        defer { remove() }
        _ = try open()
        let name = try #require(try files().first)
        try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: folder + "/" + name)
        #expect { _ = try open() } throws: { "\($0)".contains(name) }
    }

    @Test(arguments: ["half", "empty", "garbage"])
    func `a damaged key stops the start and is named`(damage: String) throws {
        defer { remove() }
        _ = try open()
        let name = try #require(try files().first)
        let pem = try #require(try PrivateFile.read(folder + "/" + name))
        let octets: [UInt8] =
            switch damage {
            case "half": Array(pem.prefix(pem.count / 2))
            case "empty": []
            default: Array("not a key".utf8)
            }
        try PrivateFile.write(octets, to: folder + "/" + name)
        #expect { _ = try open() } throws: { "\($0)".contains(name) }
    }

    @Test func `ST-08: with a passphrase the files are encrypted, and another one opens nothing`() throws {
        defer { remove() }
        let first = try open("a passphrase")
        for name in try files() {
            let text = try String(contentsOfFile: folder + "/" + name, encoding: .utf8)
            #expect(text.contains("ENCRYPTED PRIVATE KEY"))
        }
        #expect(try open("a passphrase").accessTokenSigner.keyID == first.accessTokenSigner.keyID)
        #expect(throws: KeyStoreFailure.self) { _ = try open("another") }
        #expect(throws: KeyStoreFailure.self) { _ = try open() }
    }

    @Test func `two active keys of one algorithm, or a file with another name, stop the start`() throws {
        defer { remove() }
        _ = try open()
        let second = "\(folder)/second.ES256.active.pem"
        try PrivateFile.write(try SigningKey.generate(.p256).pem(), to: second)
        #expect(throws: KeyStoreFailure.self) { _ = try open() }
        try FileManager.default.moveItem(atPath: second, toPath: "\(folder)/second.pem")
        #expect { _ = try open() } throws: { "\($0)".contains("second.pem") }
    }

    @Test(arguments: KeyStore.State.allCases, ["ES256", "RS256", "ES384"])
    func `JW-07: a key under the name of another algorithm stops the start, in whichever state`(
        state: KeyStore.State, algorithm: String
    ) throws {
        defer { remove() }
        _ = try open()
        let key: SigningKey = try algorithm == "RS256" ? .generate(.p256) : .generate(.rsa(bits: 2048))
        if state == .active {
            for name in try files() where name.contains(algorithm) {
                try FileManager.default.removeItem(atPath: folder + "/" + name)
            }
        }
        let name = "other.\(algorithm).\(state.rawValue).pem"
        try PrivateFile.write(try key.pem(), to: folder + "/" + name)
        #expect { _ = try open() } throws: { "\($0)".contains(name) }
    }

    @Test func `JW-08: two keys of one id stop the start: nobody could tell which one signed`() throws {
        defer { remove() }
        _ = try open()
        for state in ["next", "retired"] {
            try PrivateFile.write(try SigningKey.generate(.p256).pem(), to: "\(folder)/same.ES256.\(state).pem")
        }
        #expect { _ = try open() } throws: { "\($0)".contains("same") }
    }

    @Test func `JW-07: the id of a new key is random`() throws {
        defer { remove() }
        let first = try open()
        remove()
        let second = try open()
        let ids = [first, second].flatMap { [$0.accessTokenSigner.keyID, $0.idTokenSigner.keyID] }
        #expect(Set(ids).count == 4 && ids.allSatisfy { $0.utf8.count >= 16 })
    }

    @Test func `a symbolic link is not followed`() throws {
        defer { remove() }
        _ = try open()
        let name = try #require(try files().first)
        let elsewhere = folder + "-elsewhere"
        try FileManager.default.moveItem(atPath: folder + "/" + name, toPath: elsewhere)
        defer { try? FileManager.default.removeItem(atPath: elsewhere) }
        try FileManager.default.createSymbolicLink(atPath: folder + "/" + name, withDestinationPath: elsewhere)
        #expect(throws: (any Error).self) { _ = try open() }
    }
}
