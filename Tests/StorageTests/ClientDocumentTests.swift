import Testing

@testable import Storage

@Suite struct `Clients by document` {
    let database: Database

    init() throws { database = try Database(path: ":memory:") }

    private func insert(_ id: String, _ standing: ClientStanding = .unreviewed, seenAt: Int64?) async throws {
        try await database.write {
            try $0.insertClient(id: id, metadata: "{}", secretVerifiers: [], standing: standing, now: 10)
            if let seenAt { try $0.setClientDocumentSeen(id, at: seenAt) }
        }
    }

    private func seenAt(_ id: String) throws -> Int64? {
        try database.read { (transaction) throws(StorageError) in try transaction.client(id)?.documentSeenAt }
    }

    @Test func `when a document was seen only grows, and is nil for other clients`() async throws {
        try await insert("a", seenAt: 20)
        try await insert("b", seenAt: nil)
        #expect(try seenAt("a") == 20 && seenAt("b") == nil)
        for time: Int64 in [30, 25] { try await database.write { try $0.setClientDocumentSeen("a", at: time) } }
        #expect(try seenAt("a") == 30)
        await #expect(throws: StorageError.self) {
            try await database.write { try $0.setClientDocumentSeen("nobody", at: 1) }
        }
        #expect(try await database.write { try $0.deleteClient("a", now: 40) })
        try await insert("a", seenAt: nil)
        #expect(try seenAt("a") == nil)
    }

    @Test func `only what nobody has judged or uses makes room, the longest unseen first`() async throws {
        let user = try await database.user()
        let ids = ["idle", "waiting", "fresh", "approved", "disabled", "used", "formerly", "itself"]
        for (number, id) in ids.enumerated() {
            let standing: ClientStanding = id == "waiting" ? .waiting : id == "approved" ? .approved : .unreviewed
            try await insert(id, standing, seenAt: id == "itself" ? nil : id == "fresh" ? 100 : 20 + Int64(number))
        }
        for id in ["used", "formerly"] {
            _ = try await database.grant(userID: user, clientID: id)
        }
        try await database.write {
            _ = try $0.setClientDisabled("disabled", true, now: 50)
            _ = try $0.revokeGrants(clientID: "formerly", reason: "x", now: 50)
        }
        func forget(_ limit: Int) async throws -> [String] {
            try await database.write { try $0.forgetIdleDocumentClients(before: 100, limit: limit, now: 200) }
        }
        #expect(try await forget(1) == ["idle"])
        #expect(try await forget(20) == ["waiting", "formerly"])
        #expect(try await forget(20) == [])
        let left = try database.read { (transaction) throws(StorageError) in
            try transaction.clients(after: nil, limit: 20).map(\.id)
        }
        #expect(left == ["approved", "disabled", "fresh", "itself", "used"])
    }

    @Test func `who has waited long makes room, the longest first, unless an administrator shut it out`() async throws {
        for (number, id) in ["first", "second", "disabled", "late"].enumerated() {
            try await database.write {
                try $0.insertClient(
                    id: id, metadata: "{}", secretVerifiers: [], standing: .waiting,
                    now: id == "late" ? 100 : 20 + Int64(number))
            }
        }
        try await insert("unreviewed", seenAt: nil)
        _ = try await database.write {
            try $0.connection.run("UPDATE clients SET disabled_at = 1 WHERE id = 'disabled'")
        }
        func forget(_ limit: Int) async throws -> [String] {
            try await database.write { try $0.forgetWaitingClients(before: 100, limit: limit, now: 200) }
        }
        #expect(try await forget(1) == ["first"])
        #expect(try await forget(20) == ["second"])
        #expect(try await forget(20) == [])
    }
}
