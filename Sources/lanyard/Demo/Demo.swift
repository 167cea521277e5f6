import AuthorizationServer
import Crypto
import HTTP
import SMART
import Threads

/// `lanyard demo`: the authorization server with a small hospital around it, on this machine only.
struct Demo {
    let site: DemoSite
    /// Kept from start to start; nil uses a directory of this run.
    let dataDirectory: String?
    let policies: [PolicyFile]

    init(port: UInt16, dataDirectory: String?, policies: [PolicyFile]) {
        site = DemoSite(port: port)
        self.dataDirectory = dataDirectory
        self.policies = policies
    }

    /// Runs until the process is told to stop; `Signals` must be blocked by then.
    func run() async throws {
        if let dataDirectory { return try await run(in: dataDirectory) }
        let directory = try TemporaryDirectory(RandomBytes())
        defer { directory.remove() }
        try await run(in: directory.path)
    }

    private func run(in directory: String) async throws {
        try PrivateFile.requireDirectory(directory)
        let configuration = try configuration(directory)
        let log = Log(level: .warning, writer: try LogWriter())
        defer { log.flush() }
        let authorization = try AuthorizationServer(configuration, log: ServerLog(log).failed)
        defer { authorization.close() }
        let administration = try Router(authorization.administrationRoutes, onError: authorization.onError)
        let data = SampleData()
        let secrets = try await secrets(in: directory, administration, data)
        let parties = try DemoParties(site, data, secrets, now: { Clock.system.now })
        let listeners = [
            Listener(
                address: .tcp(host: "127.0.0.1", port: site.port), tls: nil,
                router: try Router(
                    authorization.routes + parties.routes, onError: authorization.onError,
                    onRefusal: authorization.onRefusal)),
            Listener(address: .unix(path: configuration.adminSocketPath), tls: nil, router: administration),
        ]
        let server = try Server(listeners, configuration: serverConfiguration, log: ServerLog(log).happened)
        try server.start()
        Console.standard.write(DemoGreeting(site: site).text + "\n")
        await Signals.waitForStop()
        try await WorkerPool(name: "stop", threads: 1, capacity: 1).run { server.stop(graceSeconds: 2) }
    }

    /// Only names of this machine: a page of another site cannot reach the demo by a name of its own (DNS rebinding).
    private var serverConfiguration: ServerConfiguration {
        var configuration = ServerConfiguration()
        configuration.hosts = ["127.0.0.1", "localhost"]
        return configuration
    }

    /// The fixed passwords protect nothing, so hashing them costs as little as in tests: the demo starts at once.
    private func configuration(_ directory: String) throws -> Configuration {
        guard let issuer = Issuer(site.issuer), let base = FHIRBaseURL(site.fhirBase),
            let cost = PasswordHash.Cost(logN: 10)
        else {
            throw DemoProblem("Port \(site.port) makes no address.")
        }
        var configuration = Configuration(
            issuer: issuer, fhirServers: [FHIRServer(base: base, name: "Demo records")], dataDirectory: directory,
            keysDirectory: "\(directory)/Keys", organizationName: "Lanyard demo", passwordCost: cost)
        configuration.policies = policies
        return configuration
    }

    /// The secrets of an earlier start, or those of a new set of samples.
    private func secrets(in directory: String, _ administration: Router, _ data: SampleData) async throws -> DemoSecrets
    {
        if let memory = try DemoMemory(in: directory) {
            guard memory.issuer == site.issuer else {
                throw DemoProblem(
                    "\(directory) belongs to \(memory.issuer): start with the same --port, or another --data.")
            }
            return memory.secrets
        }
        let secrets = try await DemoSeed(site: site, administration: administration).run(data)
        try DemoMemory(issuer: site.issuer, secrets: secrets).write(to: directory)
        return secrets
    }
}
