import Crypto
import Encoding
package import HTTP
import SMART
import Storage

/// One authorization server: what all endpoints share, made once at the start and never changed. The only type that knows
/// how the parts hang together.
package final class AuthorizationServer: Sendable {
    let configuration: Configuration
    let clock: Clock
    let random: RandomBytes
    let database: Database
    let clients: ClientRegistry
    let keys: KeyStore
    let tokens: TokenIssuer
    let accessTokens: AccessTokenVerifier
    let passwords: PasswordHasher
    let clientSecrets: ClientSecrets
    let guessLimit = GuessLimit()
    let authenticatedHeaders = AuthenticatedHeaders()
    let cookies: Cookies
    let pages: PageResponses
    let errors: ErrorResponses

    /// Opens the database and the keys, both made if they are not there yet.
    ///
    /// Throws what stops the start, in words for an operator: a second server on the same files, damage, a newer schema,
    /// a key that cannot be read.
    package init(
        _ configuration: Configuration, clock: Clock = .system,
        log: @escaping @Sendable (any Error, Request) -> Void = { _, _ in }
    ) throws {
        self.configuration = configuration
        self.clock = clock
        random = RandomBytes()
        try PrivateFile.requireDirectory(configuration.dataDirectory)
        keys = try KeyStore(
            directory: configuration.keysDirectory, passphrase: configuration.keyPassphrase, random: random)
        database = try Database(path: configuration.databasePath)
        clients = ClientRegistry(database)
        tokens = TokenIssuer(configuration: configuration, keys: keys, random: random)
        accessTokens = AccessTokenVerifier(issuer: configuration.issuer.value, keys: keys, database: database)
        passwords = PasswordHasher(random, cost: configuration.passwordCost)
        clientSecrets = try ClientSecrets(passwords, random: random)
        cookies = Cookies(isSecure: configuration.issuer.isHTTPS)
        pages = PageResponses(configuration, log: log)
        errors = ErrorResponses(issuer: configuration.issuer.value, log: log)
        database.startSweeper { clock.now }
    }

    /// After the last request: stops the threads and closes the database.
    package func close() {
        passwords.stop()
        database.close()
    }

    /// What turns an endpoint's error into a response.
    package var onError: @Sendable (any Error, Request) -> Response {
        { [errors] error, request in errors.response(to: error, request) }
    }

    /// A path of ours as requests carry it: behind the issuer's own path.
    func path(_ path: String) -> String { configuration.issuer.path + path }

    /// A path of ours as the world knows it.
    func url(_ path: String) -> String { configuration.issuer.value + path }

    /// Whether this browser has a live session, begun at most `maxAge` seconds ago.
    func isSignedIn(_ request: Request, maxAge: Int64?) throws -> Bool {
        guard let handle = request.cookie(cookies.session).flatMap(Handle.init) else { return false }
        let session = try database.read { (transaction) throws(StorageError) in try transaction.session(handle.id) }
        guard let session, session.secretHash == handle.hash else { return false }
        if let maxAge, session.authTime.adding(seconds: maxAge) < clock.now { return false }
        return session.isLive(now: clock.now, idle: configuration.lifetimes.sessionIdle)
    }

    /// Whom the tokens of a grant are about.
    func subject(of grant: Grant, user: StoredUser?) throws -> TokenIssuer.Subject {
        TokenIssuer.Subject(
            sub: user?.sub ?? grant.clientID, fhirUser: user?.fhirUser.flatMap(FHIRUser.init),
            fhirBase: FHIRBaseURL(grant.audience).flatMap(configuration.fhirServer)?.base
                ?? configuration.fhirServers.first?.base)
    }
}
