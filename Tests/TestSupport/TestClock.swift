package import AuthorizationServer
import Synchronization

/// A clock that stands still until a test moves it.
package final class TestClock: Sendable {
    private let seconds: Mutex<Int64>
    private let passed = Mutex<Int64>(0)

    package init(_ start: Int64 = 1_800_000_000) {
        seconds = Mutex(start)
    }

    package var now: Int64 { seconds.withLock { $0 } }

    package func advance(_ by: Int64) {
        seconds.withLock { $0 += by }
        passed.withLock { $0 += max(0, by) }
    }

    /// Somebody sets the clock: no time passes by it.
    package func set(by seconds: Int64) {
        self.seconds.withLock { $0 += seconds }
    }

    package var clock: Clock { Clock(elapsed: { self.passed.withLock { $0 } }, { self.now }) }
}
