import Encoding
import Policy
import SMART
import Storage
import Synchronization

/// What a token may do at its FHIR server, compiled when it is first asked for and again when the policies, the assignments or
/// the person have changed. Between two commits it costs a look at a number.
final class TokenPermissions: Sendable {
    private let configuration: Configuration
    private let database: Database
    private let roles: RoleBook
    private let servers: FHIRServerBook
    private let shared = Mutex(Shared(epoch: 0))
    /// Scopes that come to more give nothing: no app that people use comes near, and nobody is to fill the memory.
    private static let longestAnswer = 65_536

    private struct Shared {
        let epoch: Int64
        var byKey = BoundedCache<Key, CompiledPermissions>(capacity: 20_000, octets: 64 << 20)
    }

    /// Two tokens with equal keys may do the same, whoever holds them.
    private struct Key: Hashable {
        let subject: SubjectKey
        let acr: String?
        let audience: String
        /// Administrators add and remove FHIR servers while the epoch stands still.
        let isFHIR: Bool
    }

    init(_ configuration: Configuration, _ database: Database, _ roles: RoleBook, _ servers: FHIRServerBook) {
        self.configuration = configuration
        self.database = database
        self.roles = roles
        self.servers = servers
    }

    /// Nil if the grant or its user is gone or revoked meanwhile. Throws only if storage fails.
    func standing(of token: VerifiedAccessToken, now: Int64) throws(StorageError) -> TokenStanding? {
        // Before any row is read: what is committed in between is looked at next time.
        let commits = database.commitCount
        let kept = token.standing.withLock { $0 }
        if let kept, kept.commits == commits, kept.standing.holds(at: now) { return kept.standing }
        let edition = try roles.edition()
        var standing = kept?.standing
        if standing?.edition.epoch != edition.epoch || standing?.holds(at: now) != true {
            standing = try compiled(token, edition, now: now)
        }
        guard let standing else { return nil }
        token.standing.withLock { $0 = (standing, commits) }
        return standing
    }

    private func compiled(
        _ token: VerifiedAccessToken, _ edition: RoleBook.Edition, now: Int64
    ) throws(StorageError) -> TokenStanding? {
        if token.clientID.hasSameOctets(as: configuration.issuer.value) { return own(token, edition) }
        let found = try database.read { (transaction) throws(StorageError) -> (acr: String?, Entitlement)? in
            guard let grant = try transaction.grant(token.grantID), grant.revokedAt == nil else { return nil }
            let user = try grant.userID.flatMap { (id) throws(StorageError) in try transaction.user(id: id) }
            guard user != nil || grant.userID == nil, user?.disabledAt == nil else { return nil }
            let holder = RoleHolder(clientID: grant.clientID, Grant.Circumstances(grant), user: user)
            let entitlement = try holder.entitlement(
                scope: token.scope, patient: token.patient, edition, transaction, now: now)
            return (grant.acr, entitlement)
        }
        guard let (acr, entitlement) = found else { return nil }
        let compiled = try compiled(entitlement.subject, acr: acr, audience: token.audience, edition)
        return TokenStanding(compiled, entitlement, edition)
    }

    /// Of somebody without a token, as if that scope had been granted.
    func standing(
        of holder: RoleHolder, scope: ScopeSet, patient: FHIRID?, audience: String, now: Int64
    ) throws(StorageError) -> TokenStanding {
        let edition = try roles.edition()
        let entitlement = try database.read { (transaction) throws(StorageError) in
            try holder.entitlement(scope: scope, patient: patient, edition, transaction, now: now)
        }
        let compiled = try compiled(entitlement.subject, acr: holder.acr, audience: audience, edition)
        return TokenStanding(compiled, entitlement, edition)
    }

    /// The same of somebody who has no role: whoever it is, they may do nothing that is not public.
    func standingWithoutRole(clientID: String, scope: ScopeSet, audience: String) throws(StorageError) -> TokenStanding
    {
        let edition = try roles.edition()
        let nobody = Entitlement(
            subject: Subject(roles: [], holder: nil, client: clientID, scope: scope), until: nil)
        let compiled = try compiled(nobody.subject, acr: nil, audience: audience, edition)
        return TokenStanding(compiled, nobody, edition)
    }

    private func compiled(
        _ subject: Subject, acr: String?, audience: String, _ edition: RoleBook.Edition
    ) throws(StorageError) -> CompiledPermissions {
        let isFHIR = try servers.edition().server(audience: audience) != nil
        let key = Key(subject: subject.key(edition.policies), acr: acr, audience: audience, isFHIR: isFHIR)
        if let kept = shared.withLock({ $0.epoch == edition.epoch ? $0.byKey[key] : nil }) { return kept }
        func compile(_ permissions: Permissions) -> CompiledPermissions {
            CompiledPermissions(
                permissions, subject: subject, acr: acr, location: isFHIR ? audience : nil, epoch: edition.epoch)
        }
        let whole = edition.policies.permissions(of: subject)
        var compiled = compile(whole)
        if compiled.members.count > Self.longestAnswer {
            compiled = compile(Permissions(allow: [:], deny: [:], roles: whole.roles))
        }
        keep(compiled, key, edition)
        return compiled
    }

    private func keep(_ compiled: CompiledPermissions, _ key: Key, _ edition: RoleBook.Edition) {
        shared.withLock { shared in
            if shared.epoch < edition.epoch { shared = Shared(epoch: edition.epoch) }
            guard shared.epoch == edition.epoch else { return }
            shared.byKey.insert(compiled, for: key, octets: compiled.members.count)
        }
    }

    /// This server's own tokens, with which it looks patients up: no role stands behind them, only its own code.
    private func own(_ token: VerifiedAccessToken, _ edition: RoleBook.Edition) -> TokenStanding {
        let subject = Subject(roles: [], holder: .client, client: token.clientID, scope: token.scope)
        let compiled = CompiledPermissions(
            Permissions(everyResourceOf: token.scope), subject: subject, acr: nil, location: token.audience,
            epoch: edition.epoch)
        return TokenStanding(compiled, Entitlement(subject: subject, until: nil), edition)
    }
}
