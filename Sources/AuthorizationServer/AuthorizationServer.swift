import Crypto
import Encoding
package import HTTP
import Policy
import SMART
import Storage
import Synchronization
import Threads

/// One authorization server: what all endpoints share, made once at the start and never changed. The only type that knows
/// how the parts hang together.
package final class AuthorizationServer: Sendable {
    let configuration: Configuration
    let clock: Clock
    let random: RandomBytes
    let database: Database
    let clients: ClientRegistry
    let fhirServers: FHIRServerBook
    let keys: KeyStore
    let keyRotation: KeyRotation
    /// Making RSA keys and encrypting files takes long; one at a time is enough.
    let keyWork = WorkerPool(name: "key-work", threads: 1, capacity: 4, computes: true)
    let tokens: TokenIssuer
    let accessTokens: AccessTokenVerifier
    let passwords: PasswordHasher
    let clientSecrets: ClientSecrets
    let assertions: AssertionVerifier
    let guessLimit = GuessLimit()
    let sharedLooks = SharedLooks()
    let registrationLimit: RegistrationLimit
    /// Of one subscriber to register, refused ones too.
    let registrationTries: GuessLimit
    let clientDocuments: ClientDocuments
    let authenticatedHeaders = AuthenticatedHeaders()
    let cookies: Cookies
    let pages: PageResponses
    let style: HostedStyle
    let errors: ErrorResponses
    let refusals: RecentRefusals
    let courier: LogoutCourier
    let events: EventCourier
    let notary: AuditNotary
    /// Where the chain of audit records is looked through, which takes longer than a loop may.
    let auditing = WorkerPool(name: "audit", threads: 1, capacity: 8)
    let directories: Directories
    let documents: FHIRServerDocuments
    let roles: RoleBook
    let permissions: TokenPermissions
    /// Whether what is logged is written.
    let isLogWorking: @Sendable () -> Bool
    private let stopping = Atomic<Bool>(false)
    private let currentGuessing: Mutex<Guessing>
    let holderRights: HolderRights
    /// When the database was put in place of another, in seconds since 1970; nil if it never was. It cannot be while it is open.
    let restoredAt: Int64?
    /// What became of each policy file at the start, in words for the log.
    package let seeding: [String]

    /// Opens the database and the keys, both made if they are not there yet.
    ///
    /// Throws what stops the start, in words for an operator: a second server on the same files, damage, a newer schema,
    /// a key that cannot be read.
    package init(
        _ configuration: Configuration, clock: Clock = .system,
        log: @escaping @Sendable (any Error, Request) -> Void = { _, _ in },
        audit: @escaping @Sendable (AuditNotice) -> Void = { _ in },
        isLogWorking: @escaping @Sendable () -> Bool = { true }
    ) throws {
        self.configuration = configuration
        currentGuessing = Mutex(configuration.guessing)
        self.isLogWorking = isLogWorking
        self.clock = clock
        random = RandomBytes()
        try PrivateFile.requireDirectory(configuration.dataDirectory)
        // Its lock before anything else: a second process on the same files must not touch the keys either.
        database = try Database(path: configuration.databasePath, options: .usual)
        keys = try KeyStore(
            directory: configuration.keysDirectory, passphrase: configuration.keyPassphrase,
            previous: configuration.previousKeyPassphrases, database: database, random: random, clock: clock,
            rsaBits: configuration.rsaKeyBits)
        keyRotation = KeyRotation(keys, clock, rotateAfterDays: configuration.keyRotationDays)
        restoredAt = try database.read { (transaction) throws(StorageError) in try transaction.restoreTime() }
        roles = RoleBook(database)
        holderRights = HolderRights(roles)
        fhirServers = try FHIRServerBook(configuration.fhirServers, issuer: configuration.issuer, database)
        permissions = TokenPermissions(configuration, database, roles, fhirServers)
        seeding = try Self.seed(configuration.policies, database, clock)
        try configuration.requireDefaultRoles(try roles.edition().policies)
        clients = ClientRegistry(database, reserved: configuration.issuer.value)
        refusals = RecentRefusals(clock)
        pages = PageResponses(configuration, refusals: refusals, log: log)
        style = HostedStyle(configuration, configuration.branding)
        tokens = TokenIssuer(
            issuer: configuration.issuer, lifetimes: configuration.lifetimes, keys: keys, random: random,
            database: database, style: style, servers: fhirServers)
        accessTokens = AccessTokenVerifier(issuer: configuration.issuer.value, keys: keys, database: database)
        passwords = PasswordHasher(random, cost: configuration.passwordCost)
        clientSecrets = try ClientSecrets(passwords, random: random)
        assertions = AssertionVerifier(
            RemoteKeySets(outbound: configuration.outbound(longestBody: RemoteKeySets.longestAnswer), clock: clock))
        registrationLimit = RegistrationLimit(configuration.registration)
        registrationTries = GuessLimit(allowance: configuration.registration.triesPerAddressPerHour, window: 3600)
        clientDocuments = ClientDocuments(
            configuration, clients: clients, database: database, clock: clock, log: log)
        cookies = Cookies(isSecure: configuration.issuer.isHTTPS)
        errors = ErrorResponses(issuer: configuration.issuer.value, refusals: refusals, log: log)
        courier = LogoutCourier(
            database: database, clients: clients, tokens: tokens, clock: clock, outbound: configuration.outbound)
        events = EventCourier(
            database: database, tokens: tokens, clock: clock, outbound: configuration.outbound,
            receiver: configuration.eventReceiver)
        notary = AuditNotary(
            database: database, keys: keys, clock: clock, issuer: configuration.issuer.value,
            settings: configuration.audit, tell: audit)
        directories = Directories(configuration, fhirServers, tokens: tokens, clock: clock, random: random)
        documents = FHIRServerDocuments(Discovery(configuration: configuration), fhirServers)
        let sweepTime = SweepTime(clock)
        database.startSweeper(clock: { sweepTime.now }, sessionIdle: configuration.lifetimes.sessionIdle)
        courier.start()
        events.start()
        notary.start()
        keyRotation.start()
    }

    /// The policy files, and then all policies once, so that a damaged one stops the start and not the first request.
    private static func seed(_ files: [PolicyFile], _ database: Database, _ clock: Clock) throws -> [String] {
        let seed = PolicySeed(files: files, shipped: files)
        let (outcome, standing) = try database.writeBlocking { transaction in
            let outcome = try seed.apply(by: StandingPolicies.server, address: "", transaction, now: clock.now)
            return (outcome, try StandingPolicies(transaction))
        }
        switch outcome {
        case .success(let plans):
            let told = plans.filter { $0.step != .keep }.map(\.text)
            let isEmpty = standing.policies.isEmpty
            return isEmpty ? told + ["there are no role policies: nobody may do anything"] : told
        case .failure(let problems):
            // Nobody's edit may keep a server from coming back: new files that it does not go together with have to wait.
            guard PolicyCheck(files).problems.isEmpty, standing.areSound else { throw problems }
            let told = "no policy file was put in place: together with what is in the database they are not valid"
            return [told] + problems.list.map(\.description)
        }
    }

    /// How many guesses there may be, which can change while the server runs.
    package var guessing: Guessing {
        get { currentGuessing.withLock { $0 } }
        set { currentGuessing.withLock { $0 = newValue } }
    }

    /// The server is about to stop: it still answers, but says that requests should go elsewhere.
    package func prepareToStop() { stopping.store(true, ordering: .relaxed) }

    var isStopping: Bool { stopping.load(ordering: .relaxed) }

    /// After the last request: stops the threads and closes the database.
    package func close() {
        keyRotation.stop()
        keyWork.stop()
        courier.stop()
        events.stop()
        passwords.stop()
        assertions.stop()
        clientDocuments.stop()
        directories.stop()
        auditing.stop()
        notary.stop()
        database.close()
    }

    /// What turns an endpoint's error into a response.
    package var onError: @Sendable (any Error, Request) -> Response {
        { [errors] error, request in errors.response(to: error, request) }
    }

    /// What answers a browser that asks for what is not there.
    package var onRefusal: @Sendable (Int, Request) -> Response? {
        { [self] status, request in documentAtBase(request) ?? pages.nothingHere(status, request) }
    }

    /// Whether there is a FHIR server that tokens could be issued for.
    package var hasFHIRServers: Bool {
        get throws { try !fhirServers.edition().servers.isEmpty }
    }

    /// A path of ours as requests carry it: behind the issuer's own path.
    func path(_ path: String) -> String { configuration.issuer.path + path }

    /// A path of ours as the world knows it.
    func url(_ path: String) -> String { configuration.issuer.value + path }

    /// Whether this browser has a live session, begun at most `maxAge` seconds ago, of the user that is hinted at.
    func isSignedIn(_ request: Request, maxAge: Int64?, as hint: IDTokenHint?) throws -> Bool {
        guard let session = try signedIn(request) else { return false }
        if let hint, !hint.permits(session.user.sub) { return false }
        return maxAge.map { session.row.authTime.adding(seconds: $0) >= clock.now } ?? true
    }

    /// Whom the tokens of a grant are about.
    func subject(of grant: Grant, user: StoredUser?) throws -> TokenIssuer.Subject {
        let session = try grant.sessionID.flatMap { id in
            try database.read { (transaction) throws(StorageError) in
                try transaction.sessionIdentifier(sessionID: id, clientID: grant.clientID)
            }
        }
        let servers = try fhirServers.edition()
        return TokenIssuer.Subject(
            sub: user?.sub ?? grant.clientID, sid: session, fhirUser: user?.fhirUser.flatMap(FHIRUser.init),
            fhirBase: (servers.server(audience: grant.audience) ?? servers.servers.first)?.base)
    }
}
