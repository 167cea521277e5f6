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

    @Test func `a guess counts from its reservation on, until it is given back`() throws {
        let limit = GuessLimit(allowance: 2, window: 60)
        let first = try limit.reserve(key, now: 100)
        _ = try limit.reserve(key, now: 101)
        #expect { try limit.reserve(key, now: 102) } throws: { ($0 as? Problem)?.status == 429 }
        limit.giveBack(first)
        _ = try limit.reserve(key, now: 103)
        #expect { try limit.requireRoom(key, now: 104) } throws: { ($0 as? Problem)?.retryAfter == 56 }
    }

    @Test func `what is given back late takes nothing from a later window`() throws {
        let limit = GuessLimit(allowance: 1, window: 60)
        let old = try limit.reserve(key, now: 0)
        _ = try limit.reserve(key, now: 60)
        limit.giveBack(old)
        #expect(throws: Problem.self) { try limit.reserve(key, now: 61) }
    }
}
