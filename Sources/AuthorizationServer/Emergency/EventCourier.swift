import Encoding
import HTTP
import SMART
import Storage
import Synchronization
import Threads

/// Tells the operator's own systems what cannot wait, from an outbox on disk: what happened wrote the notice in the same
/// transaction, and it leaves the outbox when the receiver took it. One thread, one notice at a time: there is one receiver.
///
/// A notice is a Security Event Token (RFC 8417), pushed as RFC 8935 §2 says, so that the receiver knows by its signature who
/// speaks.
final class EventCourier: Sendable {
    private let database: Database
    private let tokens: TokenIssuer
    private let clock: Clock
    private let outbound: OutboundClient
    private let receiver: WebURL?
    private let isStopped = Mutex(false)
    private let signal = Signal()

    /// Milliseconds after which the outbox is looked at without being woken.
    private static let pause = 1000
    /// Seconds to wait after each failure; after the last one the notice is given up, and kept for the operator to see.
    private static let waits: [Int64] = [5, 15, 60, 240, 960, 3600, 3600, 3600, 3600, 3600, 3600]

    /// `receiver`: nil where nobody wants to be told; then nothing is put in the outbox either.
    init(database: Database, tokens: TokenIssuer, clock: Clock, outbound: OutboundClient, receiver: WebURL?) {
        self.database = database
        self.tokens = tokens
        self.clock = clock
        self.outbound = outbound
        self.receiver = receiver
    }

    func start() {
        guard let receiver else { return }
        _ = Thread.start(named: "event-courier") { [self] in
            while !isStopped.withLock({ $0 }) {
                // Where storage fails the notices stay as they are, and come up again at the next look.
                let due = try? database.read { (transaction) throws(StorageError) in
                    try transaction.dueEventNotices(now: clock.now, limit: 20)
                }
                for notice in due ?? [] where !isStopped.withLock({ $0 }) { try? settle(notice, receiver) }
                if due?.isEmpty ?? true { signal.wait(milliseconds: Self.pause) }
            }
        }
    }

    /// Somebody has just put a notice in the outbox.
    func wake() { signal.raise() }

    /// Does not wait for a delivery under way: its notice stays in the outbox, and is delivered after the next start.
    func stop() {
        isStopped.withLock { $0 = true }
        wake()
    }

    private func settle(_ notice: EventNotice, _ receiver: WebURL) throws {
        let isTaken = isTaken(notice, receiver), now = clock.now
        let tried = Int(clamping: notice.tries)
        try database.writeBlocking { transaction in
            if isTaken {
                try transaction.deleteEventNotice(notice.id)
            } else if tried < Self.waits.count {
                try transaction.postponeEventNotice(notice.id, until: now.adding(seconds: Self.waits[tried]))
            } else {
                try transaction.giveUpEventNotice(notice.id, now: now)
                try transaction.audit(.eventNoticeFailed, address: "", outcome: "notice \(notice.id) given up", at: now)
            }
        }
    }

    private func isTaken(_ notice: EventNotice, _ receiver: WebURL) -> Bool {
        guard let token = try? tokens.eventToken(notice, to: receiver, now: clock.now),
            let response = try? outbound.send(
                .post, to: OutboundClient.Target(receiver),
                headers: [("Content-Type", "application/secevent+jwt"), ("Accept", "application/json")],
                body: Array(token.utf8))
        else { return false }
        return (200..<300).contains(response.status)
    }
}
