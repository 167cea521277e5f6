import Crypto
import Encoding
import Foundation
import HTTP
import JOSE
import Storage
import TestSupport
import Testing

@testable import AuthorizationServer

private let day: Int64 = 86_400

extension TestServer {
    /// A request of an administrator, whatever its answer.
    fileprivate func ask(_ method: Method, _ path: String, _ json: JSON? = nil) async -> Response {
        await administration.respond(
            to: Request(method: method, path: "/admin/v1" + path, body: json?.serialized() ?? []))
    }

    fileprivate func keyIDs() throws -> Set<String> { Set(try publishedKeys().keys.compactMap(\.keyID)) }

    fileprivate func keyID(_ token: JSON?) throws -> String? {
        try JWS(compact: Array(try #require(token?.stringValue).utf8)).keyID
    }

    /// What the audit record says of keys, newest first.
    fileprivate func keyRecords() throws -> [AuditRecord] {
        try authorization.database.read { (transaction) throws(StorageError) in
            try transaction.auditRecords(before: nil, limit: 100).map(\.record)
        }.filter { $0.action.hasPrefix("key") }
    }

    fileprivate func addKey(_ algorithm: String = "ES256") async throws -> String {
        let key = try await administer(.post, "/admin/v1/keys", ["algorithm": .string(algorithm)])
        return try #require(key["kid"]?.stringValue)
    }
}

extension Response {
    fileprivate var json: JSON { (try? JSON(parsing: body)) ?? .null }
}

@Suite struct `K1, JW-08: the keys while the server runs` {
    @Test func `a generated key is published at once, with another ETag; the same set is 304`() async throws {
        let server = try await TestServer.withSamples()
        defer { server.stop() }
        let first = try server.send(.get, "/jwks")
        let tag = try #require(first.headers["etag"])
        #expect(first.headers["cache-control"] == "public, max-age=300")
        for condition in [tag, "W/" + tag, "\"other\", \(tag)", "*"] {
            let again = try server.send(.get, "/jwks", headers: [("If-None-Match", condition)])
            #expect(again.status == 304 && again.body.isEmpty, "\(condition)")
            #expect(again.headers["etag"] == tag)
        }
        let keyID = try await server.addKey()
        let changed = try server.send(.get, "/jwks", headers: [("If-None-Match", tag)])
        #expect(changed.status == 200 && changed.headers["etag"] != tag)
        #expect(try server.keyIDs() == ["shared-ec", "shared-rsa", keyID])
        for key in try #require(changed.json["keys"]?.arrayValue) {
            for name in ["d", "p", "q", "dp", "dq", "qi", "k"] { #expect(key[name] == nil) }
        }
    }

    @Test func `from next to gone, with a restart in the middle of each state`() async throws {
        var server = try await TestServer.withSamples()
        func restart() throws {
            server.stop(keepingData: true)
            server = try TestServer(directory: server.directory, clock: server.clock)
        }
        defer { server.stop() }
        let keyID = try await server.addKey()
        let early = await server.ask(.post, "/keys/rotate", ["algorithm": "ES256"])
        #expect(early.status == 409 && early.json["detail"]?.stringValue?.contains("\(day) seconds") == true)
        server.clock.advance(day / 2)
        try restart()
        server.clock.advance(day / 2)
        let before = try App.publicApp.tokens(server, as: "patient", scope: "openid launch/patient patient/Patient.rs")
        #expect(try server.keyID(before["access_token"]) == "shared-ec")
        try await server.administer(.post, "/admin/v1/keys/rotate", ["algorithm": "ES256"])
        let after = try App.publicApp.tokens(server, as: "patient", scope: "openid launch/patient patient/Patient.rs")
        #expect(try server.keyID(after["access_token"]) == keyID)
        #expect(try server.keyID(after["id_token"]) == "shared-rsa")
        try restart()
        #expect(try server.isActive(before) && server.isActive(after))
        #expect(try server.keyIDs() == ["shared-ec", "shared-rsa", keyID])
        server.clock.advance(3600)
        server.authorization.keyRotation.turn()
        #expect(try server.keyIDs().contains("shared-ec"))
        server.clock.advance(300)
        server.authorization.keyRotation.turn()
        #expect(try server.keyIDs() == ["shared-rsa", keyID])
        #expect(try server.keyRecords().map(\.action) == ["key-removed", "key-rotated", "key-generated"])
        try restart()
        #expect(try server.keyIDs() == ["shared-rsa", keyID])
    }

    @Test func `rotating now says what it breaks, and does it only by force`() async throws {
        let server = try await TestServer.withSamples()
        defer { server.stop() }
        let keyID = try await server.addKey()
        let refused = await server.ask(.post, "/keys/rotate", ["algorithm": "ES256", "now": true])
        #expect(refused.status == 409 && refused.json["detail"]?.stringValue?.contains("Resource servers") == true)
        // Force alone is no word about time.
        #expect(await server.ask(.post, "/keys/rotate", ["algorithm": "ES256", "force": true]).status == 409)
        let done = await server.ask(.post, "/keys/rotate", ["algorithm": "ES256", "now": true, "force": true])
        #expect(done.status == 200)
        #expect(server.authorization.keys.accessTokenSigner.keyID == keyID)
        #expect(try server.keyRecords().first?.detail == "ES256, forced")
    }

    @Test func `a compromised key takes its tokens with it at once, those too that were found good before`()
        async throws
    {
        let server = try await TestServer.withSamples()
        defer { server.stop() }
        let tokens = try App.publicApp.tokens(server, as: "patient", scope: "launch/patient patient/Patient.rs")
        #expect(try server.isActive(tokens))
        let answer = try await server.administer(.post, "/admin/v1/keys/shared-ec/retire", ["compromised": true])
        #expect(try !server.isActive(tokens))
        #expect(try !server.keyIDs().contains("shared-ec"))
        #expect(answer["keys"]?.arrayValue?.count == 2)
        let later = try App.publicApp.tokens(server, as: "patient", scope: "launch/patient patient/Patient.rs")
        #expect(try server.isActive(later))
        #expect(try server.keyRecords().map(\.action) == ["key-revoked"])
        #expect(try server.keyRecords().first?.detail == "key shared-ec")
    }

    @Test func `wrong requests name what is wrong and change nothing`() async throws {
        let server = try await TestServer.withSamples()
        defer { server.stop() }
        let cases: [(String, JSON, Int, String)] = [
            ("/keys", ["algorithm": "HS256"], 422, "algorithm"), ("/keys", [:], 422, "algorithm"),
            ("/keys", ["algorithm": "RS256", "bits": 1024], 422, "bits"),
            ("/keys", ["algorithm": "ES256", "bits": 2048], 422, "bits"),
            ("/keys", ["algorithm": "ES256", "kid": "mine"], 422, "kid"),
            ("/keys/rotate", ["algorithm": "ES256", "force": "yes"], 422, "force"),
            ("/keys/rotate", ["algorithm": "ES256"], 409, "Generate"),
            ("/keys/shared-ec/retire", ["compromised": 1], 422, "compromised"),
            ("/keys/shared-ec/retire", [:], 409, "Rotate"), ("/keys/none/retire", [:], 404, "none"),
            ("/keys/none/retire", ["compromised": true], 404, "none"), ("/keys", [1], 422, "algorithm"),
        ]
        for (path, json, status, word) in cases {
            let response = await server.ask(.post, path, json)
            #expect(response.status == status, "\(path) \(json.text)")
            #expect(String(decoding: response.body, as: UTF8.self).contains(word), "\(path) \(json.text)")
        }
        #expect(try server.keyIDs() == ["shared-ec", "shared-rsa"])
        #expect(try server.keyRecords().isEmpty)
    }

    @Test func `the list tells states and times, and nothing private`() async throws {
        let server = try await TestServer.withSamples()
        defer { server.stop() }
        let keyID = try await server.addKey()
        server.clock.advance(3600)
        let keys = try #require(try await server.administer(.get, "/admin/v1/keys")["keys"]?.arrayValue)
        let next = try #require(keys.first { $0["kid"]?.stringValue == keyID })
        #expect(next["state"] == "next" && next["usable_in"] == .integer(day - 3600))
        #expect(next["published_at"] == .integer(server.clock.now - 3600))
        #expect(keys.first { $0["kid"] == "shared-rsa" }?["bits"] == 2048)
        #expect(!keys.contains { $0.text.contains("PRIVATE") })
    }

    @Test func `keys grow old, a new one is published a day before, takes over, and the old one goes: by themselves`()
        async throws
    {
        let server = try await TestServer.withSamples { $0.keyRotationDays = 30 }
        defer { server.stop() }
        let rotation = server.authorization.keyRotation
        server.clock.advance(29 * day - 1)
        rotation.turn()
        #expect(try server.keyIDs().count == 2)
        server.clock.advance(1)
        rotation.turn()
        #expect(try server.keyIDs().count == 4)
        rotation.turn()
        server.clock.advance(day - 1)
        rotation.turn()
        #expect(server.authorization.keys.accessTokenSigner.keyID == "shared-ec")
        server.clock.advance(1)
        rotation.turn()
        #expect(server.authorization.keys.accessTokenSigner.keyID != "shared-ec")
        #expect(server.authorization.keys.idTokenSigner.keyID != "shared-rsa")
        server.clock.advance(3900)
        rotation.turn()
        #expect(try server.keyIDs().isDisjoint(with: ["shared-ec", "shared-rsa"]))
        #expect(rotation.failures == 0)
        #expect(try server.keyRecords().allSatisfy { $0.actor == "server" } && server.keyRecords().count == 6)
    }

    @Test func `with 0 days nothing happens unasked`() async throws {
        let server = try await TestServer.withSamples { $0.keyRotationDays = 0 }
        defer { server.stop() }
        server.clock.advance(1000 * day)
        server.authorization.keyRotation.turn()
        #expect(try server.keyIDs() == ["shared-ec", "shared-rsa"])
    }

    @Test func `a clock set a year forward publishes a key, but lets it sign a day later by what has really passed`()
        async throws
    {
        let server = try await TestServer.withSamples()
        defer { server.stop() }
        server.clock.set(by: 365 * day)
        server.authorization.keyRotation.turn()
        #expect(try server.keyIDs().count == 4)
        server.clock.set(by: 365 * day)
        server.authorization.keyRotation.turn()
        #expect(server.authorization.keys.accessTokenSigner.keyID == "shared-ec")
        server.clock.advance(day)
        server.authorization.keyRotation.turn()
        #expect(server.authorization.keys.accessTokenSigner.keyID != "shared-ec")
    }

    @Test func `K3: all files are written anew under the current passphrase`() async throws {
        let server = try await TestServer.withSamples { $0.keyPassphrase = Secret(Array("new".utf8)) }
        defer { server.stop() }
        let answer = try await server.administer(.post, "/admin/v1/keys/reencrypt", [:])
        #expect(answer["keys"]?.arrayValue?.allSatisfy { $0["encrypted"] == true } == true)
        let folder = server.directory + "/Keys"
        for name in try FileManager.default.contentsOfDirectory(atPath: folder) {
            #expect(try String(contentsOfFile: folder + "/" + name, encoding: .utf8).contains("ENCRYPTED"))
        }
        #expect(try server.keyRecords().map(\.action) == ["keys-reencrypted"])
    }

    @Test func `ST-09: while another process has the database, a start touches no key`() async throws {
        let server = try await TestServer.withSamples()
        defer { server.stop() }
        // What that one may be writing at this moment.
        let half = server.directory + "/Keys/half.ES256.next.pem.new"
        try Data("-----BEGIN".utf8).write(to: URL(fileURLWithPath: half))
        #expect(throws: StorageError.self) { try TestServer(directory: server.directory, clock: server.clock) }
        #expect(FileManager.default.fileExists(atPath: half))
    }

    @Test func `what is left of a change that was recorded is tried again, and counted until it is done`() async throws
    {
        let server = try await TestServer.withSamples()
        defer { server.stop() }
        let (keys, rotation) = (server.authorization.keys, server.authorization.keyRotation)
        let key = try keys.make(.es256)
        try await server.authorization.database.write(once: true) { transaction in
            try keys.prepare("one", transaction) { try $0.adding(key) }
        }
        keys.adopt("one")
        #expect(try server.keyIDs().contains(key.keyID))
        let folder = server.directory + "/Keys"
        try FileManager.default.moveItem(atPath: folder, toPath: folder + "-away")
        rotation.turn()
        #expect(rotation.failures == 1)
        try FileManager.default.moveItem(atPath: folder + "-away", toPath: folder)
        rotation.turn()
        #expect(rotation.failures == 1)
        #expect(FileManager.default.fileExists(atPath: folder + "/" + key.name))
        #expect(!FileManager.default.fileExists(atPath: folder + "/change.key"))
    }

    @Test func `a folder that cannot be written makes the change fail as a whole: no key, no record`() async throws {
        let server = try await TestServer.withSamples()
        defer { server.stop() }
        let folder = server.directory + "/Keys"
        try FileManager.default.moveItem(atPath: folder, toPath: folder + "-away")
        #expect(await server.ask(.post, "/keys", ["algorithm": "ES256"]).status == 500)
        try FileManager.default.moveItem(atPath: folder + "-away", toPath: folder)
        #expect(try server.keyIDs() == ["shared-ec", "shared-rsa"])
        #expect(try server.keyRecords().isEmpty)
    }
}
