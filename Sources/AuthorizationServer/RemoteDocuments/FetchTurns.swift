import Synchronization
import Threads

/// The time that fetches are measured by, and who wakes what waits for its turn. Apart from the time of day, which may stand
/// still or jump. Tests move it.
protocol FetchTurns: Sendable {
    var now: ContinuousClock.Instant { get }
    /// Runs `job`, which only begins something, at its turn and not before. False, and the job is forgotten, if the system
    /// has no thread left.
    func run(notBefore turn: ContinuousClock.Instant, _ job: @escaping @Sendable () -> Void) -> Bool
}

/// One thread, which is there while something waits. What waits is bounded by who lets it wait.
final class TimedTurns: FetchTurns {
    private struct State {
        var waiting: [(turn: ContinuousClock.Instant, job: @Sendable () -> Void)] = []
        var hasThread = false
    }

    private enum Step {
        case run([@Sendable () -> Void])
        case rest(Duration)
        case end
    }

    private let state = Mutex(State())
    /// Something came, which may be next.
    private let news = Signal()
    private let name: String

    init(name: String) {
        self.name = name
    }

    var now: ContinuousClock.Instant { .now }

    func run(notBefore turn: ContinuousClock.Instant, _ job: @escaping @Sendable () -> Void) -> Bool {
        let isAccepted = state.withLock { state in
            // Under the lock: the thread ends only when nothing waits.
            guard state.hasThread || Thread.start(named: name, { [self] in work() }) else { return false }
            state.hasThread = true
            state.waiting.append((turn, job))
            return true
        }
        news.raise()
        return isAccepted
    }

    private func work() {
        while true {
            switch state.withLock({ step(&$0) }) {
            case .run(let jobs): for job in jobs { job() }
            case .rest(let time): news.wait(milliseconds: Int(time / .milliseconds(1)) + 1)
            case .end: return
            }
        }
    }

    private func step(_ state: inout State) -> Step {
        let now = now
        guard let next = state.waiting.map(\.turn).min() else {
            state.hasThread = false
            return .end
        }
        guard next <= now else { return .rest(next - now) }
        let due = state.waiting.filter { $0.turn <= now }.map(\.job)
        state.waiting.removeAll { $0.turn <= now }
        return .run(due)
    }
}
