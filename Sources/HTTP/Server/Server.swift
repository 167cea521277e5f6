import Crypto
import Glibc
import Synchronization
import Threads

/// An HTTP/1.1 server: one event loop for each core, each with its own sockets for every TCP address.
package final class Server: Sendable {
    private enum State { case made, running, stopped }

    /// Where it listens, with the ports the system chose.
    private let addresses: [ListenAddress]
    private let loops: [EventLoop]
    private let waiting: Mutex<[[LoopThread.Listening]]>
    private let ended: [Signal]
    private let state = Mutex(State.made)
    private let listeners: [Listener]
    private let configuration: ServerConfiguration
    private let log: @Sendable (ServerEvent) -> Void
    private let caps: ConnectionCaps

    /// Listens on every address; connections wait until `start`. Ignores SIGPIPE for the whole process (HT-15).
    package init(
        _ listeners: [Listener], configuration: ServerConfiguration,
        log: @escaping @Sendable (ServerEvent) -> Void
    ) throws(ServerError) {
        signal(SIGPIPE, SIG_IGN)
        let threads = max(1, configuration.threads ?? Self.cores)
        var loops: [EventLoop] = []
        for _ in 0..<threads { loops.append(try EventLoop()) }
        var listening = Array(repeating: [LoopThread.Listening](), count: threads)
        var addresses: [ListenAddress] = []
        for listener in listeners {
            let service = Service(listener, configuration)
            let sockets = try Self.open(listener.address, threads)
            for (index, socket) in sockets.enumerated() {
                listening[index].append(LoopThread.Listening(socket: socket, service: service))
            }
            if let first = sockets.first { addresses.append(first.address) }
        }
        caps = ConnectionCaps(limits: configuration.limits)
        self.loops = loops
        self.listeners = listeners
        self.configuration = configuration
        self.log = log
        self.addresses = addresses
        waiting = Mutex(listening)
        ended = loops.map { _ in Signal() }
    }

    /// The ports listened on, in the order of the TCP listeners.
    package var boundPorts: [UInt16] {
        addresses.compactMap { if case .tcp(_, let port) = $0 { port } else { nil } }
    }

    /// How many connections are open.
    package var connections: Int { caps.open }

    /// Starts the loops.
    package func start() throws(ServerError) {
        let isFirst = state.withLock { state in
            guard state == .made else { return false }
            state = .running
            return true
        }
        guard isFirst else { return }
        for index in loops.indices { try start(index, caps) }
        for address in addresses { log(.listening(address: address.description)) }
    }

    /// Takes no more connections, lets what is under way finish for at most `graceSeconds`, closes the rest. Returns
    /// when all is closed (ST-14).
    package func stop(graceSeconds: Int) {
        let wasRunning = state.withLock { state in
            defer { state = .stopped }
            return state == .running
        }
        guard wasRunning else { return waiting.withLock { $0 = [] } }
        let grace = Int64(clamping: max(0, min(graceSeconds, 3_600))) * 1_000
        let deadline = MonotonicClock.milliseconds() + grace
        for loop in loops { loop.stop(by: deadline) }
        for signal in ended { signal.wait() }
        log(.stopped)
    }

    /// Reads certificates and keys again, for new connections; bad ones leave the old in use (HT-12).
    package func reloadCertificates() {
        for tls in listeners.compactMap(\.tls) {
            do throws(TLSError) {
                try tls.reload()
                log(.certificateReloaded)
            } catch {
                log(.certificateKept(reason: error.description))
            }
        }
    }

    /// How many connections there may be, of all and of one address, from now on. The other limits stay as they are.
    package func changeConnectionLimits(to limits: Limits) { caps.change(to: limits) }

    private func start(_ index: Int, _ caps: ConnectionCaps) throws(ServerError) {
        let started = Thread.start(named: "http-loop") { [self] in
            let context = LoopContext(loop: loops[index], index: index, configuration: configuration, log: log)
            LoopThread(context: context, listening: takeListening(index), caps: caps).run()
            ended[index].raise()
        }
        guard started else {
            for signal in ended[index...] { signal.raise() }
            throw ServerError.system(call: "pthread_create", code: EAGAIN)
        }
    }

    /// The loop's sockets leave the server with it: nobody else may hold them open when the loop lets them go.
    private func takeListening(_ index: Int) -> [LoopThread.Listening] {
        waiting.withLock { waiting in
            guard index < waiting.count else { return [] }
            defer { waiting[index] = [] }
            return waiting[index]
        }
    }

    /// One socket for each loop. A Unix socket cannot be shared: it belongs to the first loop.
    private static func open(_ address: ListenAddress, _ threads: Int) throws(ServerError) -> [ListeningSocket] {
        if case .unix = address { return [try ListeningSocket.open(address, shared: false)] }
        try ListeningSocket.requireFree(address)
        let first = try ListeningSocket.open(address, shared: threads > 1)
        var sockets = [first]
        for _ in 0..<(threads - 1) { sockets.append(try ListeningSocket.open(first.address, shared: true)) }
        return sockets
    }

    private static var cores: Int { max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))) }
}
