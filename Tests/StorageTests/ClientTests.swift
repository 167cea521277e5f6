import Testing

@testable import Storage

@Suite struct `Clients` {
    let database: Database
    init() throws { database = try Database(path: ":memory:") }

    private func client(_ id: String) throws -> StoredClient? {
        try database.read { (transaction) throws(StorageError) in try transaction.client(id) }
    }

    private func insert(_ id: String, secrets: [String] = []) async throws {
        try await database.write {
            try $0.insertClient(id: id, metadata: "{}", secretVerifiers: secrets, now: 1000)
        }
    }

    @Test func `a client is kept with its secrets, and replaced without touching them`() async throws {
        try await insert("app", secrets: ["v1", "v2"])
        let secrets = [
            StoredSecret(id: 1, verifier: "v1", createdAt: 1000, expiresAt: nil),
            StoredSecret(id: 2, verifier: "v2", createdAt: 1000, expiresAt: nil),
        ]
        #expect(
            try client("app")
                == StoredClient(
                    id: "app", metadata: "{}", createdAt: 1000, updatedAt: 1000, disabledAt: nil, secrets: secrets))
        #expect(try await database.write { try $0.replaceClient(id: "app", metadata: "[]", now: 1100) })
        #expect(
            try client("app")
                == StoredClient(
                    id: "app", metadata: "[]", createdAt: 1000, updatedAt: 1100, disabledAt: nil, secrets: secrets))
        #expect(try await !database.write { try $0.replaceClient(id: "none", metadata: "[]", now: 1100) })
        #expect(try client("none") == nil)
    }

    @Test func `a taken id is a conflict`() async throws {
        try await insert("app")
        let error = await #expect(throws: StorageError.self) { try await insert("app", secrets: ["stolen"]) }
        #expect(error?.isConflict == true)
        #expect(try client("app")?.secrets.isEmpty == true)
    }

    @Test func `secrets are added, run out and are deleted, each with its own client`() async throws {
        try await insert("app", secrets: ["v1"])
        try await insert("other")
        let second = try await database.write {
            try $0.addClientSecret(clientID: "app", verifier: "v2", expiresAt: 2000, now: 1100)
        }
        #expect(try await database.write { try $0.expireClientSecret(1, clientID: "app", expiresAt: 1500) })
        #expect(try await !database.write { try $0.expireClientSecret(1, clientID: "other", expiresAt: 1) })
        #expect(try client("app")?.secrets.map(\.expiresAt) == [1500, 2000])
        #expect(try await !database.write { try $0.deleteClientSecret(second, clientID: "other") })
        #expect(try await database.write { try $0.deleteClientSecret(second, clientID: "app") })
        #expect(try client("app")?.secrets.map(\.verifier) == ["v1"])
        await #expect(throws: StorageError.self) {
            try await database.write { try $0.addClientSecret(clientID: "no", verifier: "", expiresAt: nil, now: 1) }
        }
    }

    @Test func `clients come in pages`() async throws {
        for id in ["d", "a", "c", "b"] { try await insert(id, secrets: [id]) }
        let pages = try database.read { (transaction) throws(StorageError) in
            let first = try transaction.clients(after: nil, limit: 3)
            return [first, try transaction.clients(after: first.last?.id, limit: 3)]
        }
        #expect(pages.map { $0.map(\.id) } == [["a", "b", "c"], ["d"]])
        #expect(pages[0].map { $0.secrets.map(\.verifier) } == [["a"], ["b"], ["c"]])
    }

    /// What cannot be read has no members.
    @Test func `AD-08: those with a member of their metadata come in pages of their own`() async throws {
        let metadata = [
            "a": #"{"x":1}"#, "b": "{}", "c": #"{"y":{"x":1}}"#, "d": "garbage", "e": #"{"x":[]}"#, "f": "[]",
        ]
        for (id, metadata) in metadata {
            try await database.write {
                try $0.insertClient(id: id, metadata: metadata, secretVerifiers: [id], now: 1000)
            }
        }
        let pages = try database.read { (transaction) throws(StorageError) in
            let first = try transaction.clients(withMember: "x", after: nil, limit: 1)
            return [first, try transaction.clients(withMember: "x", after: first.last?.id, limit: 3)]
        }
        #expect(pages.map { $0.map(\.id) } == [["a"], ["e"]])
        #expect(pages[0].map { $0.secrets.map(\.verifier) } == [["a"]])
    }

    @Test(arguments: [Int.min, -1, 0])
    func `a limit that is not positive answers nothing`(limit: Int) async throws {
        try await insert("app")
        #expect(
            try database.read { (transaction) throws(StorageError) in
                try transaction.clients(after: nil, limit: limit)
            }.isEmpty)
    }

    @Test(arguments: ["deleted", "disabled"])
    func `what a client holds ends with it, in one transaction`(fate: String) async throws {
        let secret = try hash(1)
        let user = try await database.user()
        try await insert("app", secrets: ["v"])
        try await insert("other")
        let grants = [try await database.grant(clientID: "app"), try await database.grant(clientID: "other")]
        let (launch, code, interaction) = try await database.write {
            try $0.upsertConsent(
                StoredConsent(
                    userID: user, clientID: "app", audience: "a", patient: nil, scope: "s", createdAt: 1,
                    expiresAt: 9000))
            return (
                try $0.insertLaunch(
                    secretHash: secret, clientID: "app", userID: nil, audience: "", context: "", now: 1000,
                    expiresAt: 3000),
                try $0.insertCode(
                    secretHash: secret, grantID: grants[0], clientID: "app", redirectURI: "", codeChallenge: "",
                    now: 1000, expiresAt: 3000),
                try $0.insertInteraction(
                    secretHash: secret, browserHash: secret, sessionID: nil, clientID: "app", state: "", now: 1000,
                    expiresAt: 3000)
            )
        }
        let done = try await database.write {
            fate == "deleted"
                ? try $0.deleteClient("app", now: 2000) : try $0.setClientDisabled("app", true, now: 2000)
        }
        #expect(done)
        #expect(try grants.map { try database.isLive($0) } == [false, true])
        #expect(try await database.write { try $0.claimCode(id: code, hash: secret, now: 2000) } == .none)
        #expect(
            try await database.write { try $0.claimLaunch(id: launch, hash: secret, clientID: "app", now: 2000) } == nil
        )
        #expect(try await database.write { try $0.claimInteraction(id: interaction, hash: secret, now: 2000) } == nil)
        let consents = try database.read { (transaction) throws(StorageError) in
            try transaction.consents(userID: user, now: 2000)
        }
        #expect(consents.isEmpty)
        #expect(try client("app")?.disabledAt == (fate == "deleted" ? nil : 2000))
        #expect(try client("app")?.secrets.count == (fate == "deleted" ? nil : 1))
    }

    @Test func `enabling brings no grant back, and disabling twice keeps the first time`() async throws {
        try await insert("app")
        let grant = try await database.grant(clientID: "app")
        for now in [2000, 2100] as [Int64] {
            #expect(try await database.write { try $0.setClientDisabled("app", true, now: now) })
        }
        #expect(try client("app")?.disabledAt == 2000)
        #expect(try await database.write { try $0.setClientDisabled("app", false, now: 2200) })
        #expect(try client("app")?.disabledAt == nil)
        #expect(try !database.isLive(grant))
        #expect(try await !database.write { try $0.setClientDisabled("none", true, now: 1) })
        #expect(try await !database.write { try $0.deleteClient("none", now: 1) })
    }
}
