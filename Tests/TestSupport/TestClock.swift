package import AuthorizationServer
import Synchronization

/// A clock that stands still until a test moves it.
package final class TestClock: Sendable {
    private let seconds: Mutex<Int64>

    package init(_ start: Int64 = 1_800_000_000) {
        seconds = Mutex(start)
    }

    package var now: Int64 { seconds.withLock { $0 } }

    package func advance(_ by: Int64) {
        seconds.withLock { $0 += by }
    }

    package var clock: Clock { Clock { self.now } }
}
