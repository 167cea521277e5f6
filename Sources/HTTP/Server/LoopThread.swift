import CLinux
import Crypto
import Glibc
import Threads

/// One event loop: waits for events, gives each connection its turn, runs the jobs of async endpoints, looks at the
/// deadlines. Everything it holds is used by its thread alone.
final class LoopThread {
    /// A listening socket and what is served on it.
    struct Listening {
        let socket: ListeningSocket
        let service: Service
    }

    private let context: LoopContext
    private let caps: ConnectionCaps
    private let acceptor: Acceptor
    private let turn = Turn()
    private var listening: [Listening]
    /// Listeners that rest until the next tick, for want of descriptors.
    private var resting: [Int32] = []
    private var reserve = ReserveDescriptor()
    private var connections: [Connection?] = []
    private var count = 0
    private var generation: UInt32 = 0
    private var room = Epoll.Room()
    private var events: [Epoll.Event] = []
    private var nextTick: Int64
    private var stopBy = Int64.max

    private static var acceptsPerTurn: Int { 64 }
    private static var mailPerTurn: Int { 16 }

    init(context: LoopContext, listening: [Listening], caps: ConnectionCaps, acceptor: Acceptor = Acceptor()) {
        self.context = context
        self.listening = listening
        self.caps = caps
        self.acceptor = acceptor
        nextTick = context.now &+ context.limits.tick
    }

    /// Runs until it is told to stop and no connection is left.
    func run() {
        _ = context.epoll.add(context.loop.wakeDescriptor, .reading, data: data(context.loop.wakeDescriptor))
        for one in listening {
            _ = context.epoll.add(one.socket.descriptor, .reading, data: data(one.socket.descriptor))
        }
        turn.run {
            while !(context.isDraining && count == 0) { takeTurn() }
        }
        listening = []
        context.loop.end()
    }

    private func takeTurn() {
        let mayWait = takeMail()
        turn.end()
        guard !(context.isDraining && count == 0) else { return }
        context.epoll.wait(milliseconds: mayWait ? timeout : 0, &room, into: &events)
        context.loop.awoke()
        context.now = MonotonicClock.milliseconds()
        for event in events { dispatch(event) }
        resumeQueued()
        if context.now >= nextTick { tick() }
    }

    /// Hands out what others have brought. True if the loop may sleep after it.
    private func takeMail() -> Bool {
        for _ in 0..<Self.mailPerTurn {
            let mail = context.loop.takeMail(maySleep: context.resumptions.isEmpty)
            guard !mail.isEmpty else { return context.resumptions.isEmpty }
            for job in mail.jobs { context.loop.run(job) }
            for delivery in mail.deliveries {
                withConnection(delivery.connection) { $0.deliver(delivery.response, context) }
            }
            if let deadline = mail.stopBy { drain(by: deadline) }
        }
        return false
    }

    /// Until the next look at the deadlines; for ever if there is nothing that has one.
    private var timeout: Int32 {
        if count == 0, resting.isEmpty, !context.isDraining { return -1 }
        return Int32(clamping: max(1, nextTick &- MonotonicClock.milliseconds()))
    }

    private func dispatch(_ event: Epoll.Event) {
        let token = ConnectionToken(event.data)
        if token.generation != 0 {
            withConnection(token) { $0.ready(event, context) }
        } else if token.descriptor == context.loop.wakeDescriptor {
            var value: eventfd_t = 0
            unsafe eventfd_read(token.descriptor, &value)
        } else if let one = listening.first(where: { $0.socket.descriptor == token.descriptor }) {
            accept(one)
        }
    }

    private func resumeQueued() {
        guard !context.resumptions.isEmpty else { return }
        let queued = context.resumptions
        context.resumptions = []
        for token in queued { withConnection(token) { $0.resume(context) } }
    }

    /// Generation 0 marks descriptors that are no connection.
    private func data(_ descriptor: Int32) -> UInt64 { ConnectionToken(descriptor: descriptor, generation: 0).data }

    // MARK: Connections

    private func withConnection(_ token: ConnectionToken, _ body: (Connection) -> Void) {
        let index = Int(token.descriptor)
        guard index >= 0, index < connections.count, let connection = connections[index] else { return }
        guard connection.token == token else { return }
        body(connection)
        if connection.phase == .closed { remove(connection) }
    }

    private func remove(_ connection: Connection) {
        connections[Int(connection.token.descriptor)] = nil
        count -= 1
        caps.release(connection.origin.subscriber)
    }

    private func accept(_ one: Listening) {
        for _ in 0..<Self.acceptsPerTurn {
            switch acceptor.next(one.socket.descriptor) {
            case .connection(let descriptor, let address): admit(descriptor, address, one.service)
            case .none: return
            case .exhausted:
                context.log(.outOfDescriptors)
                if !shed(one.socket.descriptor) { return rest(one.socket.descriptor) }
            }
        }
    }

    private func admit(_ descriptor: Int32, _ address: IPAddress?, _ service: Service) {
        let origin = Origin(address, service)
        guard caps.admit(origin.subscriber) else {
            context.log(.tooManyConnections(peer: origin.peer))
            return turnAway(descriptor, service)
        }
        let session = service.tls?.session(on: descriptor)
        generation = max(1, generation &+ 1)
        let token = ConnectionToken(descriptor: descriptor, generation: generation)
        let stream = Stream(descriptor: descriptor, tls: session)
        guard session != nil || service.tls == nil, context.epoll.add(descriptor, .reading, data: token.data) else {
            return caps.release(origin.subscriber)
        }
        while connections.count <= Int(descriptor) { connections.append(nil) }
        connections[Int(descriptor)] = Connection(
            token: token, stream: stream, origin: origin, service: service, now: context.now)
        count += 1
    }

    /// Says 503 where that costs nothing, and closes.
    private func turnAway(_ descriptor: Int32, _ service: Service) {
        let stream = Stream(descriptor: descriptor, tls: nil)
        guard service.tls == nil else { return }
        let text =
            "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 5\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        _ = stream.write(Array(text.utf8), from: 0)
        stream.finishWriting()
    }

    /// Takes one waiting connection with the reserve descriptor and closes it. False if that was not possible.
    private func shed(_ descriptor: Int32) -> Bool {
        var taken = false
        let spent = reserve.spend {
            guard case .connection(let accepted, _) = acceptor.next(descriptor) else { return }
            close(accepted)
            taken = true
        }
        return spent && taken
    }

    /// Does not look at the listener until the next tick.
    private func rest(_ descriptor: Int32) {
        guard !resting.contains(descriptor) else { return }
        context.epoll.remove(descriptor)
        resting.append(descriptor)
    }

    // MARK: Time

    private func tick() {
        nextTick = min(context.now &+ context.limits.tick, max(stopBy, context.now &+ 10))
        for descriptor in resting { _ = context.epoll.add(descriptor, .reading, data: data(descriptor)) }
        resting = []
        forEachConnection { $0.sweep(context) }
        guard context.now >= stopBy else { return }
        forEachConnection { $0.close() }
    }

    /// No new connections; idle ones are closed, busy ones finish what they do (ST-14).
    private func drain(by deadline: Int64) {
        stopBy = min(stopBy, deadline)
        nextTick = min(nextTick, stopBy)
        guard !context.isDraining else { return }
        // Those who wait in the queue have been taken by the kernel, and would see a reset.
        for one in listening { accept(one) }
        context.isDraining = true
        listening = []
        forEachConnection { $0.drain(context) }
    }

    private func forEachConnection(_ body: (Connection) -> Void) {
        for index in connections.indices {
            guard let connection = connections[index] else { continue }
            body(connection)
            if connection.phase == .closed { remove(connection) }
        }
    }
}
