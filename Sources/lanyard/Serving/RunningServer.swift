import AuthorizationServer
import Crypto
import Encoding
import HTTP
import Threads

/// The authorization server and its listeners: the protocol on the configured addresses, the administration on the
/// local socket and, for who brings a token, on addresses of its own (AD-12).
struct RunningServer: Sendable {
    private let authorization: AuthorizationServer
    private let http: Server
    private let figures: Figures
    private let settings: Settings
    private let passphrases: KeyPassphraseSource
    private let log: Log
    private let stopping = WorkerPool(name: "stop", threads: 1, capacity: 1)

    /// Opens everything and begins to answer. The database comes first: its lock tells a second server before that could
    /// take the first one's socket away.
    init(_ settings: Settings, log: Log) throws {
        MemoryArenas.limit()
        let events = ServerLog(log)
        let passphrases = KeyPassphraseSource(settings.keyPassphrase)
        var configuration = try settings.unlocked()
        configuration.readKeyPassphrases = { try passphrases.read() }
        let authorization = try AuthorizationServer(
            configuration, log: events.failed, audit: events.audited, isLogWorking: { log.isWorking })
        for outcome in authorization.seeding { log(.info, "policy.seeded", ["outcome": .string(outcome)]) }
        if try !authorization.hasFHIRServers {
            log(
                .warning, "fhir-servers.none",
                ["detail": "no token for a FHIR server can be issued: see fhir-server add"])
        }
        let figures = Figures(authorization)
        do {
            http = try Self.start(authorization, settings, figures, events)
        } catch {
            authorization.close()
            throw error
        }
        let http = http
        figures.count { http.connections }
        self.authorization = authorization
        self.figures = figures
        self.settings = settings
        self.passphrases = passphrases
        self.log = log
    }

    private static func start(
        _ authorization: AuthorizationServer, _ settings: Settings, _ figures: Figures, _ events: ServerLog
    ) throws -> Server {
        let routes = authorization.routes
        let router = try Router(routes, onError: authorization.onError, onRefusal: authorization.onRefusal)
        let observer = figures.observer("public", routes)
        let administrationRoutes = authorization.administrationRoutes + [figures.route] + authorization.healthRoutes()
        let administration = try Router(administrationRoutes, onError: authorization.onError)
        var listeners: [Listener] = []
        for address in settings.listen {
            listeners.append(
                Listener(address: address.address, tls: try address.context(), router: router, observer: observer))
        }
        listeners.append(
            Listener(
                address: .unix(path: settings.adminSocket), router: administration,
                observer: figures.observer("admin", administrationRoutes)))
        if let address = settings.metricsListen {
            let router = try Router([figures.route] + authorization.healthRoutes(), onError: authorization.onError)
            // Another name would be a page in a browser on this machine, whose name was made to point here.
            listeners.append(
                Listener(address: address.address, router: router, hosts: ["localhost", "127.0.0.1", "[::1]"]))
        }
        if !settings.adminListen.isEmpty {
            let routes = authorization.guardedAdministrationRoutes(figures)
            let guarded = try Router(routes, onError: authorization.onError)
            let observer = figures.observer("admin", routes)
            for address in settings.adminListen {
                listeners.append(
                    Listener(address: address.address, tls: try address.context(), router: guarded, observer: observer))
            }
        }
        let server = try Server(listeners, configuration: settings.server, log: events.happened)
        try server.start()
        return server
    }

    /// Answers until SIGTERM or SIGINT, then until the requests under way are answered (ST-14), at most ten seconds.
    func runUntilStopped(rereading read: @escaping @Sendable () throws -> Settings) async {
        let reload = Reload(log: log, started: settings, read: read) { [http, authorization, passphrases] settings in
            http.changeConnectionLimits(to: settings.server.limits)
            authorization.guessing = settings.configuration.guessing
            passphrases.change(to: settings.keyPassphrase)
        }
        var settings = settings
        for await event in Signals.events() {
            if event == .stop { break }
            http.reloadCertificates()
            settings = reload.apply(over: settings)
        }
        authorization.prepareToStop()
        let http = http
        try? await stopping.run { http.stop(graceSeconds: 10) }
        figures.stop()
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
