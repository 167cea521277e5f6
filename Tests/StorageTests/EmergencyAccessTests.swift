import Testing

@testable import Storage

@Suite struct `PW-09 emergency accesses` {
    let database: Database
    let user: Int64

    init() async throws {
        database = try Database(path: ":memory:")
        user = try await database.user()
    }

    private func insert(patient: String = "456", now: Int64 = 1000) async throws -> Int64 {
        let user = user
        return try await database.write {
            try $0.insertEmergencyAccess(
                userID: user, clientID: "chart", patient: patient, reason: "found unconscious", grantID: 9, now: now,
                expiresAt: now + 900)
        }
    }

    private func all(before: Int64? = nil, limit: Int = 10) throws -> [Int64] {
        try database.read { (transaction) throws(StorageError) in
            try transaction.emergencyAccesses(before: before, limit: limit).map(\.id)
        }
    }

    private func toReview(before: Int64? = nil, limit: Int = 10) throws -> [Int64] {
        try database.read { (transaction) throws(StorageError) in
            try transaction.emergencyAccessesToReview(before: before, limit: limit).map(\.id)
        }
    }

    private func review(_ id: Int64, by actor: String) async throws -> Bool {
        try await database.write { try $0.reviewEmergencyAccess(id, by: actor, note: "justified", now: 3000) }
    }

    @Test func `an access is kept as it was made and reviewed once, also when its grant has gone`() async throws {
        let id = try await insert()
        func stored() throws -> StoredEmergencyAccess? {
            try database.read { (transaction) throws(StorageError) in try transaction.emergencyAccess(id) }
        }
        func expected(_ review: StoredEmergencyAccess.Review?) -> StoredEmergencyAccess {
            StoredEmergencyAccess(
                id: id, userID: user, clientID: "chart", patient: "456", reason: "found unconscious", grantID: 9,
                at: 1000, expiresAt: 1900, review: review)
        }
        #expect(try stored() == expected(nil))
        _ = try await database.sweep(now: Int64.max)
        #expect(try await review(id, by: "eve"))
        #expect(try await !review(id, by: "mallory"))
        #expect(try await !review(id + 1, by: "eve"))
        #expect(try stored() == expected(StoredEmergencyAccess.Review(at: 3000, by: "eve", note: "justified")))
    }

    @Test func `they come in pages, newest first, and those that nobody has looked at by themselves`() async throws {
        for number in 0..<5 { _ = try await insert(patient: "\(number)", now: 1000 + Int64(number)) }
        for id in [2, 4] as [Int64] { #expect(try await review(id, by: "eve")) }
        #expect(try all() == [5, 4, 3, 2, 1] && all(limit: 2) == [5, 4] && all(before: 4, limit: 2) == [3, 2])
        #expect(try toReview() == [5, 3, 1] && toReview(limit: 2) == [5, 3] && toReview(before: 3) == [1])
        #expect(try all(limit: -1).isEmpty && toReview(limit: -1).isEmpty)
    }

    @Test func `an access needs its user`() async throws {
        await #expect(throws: StorageError.self) {
            try await database.write {
                _ = try $0.insertEmergencyAccess(
                    userID: 4711, clientID: "chart", patient: "1", reason: "r", grantID: 1, now: 1, expiresAt: 2)
            }
        }
    }

    @Test func `ST-04: a review that cannot be read whole is none that could be written`() async throws {
        _ = try await insert()
        await #expect(throws: StorageError.self) {
            try await database.write { _ = try $0.connection.run("UPDATE emergency_accesses SET reviewed_at = 1") }
        }
        #expect(try toReview() == [1])
    }
}
