import Encoding
import HTTP
import SMART
import Storage
import Synchronization
import Threads

/// Tells clients of sessions that have ended (OpenID Connect Back-Channel Logout 1.0 §2.5), from an outbox on disk: what
/// ended a session wrote the notices in the same transaction, and a notice leaves the outbox only when its client took it
/// or has failed too often. One thread looks at the outbox; each delivery blocks, and has a thread of its own while it lasts.
///
/// A client gets one delivery at a time, and one that fails holds up the client's others: a client that hangs costs one
/// thread for the length of a time-out, and only itself a delay.
final class LogoutCourier: Sendable {
    private struct State {
        /// Clients that are being told.
        var busy: Set<String> = []
        var isStopped = false
    }

    private let database: Database
    private let clients: ClientRegistry
    private let tokens: TokenIssuer
    private let clock: Clock
    private let outbound: OutboundClient
    private let state = Mutex(State())
    private let signal = Signal()

    private static let deliveriesAtOnce = 4
    /// Milliseconds after which the outbox is looked at without being woken: sessions expire, and retries fall due.
    private static let pause = 1000
    /// Seconds to wait after each failure; after the last one the notice is given up.
    private static let waits: [Int64] = [15, 60, 240, 960, 3600, 3600, 3600, 3600, 3600, 3600]

    init(
        database: Database, clients: ClientRegistry, tokens: TokenIssuer, clock: Clock, outbound: OutboundClient
    ) {
        self.database = database
        self.clients = clients
        self.tokens = tokens
        self.clock = clock
        self.outbound = outbound
    }

    func start() {
        _ = Thread.start(named: "logout-courier") { [self] in
            while !state.withLock({ $0.isStopped }) {
                for notice in claim() { deliver(notice) }
                signal.wait(milliseconds: Self.pause)
            }
        }
    }

    /// Somebody has just put a notice in the outbox. Without it, a notice waits for up to a second.
    func wake() { signal.raise() }

    /// Does not wait for a delivery under way: its notice stays in the outbox, and is delivered after the next start.
    func stop() {
        state.withLock { $0.isStopped = true }
        wake()
    }

    /// The next notice of each client that is not being told anything, as many as there is room for. Read under the lock: a
    /// notice that was settled meanwhile must not be seen any more.
    private func claim() -> [LogoutNotice] {
        state.withLock { state in
            let room = Self.deliveriesAtOnce - state.busy.count
            guard room > 0 else { return [] }
            let due = try? database.read { (transaction) throws(StorageError) in
                try transaction.dueLogoutNotices(now: clock.now)
            }
            let claimed = (due ?? []).filter { !state.busy.contains($0.clientID) }.prefix(room)
            state.busy.formUnion(claimed.map(\.clientID))
            return Array(claimed)
        }
    }

    private func deliver(_ notice: LogoutNotice) {
        let isStarted = Thread.start(named: "logout-notice") { [self] in
            // Where storage fails the notice stays as it is, and comes up again at the next look.
            let isSettled = (try? settle(notice)) != nil
            state.withLock { _ = $0.busy.remove(notice.clientID) }
            if isSettled { wake() }
        }
        if !isStarted { state.withLock { _ = $0.busy.remove(notice.clientID) } }
    }

    private func settle(_ notice: LogoutNotice) throws {
        let problem = try problem(delivering: notice), now = clock.now
        guard let problem else {
            return try database.writeBlocking { try $0.deleteLogoutNotice(notice.id) }
        }
        let tried = Int(clamping: notice.attempts)
        try database.writeBlocking { transaction in
            if tried < Self.waits.count {
                let next = now.adding(seconds: Self.waits[tried])
                try transaction.postponeLogoutNotice(notice.id, clientID: notice.clientID, until: next)
            } else {
                try transaction.deleteLogoutNotice(notice.id)
                try transaction.appendAudit(
                    AuditRecord(
                        at: now, action: AuditEvent.logoutNoticeFailed.rawValue, actor: notice.sub,
                        client: notice.clientID, patient: nil, address: nil, outcome: problem, detail: nil))
            }
        }
    }

    /// Nil if the client took it, or wants none any more; else what went wrong.
    private func problem(delivering notice: LogoutNotice) throws(StorageError) -> String? {
        guard let client = try clients.client(notice.clientID), client.isEnabled,
            let url = client.metadata.backchannelLogoutURI
        else { return nil }
        do {
            // A token for each try: its life is short, and the client may hold repeats of a jti for an attack.
            let token = try tokens.logoutToken(to: client, sub: notice.sub, sid: notice.sid, now: clock.now)
            let response = try outbound.send(
                .post, to: OutboundClient.Target(url),
                headers: [("Content-Type", "application/x-www-form-urlencoded"), ("Accept", "application/json")],
                body: Array(FormParameters([("logout_token", token)]).serialized().utf8))
            return (200..<300).contains(response.status) ? nil : "answered \(response.status)"
        } catch let error as ClientError {
            return error.description
        } catch {
            return "no logout token could be made"
        }
    }
}

extension OutboundClient.Target {
    init(_ url: WebURL) {
        self.init(isSecure: url.isHTTPS, host: url.host, port: url.port, pathAndQuery: url.pathAndQuery)
    }
}
