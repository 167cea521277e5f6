import Encoding
import Glibc
import Synchronization
import Threads

/// Writes lines on a thread of its own, so that a slow reader of the log never holds an event loop. The queue is
/// bounded: lines over the bound are dropped and their number is written once there is room (AU-05).
final class LogWriter: Sendable {
    private struct State {
        var lines: [String] = []
        var dropped = 0
        /// All that were dropped or could not be written, since the start.
        var lost = 0
        var writing = false
        var isFailing = false
        var isRetrying = false
    }

    private let state = Mutex(State())
    private let filled = Signal()
    private let emptied = Signal()
    private let capacity: Int
    private let write: @Sendable ([UInt8]) -> Bool

    /// `write` gets whole lines, each with its end, and says whether it could write them.
    init(
        capacity: Int = 8192,
        write: @escaping @Sendable ([UInt8]) -> Bool = { FileAccess.write($0, to: .standardError) }
    ) throws(CommandFailure) {
        self.capacity = capacity
        self.write = write
        let started = Thread.start(named: "log") { [self] in
            while true { drain() }
        }
        guard started else { throw .unavailable("the system has no thread left") }
    }

    func append(_ line: String) {
        state.withLock { state in
            guard state.lines.count >= capacity else { return state.lines.append(line) }
            state.dropped += 1
            state.lost += 1
        }
        filled.raise()
    }

    var lost: Int { state.withLock { $0.lost } }

    /// False after a write that failed, and while lines are dropped, until a write succeeds.
    var isWorking: Bool { state.withLock { !$0.isFailing && $0.dropped == 0 } }

    /// Waits until all that was appended is written, at most five seconds: the log's reader may have gone.
    func flush() {
        for _ in 0..<50 {
            if state.withLock({ $0.lines.isEmpty && !$0.writing }) { return }
            emptied.wait(milliseconds: 100)
        }
    }

    private func drain() {
        let (lines, dropped, isFailing) = state.withLock { state -> ([String], Int, Bool) in
            // What was dropped is told beside the next line, and not forgotten without one.
            guard !state.lines.isEmpty || state.isRetrying else { return ([], 0, state.isFailing) }
            defer { (state.lines, state.dropped, state.writing, state.isRetrying) = ([], 0, true, false) }
            return (state.lines, state.dropped, state.isFailing)
        }
        if lines.isEmpty, dropped == 0 {
            emptied.raise()
            guard isFailing else { return filled.wait() }
            // There may be no next line while the log's trouble keeps requests away: room that has come back is looked for.
            filled.wait(milliseconds: 2000)
            return state.withLock { $0.isRetrying = true }
        }
        // What was written of a line that failed ends here.
        var bytes: [UInt8] = isFailing ? [0x0A] : []
        for line in lines { bytes += Array(line.utf8) + [0x0A] }
        if dropped > 0 { bytes += Array(Self.droppedLine(dropped).utf8) + [0x0A] }
        let isWritten = write(bytes)
        state.withLock { state in
            state.writing = false
            state.isFailing = !isWritten
            guard !isWritten else { return }
            // A disk that is full now may have room for this later.
            state.dropped += lines.count + dropped
            state.lost += lines.count
        }
    }

    private static func droppedLine(_ count: Int) -> String {
        Log.line(Int64(time(nil)), .warning, "log.dropped", ["lines": .integer(Int64(count))])
    }
}
