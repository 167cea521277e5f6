/// The deadlines of one connection (HT-04). They are numbers that move; the loop looks at them now and then.
struct ConnectionTiming {
    private let limits: Limits
    private var stage: RequestReader.Stage?
    private var stageStart: Int64
    private var deadline: Int64
    private var writeDeadline = Int64.max

    init(limits: Limits, now: Int64, isHandshaking: Bool) {
        self.limits = limits
        stageStart = now
        stage = isHandshaking ? nil : .idle
        deadline = now &+ (isHandshaking ? limits.handshakeTime : limits.idleTime)
    }

    func hasExpired(_ now: Int64) -> Bool { now >= deadline }
    func writeHasExpired(_ now: Int64) -> Bool { now >= writeDeadline }

    mutating func finishHandshake(_ now: Int64) { note(.idle, bodyReceived: 0, now) }

    /// A request was read: whatever comes next starts a new span of time.
    mutating func beginRequest() { stage = nil }

    /// How far the reader is now.
    mutating func note(_ stage: RequestReader.Stage, bodyReceived: Int, _ now: Int64) {
        if stage != self.stage {
            self.stage = stage
            stageStart = now
        }
        switch stage {
        case .idle: deadline = stageStart &+ limits.idleTime
        case .head: deadline = stageStart &+ limits.headTime
        case .body:
            // Each second that was earned by octets is added to the grace, up to the whole time.
            let earned = Int64(bodyReceived) &* 1_000 / Int64(max(1, limits.bodyRate))
            deadline = stageStart &+ min(limits.bodyTime, limits.bodyGrace &+ earned)
        }
    }

    /// Output waits for the peer, or no longer does. The time is not prolonged by a peer that takes octet after octet.
    mutating func setWriting(_ writing: Bool, _ now: Int64) {
        if !writing {
            writeDeadline = .max
        } else if writeDeadline == .max {
            writeDeadline = now &+ limits.writeTime
        }
    }

    mutating func linger(_ now: Int64) { deadline = now &+ limits.lingerTime }
}
