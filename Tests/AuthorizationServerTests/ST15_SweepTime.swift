import TestSupport
import Testing

@testable import AuthorizationServer

@Suite struct `ST-15: the time by which rows are swept` {
    private let clock = TestClock(1_000_000)
    private let time: SweepTime

    init() { time = SweepTime(clock.clock) }

    @Test func `is the clock's while nobody sets it`() {
        #expect(time.now == 1_000_000)
        clock.advance(7 * 86_400)
        #expect(time.now == 1_000_000 + 7 * 86_400)
        clock.set(by: 59)
        #expect(time.now == clock.now)
    }

    @Test func `a clock that is set forward ends nothing for an hour, and then counts`() {
        clock.set(by: 86_400)
        #expect(time.now == 1_000_000)
        clock.advance(3599)
        #expect(time.now == 1_003_599)
        clock.advance(1)
        #expect(time.now == clock.now)
    }

    @Test func `a clock that is set forward and back has ended nothing`() {
        clock.set(by: 86_400)
        #expect(time.now == 1_000_000)
        clock.set(by: -86_400)
        clock.advance(5)
        #expect(time.now == 1_000_005)
        // The hour begins anew.
        clock.set(by: 86_400)
        #expect(time.now == 1_000_005)
        clock.advance(3599)
        #expect(time.now == 1_003_604)
    }

    @Test func `a clock that is set back is followed at once`() {
        clock.set(by: -86_400)
        #expect(time.now == 1_000_000 - 86_400)
        clock.advance(10)
        #expect(time.now == clock.now)
    }
}
