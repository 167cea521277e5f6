import Encoding
import Glibc
import Synchronization

/// The least that is logged, which can be changed while others log.
private final class LogThreshold: Sendable {
    private let current: Mutex<LogLevel>

    init(_ level: LogLevel) { current = Mutex(level) }

    var level: LogLevel { current.withLock { $0 } }

    func set(_ level: LogLevel) { current.withLock { $0 = level } }
}

/// The program's log: one event is one line of JSON on standard error, with time, level, event and the event's own
/// members. Members are named one by one where the event is made; nothing hands over a request, a header or a body, so
/// no secret can slip in (AU-02).
struct Log: Sendable {
    private let threshold: LogThreshold
    private let writer: LogWriter
    private let now: @Sendable () -> Int64
    private let repeats = LogRepeats()

    init(
        level: LogLevel, writer: LogWriter, now: @escaping @Sendable () -> Int64 = { Int64(Glibc.time(nil)) }
    ) {
        threshold = LogThreshold(level)
        self.writer = writer
        self.now = now
    }

    /// Writes an event. Never waits: see `LogWriter`.
    func callAsFunction(_ level: LogLevel, _ event: String, _ members: JSONObject = [:]) {
        guard level >= threshold.level else { return }
        let now = now()
        let (isWritten, summaries) = repeats.admit(event, peer: members["peer"]?.stringValue, now: now)
        tell(summaries, now)
        if isWritten { writer.append(Self.line(now, level, event, members)) }
    }

    /// From now on, also for those who hold copies of this log.
    func setLevel(_ level: LogLevel) { threshold.set(level) }

    /// Whether what is logged is written.
    var isWorking: Bool { writer.isWorking }

    /// Writes what still waits, at the end of the process.
    func flush() {
        tell(repeats.takeRest(), now())
        writer.flush()
    }

    /// Lines that were never written, since the start: nobody read the log fast enough, or its disk is full. Whoever looks after the
    /// health of the server wants it to be 0; answers do not wait for it (AU-05).
    var lostLines: Int { writer.lost }

    private func tell(_ summaries: [LogRepeats.Summary], _ now: Int64) {
        for summary in summaries {
            writer.append(
                Self.line(
                    now, .warning, "log.repeated",
                    [
                        "of": .string(summary.event), "peer": .string(summary.peer),
                        "times": .integer(Int64(summary.times)),
                    ]))
        }
    }

    /// The event as its line, without the line's end.
    static func line(_ now: Int64, _ level: LogLevel, _ event: String, _ members: JSONObject) -> String {
        var object: JSONObject = ["time": .string(Timestamp.rfc3339(now)), "level": .string(level.rawValue)]
        object["event"] = .string(event)
        for member in members.members where !object.contains(member.name) { object[member.name] = member.value }
        return SafeText.json(JSON.object(object).text)
    }
}
