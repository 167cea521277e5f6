import AuthorizationServer
import Crypto
import Encoding
import HTTP
import Threads

/// The authorization server and its listeners: the protocol on the configured addresses, the administration on the
/// local socket.
struct RunningServer: Sendable {
    private let authorization: AuthorizationServer
    private let http: Server
    private let log: Log
    private let stopping = WorkerPool(name: "stop", threads: 1, capacity: 1)

    /// Opens everything and begins to answer. The database comes first: its lock tells a second server before that could
    /// take the first one's socket away.
    init(_ settings: Settings, log: Log) throws {
        let events = ServerLog(log)
        let authorization = try AuthorizationServer(settings.unlocked(), log: events.failed)
        for outcome in authorization.seeding { log(.info, "policy.seeded", ["outcome": .string(outcome)]) }
        do {
            http = try Self.start(authorization, settings, events)
        } catch {
            authorization.close()
            throw error
        }
        self.authorization = authorization
        self.log = log
    }

    private static func start(
        _ authorization: AuthorizationServer, _ settings: Settings, _ events: ServerLog
    ) throws -> Server {
        let router = try Router(
            authorization.routes, onError: authorization.onError, onRefusal: authorization.onRefusal)
        let administration = try Router(authorization.administrationRoutes, onError: authorization.onError)
        var listeners: [Listener] = []
        for address in settings.listen {
            listeners.append(Listener(address: address.address, tls: try address.context(), router: router))
        }
        listeners.append(Listener(address: .unix(path: settings.adminSocket), router: administration))
        let server = try Server(listeners, configuration: settings.server, log: events.happened)
        try server.start()
        return server
    }

    /// Answers until SIGTERM or SIGINT, then until the requests under way are answered (ST-14), at most ten seconds.
    func runUntilStopped() async {
        for await event in Signals.events() {
            if event == .stop { break }
            http.reloadCertificates()
        }
        let http = http
        try? await stopping.run { http.stop(graceSeconds: 10) }
        authorization.close()
        log.flush()
    }
}

extension ListenSetting {
    var address: ListenAddress {
        switch self {
        case .tcp(let host, let port, _): .tcp(host: host, port: port)
        case .unix(let path): .unix(path: path)
        }
    }

    /// Reads the certificate and its key, where the address has them.
    func context() throws(TLSError) -> TLSContext? {
        guard case .tcp(_, _, let files?) = self else { return nil }
        return try TLSContext(certificateFile: files.certificate, keyFile: files.key)
    }
}
