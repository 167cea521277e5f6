import Crypto
import Encoding
import HTTP
import SMART
import Storage

/// One person's way from an authorization request to its decision, as one request of the browser finds it. A value that
/// exists was begun by this browser, is unexpired and unused.
struct Visit: Sendable {
    let handle: Handle
    let state: InteractionState
    let client: Client
    let target: RedirectTarget
    /// What the EHR opened, in an EHR launch.
    let launch: LaunchInProgress?
    /// Who is signed in at this browser and may go on with this request.
    let signedIn: SignedIn?
    /// Of the FHIR server that the request is for.
    let directory: any Directory
    /// Carried by every form: bound to this browser, this interaction, the session that the page was shown to and the
    /// choices that it showed (SE-07, AZ-19).
    let formToken: String
    /// Of the browser.
    let address: String

    var request: AuthorizationRequest { state.request }

    struct LaunchInProgress: Sendable {
        let stored: StoredLaunch
        let context: LaunchContext
    }

    struct SignedIn: Sendable {
        let session: StoredSession
        let user: StoredUser
        let fhirUser: FHIRUser?
    }

    /// Whose roles decide what can be granted; nil until somebody is signed in.
    var holder: RoleHolder? {
        signedIn.map {
            RoleHolder(user: $0.user, clientID: client.id.value, purpose: request.purpose, address: address)
        }
    }

    /// The choices of an earlier session do not count for this one.
    var choicesCount: Bool { signedIn != nil && state.sessionID == signedIn?.session.id }
}

/// Why a visit cannot go on: told on a page, for the app's address is not to be trusted with it.
enum VisitProblem: Error, Sendable {
    /// No such interaction, used, expired, or begun in another browser.
    case gone
    /// The browser sent no cookie of this interaction: it keeps none, or the link was opened in another one.
    case withoutCookie
}

extension Visit {
    /// The visit that a request names.
    ///
    /// Throws `VisitProblem.gone` without saying which of its reasons it was.
    init(_ handleText: String?, _ request: Request, _ server: AuthorizationServer) throws {
        let now = server.clock.now
        guard let handle = handleText.flatMap(Handle.init) else { throw VisitProblem.gone }
        let rows = try server.database.read { (transaction) throws(StorageError) in
            try Rows(handle, sessionHandle: Self.sessionHandle(request, server), transaction)
        }
        guard let rows, rows.interaction.secretHash == handle.hash, rows.interaction.usedAt == nil,
            rows.interaction.expiresAt > now
        else { throw VisitProblem.gone }
        // Asked last: a decision takes its cookie away, and who goes back afterwards has no trouble with cookies.
        guard let cookie = request.cookie(server.cookies.interaction(handle.id)).flatMap(Base64URL.decode) else {
            throw VisitProblem.withoutCookie
        }
        guard HandleSecret.hash(of: cookie) == rows.interaction.browserHash,
            let state = rows.state,
            let client = try server.clients.client(rows.interaction.clientID), client.isEnabled,
            let target = RedirectTarget(
                client, presented: state.request.redirectURI, mode: state.request.responseMode)
        else { throw VisitProblem.gone }
        // Expired launches are swept long before the interaction is: without its row nothing is left of what the EHR said.
        guard state.request.launchID == nil || rows.launch != nil else {
            throw AuthorizationRefusal.redirect(
                OAuthError(.invalidRequest, "launch was used already or has expired"), target, state.request.state)
        }
        self.handle = handle
        self.state = state
        address = request.peer.address
        self.client = client
        self.target = target
        directory = try server.directories.directory(for: state.request.audience)
        launch = try rows.launch.map(LaunchInProgress.init)
        signedIn = SignedIn(rows, state, now: now, server)
        let owner = signedIn.map { String($0.session.id) } ?? "nobody"
        let page = "form \(handle.id) \(owner) \(rows.interaction.state)"
        formToken = Base64URL.encode(HMAC.sha256(key: cookie, message: Array(page.utf8)))
    }

    /// JW-05: the EHR opened the launch for one user. JW-04: whoever signs in must have a right to its patient. To be asked
    /// before a page shows anything of the record.
    func requirePermittedLaunch(_ server: AuthorizationServer) async throws {
        guard let launch, let signedIn else { return }
        if let userID = launch.stored.userID, userID != signedIn.user.id {
            throw AuthorizationRefusal.redirect(
                OAuthError(.accessDenied, "launch was opened for another user"), target, request.state)
        }
        guard let patient = launch.context.patient else { return }
        let access = PatientAccess(user: signedIn.user, fhirUser: signedIn.fhirUser)
        guard try await access.permits(patient, directory, server.database) else {
            throw AuthorizationRefusal.redirect(
                OAuthError(.accessDenied, "this user may not open the patient of the launch"), target, request.state)
        }
    }

    /// OpenID Connect Core §3.1.2.1: whoever has signed in for this request must be whom `id_token_hint` named.
    func requireHintedUser() throws {
        guard case .subject(let subject)? = request.idTokenHint, let user = signedIn?.user,
            !user.sub.hasSameOctets(as: subject)
        else { return }
        throw AuthorizationRefusal.redirect(
            OAuthError(.loginRequired, "another user signed in than the one of id_token_hint"), target, request.state)
    }

    private static func sessionHandle(_ request: Request, _ server: AuthorizationServer) -> Handle? {
        request.cookie(server.cookies.session).flatMap(Handle.init)
    }

    /// All rows of one visit, read at one moment.
    fileprivate struct Rows: Sendable {
        let interaction: StoredInteraction
        /// Nil where the row was damaged.
        let state: InteractionState?
        let launch: StoredLaunch?
        let session: StoredSession?
        let user: StoredUser?

        init?(
            _ handle: Handle, sessionHandle: Handle?, _ transaction: borrowing ReadTransaction
        ) throws(StorageError) {
            guard let interaction = try transaction.interaction(handle.id) else { return nil }
            self.interaction = interaction
            state = InteractionState(interaction.state)
            if let launchID = state?.request.launchID {
                launch = try transaction.launch(launchID)
            } else {
                launch = nil
            }
            if let sessionHandle, let session = try transaction.session(sessionHandle.id),
                session.secretHash == sessionHandle.hash
            {
                self.session = session
                user = try transaction.user(id: session.userID)
            } else {
                session = nil
                user = nil
            }
        }
    }
}

extension Visit.LaunchInProgress {
    fileprivate init(_ stored: StoredLaunch) throws {
        guard let json = try? JSON(parsing: Array(stored.context.utf8)), let context = try? LaunchContext(json) else {
            throw StorageError.corrupt("the context of launch \(stored.id) cannot be read")
        }
        self.stored = stored
        self.context = context
    }
}

extension Visit.SignedIn {
    /// Nil unless the session is live and fresh enough for what the app asked: `prompt=login` and `max_age` want a new
    /// sign-in (AZ-22), and so do `prompt=select_account`, as signing in is how one chooses an account here, and an
    /// `id_token_hint` that names somebody else.
    fileprivate init?(
        _ rows: Visit.Rows, _ state: InteractionState, now: Int64, _ server: AuthorizationServer
    ) {
        let request = state.request
        guard let session = rows.session, session.isLive(now: now, idle: server.configuration.lifetimes.sessionIdle),
            let user = rows.user, user.disabledAt == nil
        else { return nil }
        let wantsSignIn =
            request.prompts.contains(.login) || request.prompts.contains(.selectAccount) || request.maxAge == 0
        let isHinted = request.idTokenHint?.permits(user.sub) ?? true
        if wantsSignIn || !isHinted, state.sessionID != session.id { return nil }
        if let maxAge = request.maxAge, session.authTime.adding(seconds: maxAge) < rows.interaction.createdAt {
            return nil
        }
        self.session = session
        self.user = user
        fhirUser = user.fhirUser.flatMap(FHIRUser.init)
    }
}

extension StoredSession {
    /// SE-04: both ends are enforced here, on the server.
    func isLive(now: Int64, idle: Int64) -> Bool {
        endedAt == nil && expiresAt > now && lastSeenAt.adding(seconds: idle) > now
    }
}
