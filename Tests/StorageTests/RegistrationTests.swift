import Testing
import Threads

@testable import Storage

@Suite struct `Registrations by clients themselves` {
    let database: Database
    let right: SecretHash
    let wrong: SecretHash

    init() throws {
        database = try Database(path: ":memory:")
        right = try hash(1)
        wrong = try hash(2)
    }

    private func token(uses: Int64, expiresAt: Int64 = 100) async throws -> Int64 {
        let right = right
        return try await database.write {
            try $0.insertRegistrationToken(
                secretHash: right, scopeLimit: "openid", uses: uses, now: 10, expiresAt: expiresAt)
        }
    }

    private func insert(_ id: String, _ standing: ClientStanding = .waiting) async throws {
        try await database.write {
            try $0.insertClient(id: id, metadata: "{}", secretVerifiers: [], standing: standing, now: 10)
        }
    }

    @Test func `an initial access token is counted down, and only for its secret and in its time`() async throws {
        let (right, wrong) = (right, wrong)
        let id = try await token(uses: 2)
        func claim(_ hash: SecretHash, _ now: Int64) async throws -> Int64? {
            try await database.write { try $0.claimRegistrationToken(id: id, hash: hash, now: now)?.usesLeft }
        }
        #expect(try await claim(wrong, 20) == nil)
        #expect(try await claim(right, 100) == nil)
        #expect(try await claim(right, 99) == 1)
        #expect(try await claim(right, 99) == 0)
        #expect(try await claim(right, 99) == nil)
        let stored = try database.read { (transaction) throws(StorageError) in
            try transaction.registrationTokens(after: nil, limit: 10)
        }
        #expect(
            stored == [
                StoredRegistrationToken(
                    id: id, secretHash: right, scopeLimit: "openid", usesLeft: 0, createdAt: 10, expiresAt: 100)
            ])
        #expect(try await database.write { try $0.deleteRegistrationToken(id) })
        #expect(try await !database.write { try $0.deleteRegistrationToken(id) })
    }

    @Test func `a use is taken back with the registration that comes to nothing`() async throws {
        let right = right
        let id = try await token(uses: 1)
        await #expect(throws: StorageError.self) {
            try await database.write {
                _ = try $0.claimRegistrationToken(id: id, hash: right, now: 20)
                throw StorageError.full
            }
        }
        #expect(
            try database.read { (transaction) throws(StorageError) in try transaction.registrationToken(id)?.usesLeft }
                == 1)
    }

    @Test func `a registration access token is replaced by whoever holds it, and goes with its client`() async throws {
        let (right, wrong) = (right, wrong)
        try await insert("app")
        let id = try await database.write {
            try $0.insertRegistration(
                clientID: "app", secretHash: right, scopeLimit: nil, softwareStatement: "a.b.c")
        }
        func rotate(_ old: SecretHash, _ new: SecretHash) async throws -> Bool {
            try await database.write { try $0.rotateRegistration(id, from: old, to: new, softwareStatement: nil) }
        }
        #expect(try await !rotate(wrong, right))
        #expect(try await rotate(right, wrong))
        #expect(try await !rotate(right, wrong))
        await #expect(throws: StorageError.self) {
            try await database.write {
                try $0.insertRegistration(clientID: "app", secretHash: right, scopeLimit: nil, softwareStatement: nil)
            }
        }
        #expect(try await database.write { try $0.deleteClient("app", now: 20) })
        #expect(try database.read { (transaction) throws(StorageError) in try transaction.registration(id) } == nil)
    }

    @Test func `who waits is listed and counted, and is enabled by nothing but an approval`() async throws {
        for id in ["c", "a", "b"] { try await insert(id) }
        try await insert("admins", .administered)
        func waiting(after: String? = nil) throws -> [String] {
            try database.read { (transaction) throws(StorageError) in
                try transaction.clients(
                    ClientFilter(isWaiting: true), by: .id, isDescending: false,
                    after: after.map { ListPlace(key: "", id: $0) }, limit: 2
                ).map(\.element.id)
            }
        }
        #expect(try waiting() == ["a", "b"])
        #expect(try waiting(after: "b") == ["c"])
        _ = try await database.write { try $0.setClientDisabled("a", false, now: 20) }
        #expect(
            try database.read { (transaction) throws(StorageError) in try transaction.client("a")?.isEnabled } == false)
        #expect(try await database.write { try $0.setClientStanding("a", .approved, now: 20) })
        #expect(
            try database.read { (transaction) throws(StorageError) in try transaction.client("a")?.isEnabled } == true)
        #expect(
            try database.read { (transaction) throws(StorageError) in try transaction.selfRegisteredClientCount() } == 3
        )
        #expect(try await !database.write { try $0.setClientStanding("none", .approved, now: 20) })
    }

    @Test func `a client that has to wait again loses what it holds`() async throws {
        try await insert("app", .approved)
        let grant = try await database.grant(clientID: "app")
        _ = try await database.write { try $0.setClientStanding("app", .unreviewed, now: 20) }
        #expect(try database.isLive(grant))
        _ = try await database.write { try $0.setClientStanding("app", .waiting, now: 20) }
        #expect(try !database.isLive(grant))
    }

    @Test func `names are compared once they are folded, and folded anew when they change`() async throws {
        for id in ["a", "b"] { try await insert(id) }
        func unfolded() throws -> [String] {
            try database.read { (transaction) throws(StorageError) in
                try transaction.clientsWithoutNameKey(limit: 10).map(\.id)
            }
        }
        func find(_ key: String, _ id: String) throws -> String? {
            try database.read { (transaction) throws(StorageError) in
                try transaction.client(nameKey: key, otherThan: id)
            }
        }
        #expect(try unfolded() == ["a", "b"])
        for id in ["a", "b"] { try await database.write { try $0.setClientNameKey(id, "name " + id) } }
        #expect(try unfolded().isEmpty)
        #expect(try find("name a", "b") == "a")
        #expect(try find("name a", "a") == nil)
        _ = try await database.write { try $0.replaceClient(id: "a", metadata: "[]", now: 20) }
        #expect(try unfolded() == ["a"])
    }

    @Test func `AZ-19: a page that showed the client as it was leads nowhere any more`() async throws {
        let right = right
        try await insert("app", .unreviewed)
        let id = try await database.write {
            try $0.insertInteraction(
                secretHash: right, browserHash: right, sessionID: nil, clientID: "app", state: "{}", now: 10,
                expiresAt: 100)
        }
        _ = try await database.write { try $0.replaceClient(id: "app", metadata: "[]", now: 20) }
        #expect(try await database.write { try $0.claimInteraction(id: id, hash: right, now: 20) } == nil)
    }

    @Test func `ST-04: a standing that cannot be read is damage, and never an administrator's word`() async throws {
        try await insert("app")
        try await database.write {
            _ = try $0.connection.run("UPDATE clients SET standing = 'trusted' WHERE id = ?1", "app")
        }
        #expect(throws: StorageError.self) {
            try database.read { (transaction) throws(StorageError) in try transaction.client("app") }
        }
    }

    @Test func `ST-10: clients that were there before are an administrator's, and none is lost`() throws {
        let scratch = try Scratch()
        let before = Array(migrations.prefix { $0.version < 6 })
        let old = try Engine(path: scratch.path, options: DatabaseOptions(), migrations: before)
        old.close()
        try scratch.connection().execute("INSERT INTO clients VALUES ('app', '{}', 1, 2, NULL)")
        let database = try Database(path: scratch.path)
        let client = try database.read { (transaction) throws(StorageError) in try transaction.client("app") }
        #expect(
            client
                == StoredClient(id: "app", metadata: "{}", createdAt: 1, updatedAt: 2, disabledAt: nil, secrets: []))
        #expect(client?.standing == .administered)
    }
}
