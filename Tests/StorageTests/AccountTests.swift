import Storage
import Testing

@Suite struct `PW-04 guesses are limited and counted atomically` {
    let database: Database
    init() throws { database = try Database(path: ":memory:") }

    private func attempt(at now: Int64, allowance: Int = 3, window: Int64 = 60) async throws -> Int64? {
        try await database.write {
            try $0.claimAttempt(key: [1, 2], now: now, allowance: allowance, windowSeconds: window)
        }
    }

    @Test func `the allowance is free, then each wait is twice the one before`() async throws {
        for _ in 0..<3 { #expect(try await attempt(at: 100) == nil) }
        #expect(try await attempt(at: 100) == 60)
        #expect(try await attempt(at: 159) == 1)
        #expect(try await attempt(at: 160) == nil)
        #expect(try await attempt(at: 160) == 120)
        #expect(try await attempt(at: 280) == nil)
        #expect(try await attempt(at: 280) == 240)
    }
}
