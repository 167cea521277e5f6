import Testing

@testable import AuthorizationServer

@Suite struct `PW-06: guesses of a client's secret` {
    private let key = GuessLimit.Key(subject: "app", address: "192.0.2.1")

    @Test func `after the allowance the address waits, and only that address`() throws {
        let limit = GuessLimit(allowance: 3, window: 60)
        for _ in 0..<3 {
            try limit.requireRoom(key, now: 100)
            limit.countFailure(key, now: 100)
        }
        #expect { try limit.requireRoom(key, now: 159) } throws: { ($0 as? Problem)?.status == 429 }
        try limit.requireRoom(GuessLimit.Key(subject: "app", address: "192.0.2.2"), now: 159)
        try limit.requireRoom(key, now: 160)
    }

    @Test func `a new window forgets the old failures`() throws {
        let limit = GuessLimit(allowance: 2, window: 60)
        limit.countFailure(key, now: 0)
        limit.countFailure(key, now: 61)
        try limit.requireRoom(key, now: 61)
    }
}
