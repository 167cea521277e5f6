import Encoding
import Synchronization

/// The time by which expired rows are swept. Where the clock is set forward it follows only after an hour, for somebody may
/// set it back: what was used, such as the `jti` of an assertion, must still be there then, or it could be used again
/// (RFC 7523 §3). Rows that stay an hour longer do no harm, for whoever reads them looks at the clock itself.
final class SweepTime: Sendable {
    private struct State {
        /// Of the clock before what has passed, in seconds, as far as it is believed.
        var lead: Int64
        /// When it was first seen to be more, in elapsed seconds.
        var doubtedSince: Int64?
    }

    private static let patience: Int64 = 3600
    /// What a clock gains or loses without being set.
    private static let drift: Int64 = 60

    private let clock: Clock
    private let state: Mutex<State>

    init(_ clock: Clock) {
        self.clock = clock
        state = Mutex(State(lead: clock.now.subtracting(seconds: clock.elapsed)))
    }

    /// Asked at each sweep, every few seconds.
    var now: Int64 {
        let now = clock.now, elapsed = clock.elapsed
        let lead = now.subtracting(seconds: elapsed)
        return state.withLock { state in
            let isSetForward = lead > state.lead.adding(seconds: Self.drift)
            let since = isSetForward ? state.doubtedSince ?? elapsed : nil
            state.doubtedSince = since
            if let since, elapsed.subtracting(seconds: since) < Self.patience {
                return elapsed.adding(seconds: state.lead)
            }
            (state.lead, state.doubtedSince) = (lead, nil)
            return now
        }
    }
}
