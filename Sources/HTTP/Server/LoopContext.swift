import Glibc

/// What a loop lends the connection whose turn it is: one read buffer and one output buffer for all of them, the
/// writer, the time.
final class LoopContext {
    let loop: EventLoop
    /// Which of the loops it is, from 0.
    let index: Int
    let limits: Limits
    let log: @Sendable (ServerEvent) -> Void
    let epoll: Epoll
    /// Monotonic milliseconds, as of this turn.
    var now = MonotonicClock.milliseconds()
    var readBuffer = [UInt8](repeating: 0, count: 65_536)
    /// Answers of the connection whose turn it is; empty between turns.
    var output: [UInt8] = []
    /// Connections that have more to do without waiting for an event.
    var resumptions: [ConnectionToken] = []
    /// The server stops: answers close their connections.
    var isDraining = false

    private let wallClock: @Sendable () -> Int64
    private var writer = ResponseWriter()
    private let identity: UInt64
    private var requestCount: UInt64 = 0

    init(
        loop: EventLoop, index: Int = 0, configuration: ServerConfiguration,
        log: @escaping @Sendable (ServerEvent) -> Void
    ) {
        self.loop = loop
        self.index = index
        self.log = log
        limits = configuration.limits
        wallClock = configuration.now
        identity = UInt64.random(in: .min ... .max)
        epoll = loop.epoll
    }

    /// The name of the next request.
    func nextRequestID() -> RequestID {
        requestCount &+= 1
        return RequestID(loop: identity, count: requestCount)
    }

    /// Appends an answer to `output`.
    func write(_ response: Response, omitsBody: Bool, closes: Bool) -> Bool {
        writer.append(response, to: &output, omitsBody: omitsBody, closes: closes, now: wallClock())
    }

    /// Empties the output buffer; gives back the room of an unusually large answer.
    func clearOutput() {
        if output.capacity > 1_048_576 { output = [] } else { output.removeAll(keepingCapacity: true) }
    }
}
