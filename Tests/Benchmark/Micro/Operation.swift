import Glibc

/// Something that requests are made of, to be done again and again.
struct Operation {
    let name: String
    /// Answers something that depends on the whole result, so that none of it is left out as unused.
    let body: () throws -> Int

    private static let rounds = 9
    /// A fifth of a second: long enough for the process's clock, which counts in microseconds.
    private static let roundTime = CLOCKS_PER_SEC / 5

    /// What one call takes, of the process's own time: the middle one of the rounds'.
    func nanoseconds() throws -> Double {
        let calls = try callsInRound()
        let times = try (0..<Self.rounds).map { _ in Double(try time(calls)) * 1000 / Double(calls) }
        return times.sorted()[Self.rounds / 2]
    }

    private func callsInRound() throws -> Int {
        var calls = 1
        while try time(calls) < Self.roundTime { calls *= 2 }
        return calls
    }

    /// Microseconds.
    private func time(_ calls: Int) throws -> clock_t {
        let start = clock()
        var sum = 0
        for _ in 0..<calls { sum &+= try body() }
        let took = clock() - start
        guard sum != 0 else { throw Idle(name: name) }
        return took
    }
}

/// An operation that came to nothing.
struct Idle: Error {
    let name: String
}
