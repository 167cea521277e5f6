import Synchronization

@testable import AuthorizationServer

/// Time that stands still until a test moves it.
final class TestTurns: FetchTurns {
    private struct State {
        var now = ContinuousClock.now
        var waiting: [(turn: ContinuousClock.Instant, job: @Sendable () -> Void)] = []
    }

    private let state = Mutex(State())
    private let leaps: Bool

    /// `leaps`: it leaps to each turn as soon as something waits for it.
    init(leaps: Bool = false) {
        self.leaps = leaps
    }

    var now: ContinuousClock.Instant { state.withLock { $0.now } }

    /// How many wait for their turn.
    var waiting: Int { state.withLock { $0.waiting.count } }

    func run(notBefore turn: ContinuousClock.Instant, _ job: @escaping @Sendable () -> Void) -> Bool {
        state.withLock { $0.waiting.append((turn, job)) }
        advance(leaps ? max(.zero, turn - now) : .zero)
        return true
    }

    func advance(_ by: Duration) {
        let due = state.withLock { state in
            state.now += by
            let due = state.waiting.filter { $0.turn <= state.now }
            state.waiting.removeAll { $0.turn <= state.now }
            return due
        }
        for (_, job) in due { job() }
    }
}

/// Waits until something is so: as long as it takes on a busy machine, and no longer than hosts are waited for here.
func eventually(_ condition: () -> Bool) async throws -> Bool {
    for _ in 0..<10_000 where !condition() { try await Task.sleep(for: .milliseconds(5)) }
    return condition()
}

/// Closed until a test opens it.
final class Gate: Sendable {
    private let state = Atomic(false)

    var isOpen: Bool { state.load(ordering: .acquiring) }
    func open() { state.store(true, ordering: .releasing) }
}

/// What happened so often.
final class Tally: Sendable {
    private let state = Atomic(0)

    var count: Int { state.load(ordering: .acquiring) }
    func add() { state.add(1, ordering: .acquiringAndReleasing) }
}
