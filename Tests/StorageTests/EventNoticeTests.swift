import Testing

@testable import Storage

@Suite struct `The outbox of webhooks` {
    let database: Database
    init() throws { database = try Database(path: ":memory:") }

    private func insert(_ kind: String, now: Int64 = 1000) async throws -> Int64 {
        try await database.write { try $0.insertEventNotice(kind: kind, body: #"{"patient":"1"}"#, now: now) }
    }

    private func due(_ now: Int64, limit: Int = 10) throws -> [EventNotice] {
        try database.read { (transaction) throws(StorageError) in
            try transaction.dueEventNotices(now: now, limit: limit)
        }
    }

    private func givenUp(before: Int64? = nil, limit: Int = 10) throws -> [EventNotice] {
        try database.read { (transaction) throws(StorageError) in
            try transaction.eventNoticesGivenUp(before: before, limit: limit)
        }
    }

    private func waiting() throws -> Int64 {
        try database.read { (transaction) throws(StorageError) in try transaction.eventNoticesWaiting() }
    }

    @Test func `a notice is due at once, later after each failure, and gone once it was taken`() async throws {
        let first = try await insert("break-glass")
        let second = try await insert("lockout", now: 1001)
        #expect(try due(999).isEmpty && due(1000).map(\.id) == [first] && due(1001).map(\.id) == [first, second])
        #expect(
            try due(1000) == [
                EventNotice(
                    id: first, kind: "break-glass", body: #"{"patient":"1"}"#, createdAt: 1000, tries: 0, givenUpAt: nil
                )
            ])
        try await database.write { try $0.postponeEventNotice(first, until: 1015) }
        #expect(try due(1014).map(\.id) == [second])
        #expect(try due(1015).map(\.id) == [second, first] && due(1015, limit: 1).map(\.id) == [second])
        #expect(try due(1015).map(\.tries) == [0, 1])
        try await database.write { try $0.deleteEventNotice(first) }
        #expect(try due(2000).map(\.id) == [second] && waiting() == 1)
    }

    @Test func `what was given up is never due again, and kept for thirty days`() async throws {
        var ids: [Int64] = []
        for kind in ["a", "b", "c"] { ids.append(try await insert(kind)) }
        let (first, second) = (ids[0], ids[1])
        try await database.write {
            try $0.postponeEventNotice(first, until: 1015)
            try $0.giveUpEventNotice(first, now: 2000)
            try $0.giveUpEventNotice(first, now: 2500)
            try $0.postponeEventNotice(first, until: 2600)
            try $0.giveUpEventNotice(second, now: 2100)
        }
        #expect(try due(9000).map(\.kind) == ["c"] && waiting() == 1)
        #expect(try givenUp().map(\.kind) == ["b", "a"] && givenUp(before: second).map(\.kind) == ["a"])
        #expect(try givenUp(limit: 1).map(\.kind) == ["b"])
        #expect(try givenUp().last?.givenUpAt == 2000 && givenUp().last?.tries == 2)
        #expect(try await database.sweep(now: 2000 + 2_592_000 - 1).deleted["event_notices"] == 0)
        #expect(try await database.sweep(now: 2000 + 2_592_000).deleted["event_notices"] == 1)
        #expect(try givenUp().map(\.kind) == ["b"] && waiting() == 1)
    }

    @Test func `an event that is taken back leaves no notice`() async throws {
        struct Change: Error {}
        await #expect(throws: Change.self) {
            try await database.write {
                _ = try $0.insertEventNotice(kind: "break-glass", body: "{}", now: 1)
                throw Change()
            }
        }
        #expect(try waiting() == 0)
    }
}
