import Encoding
import HTTP
import Policy
import SMART
import Storage

/// The access token that a request to the administration brings.
struct AdministrationToken {
    private let bearer: BearerToken?

    init(_ request: Request) throws {
        bearer = BearerToken(try AuthorizationHeader(request.headers))
    }

    /// Who holds it, and whether they have that right now: by the token's scope and by the roles that they hold at this moment.
    func holder(
        asking right: AdministrationRight, _ server: AuthorizationServer
    ) throws -> (AdministrationCaller.TokenHolder, RequestDecision) {
        guard let bearer else { throw AdministrationRefusal.unauthenticated }
        guard let token = try bearer.live(server),
            token.audience.hasSameOctets(as: server.configuration.administrationAudience)
        else { throw AdministrationRefusal.invalidToken }
        let (book, now) = (server.roles, server.clock.now)
        let found = try server.database.read {
            (transaction) throws(StorageError) -> (AdministrationCaller.TokenHolder, RequestDecision)? in
            guard let holder = try Self.holder(of: token, book, transaction, now: now) else { return nil }
            let (policies, subject) = try holder.standing(transaction)
            return (holder, policies.decide(right.scope, for: subject))
        }
        guard let found else { throw AdministrationRefusal.invalidToken }
        return found
    }

    /// Nil where the grant, its client or its person is gone or stopped.
    private static func holder(
        of token: VerifiedAccessToken, _ book: RoleBook, _ transaction: borrowing ReadTransaction, now: Int64
    ) throws(StorageError) -> AdministrationCaller.TokenHolder? {
        guard let stored = try transaction.grant(token.grantID), stored.revokedAt == nil,
            try transaction.isClientEnabled(stored.clientID)
        else { return nil }
        let grant = try Grant(stored)
        let user = try grant.userID.flatMap { (id) throws(StorageError) in try transaction.user(id: id) }
        guard user != nil || grant.userID == nil, user?.disabledAt == nil else { return nil }
        return AdministrationCaller.TokenHolder(
            name: user?.sub ?? grant.clientID, clientID: grant.clientID, roles: RoleHolder(grant, user: user),
            scope: token.scope, book: book, now: now, authTime: user == nil ? nil : grant.authTime ?? 0,
            grantID: grant.id)
    }
}
