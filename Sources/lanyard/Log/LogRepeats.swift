import Synchronization

/// Keeps one that asks again and again from filling the log (AU-05): of an event from one peer, so many lines a minute are
/// written, and of the rest their number. The memory for that is bounded; peers over the bound are counted together.
final class LogRepeats: Sendable {
    struct Summary: Sendable, Equatable {
        let event: String
        let peer: String
        let times: Int
    }

    private struct Key: Hashable {
        let event: String
        let peer: String
    }

    private struct Count {
        let since: Int64
        var written = 0
        var held = 0
    }

    private struct State {
        var counts: [Key: Count] = [:]
        /// When the first of them is over.
        var end = Int64.max
    }

    static let allowance = 20
    static let window: Int64 = 60
    static let peersAtMost = 1024
    /// All peers for which there is no room.
    static let others = "others"

    private let state = Mutex(State())

    /// Whether the event is to be written, and what has been held back meanwhile and is to be told first.
    func admit(_ event: String, peer: String?, now: Int64) -> (isWritten: Bool, summaries: [Summary]) {
        state.withLock { state in
            let summaries = now >= state.end ? Self.takeEnded(&state, now) : []
            guard let peer else { return (true, summaries) }
            var key = Key(event: event, peer: peer)
            if state.counts[key] == nil, state.counts.count >= Self.peersAtMost {
                key = Key(event: event, peer: Self.others)
            }
            var count = state.counts[key] ?? Count(since: now)
            let isWritten = count.written < Self.allowance
            if isWritten { count.written += 1 } else { count.held += 1 }
            state.counts[key] = count
            state.end = min(state.end, count.since + Self.window)
            return (isWritten, summaries)
        }
    }

    /// What was held back and not told yet, at the end of the process.
    func takeRest() -> [Summary] { state.withLock { Self.takeEnded(&$0, .max) } }

    private static func takeEnded(_ state: inout State, _ now: Int64) -> [Summary] {
        let ended = state.counts.filter { now == .max || $0.value.since + window <= now || $0.value.since > now }
        for key in ended.keys { state.counts[key] = nil }
        state.end = state.counts.values.map { $0.since + window }.min() ?? .max
        return ended.filter { $0.value.held > 0 }.map { key, count in
            Summary(event: key.event, peer: key.peer, times: count.held)
        }
    }
}
