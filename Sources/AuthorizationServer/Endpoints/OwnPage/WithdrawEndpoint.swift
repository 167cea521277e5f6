import Encoding
import HTTP
import Storage

/// `POST /apps/withdraw`: ends at once all that one app may do for this person: its grants, and with them codes, access and
/// refresh tokens, and the consent that was remembered (checklist REV-5; AZ-20). Introspection says `inactive` to the next
/// question.
struct WithdrawEndpoint: Endpoint {
    let server: AuthorizationServer

    func respond(to request: Request) async throws -> Response {
        do {
            guard let page = try OwnPage(request, server) else {
                try server.pages.requireSameOrigin(request)
                return server.redirect(toPage: OwnPage.signInPath)
            }
            guard let form = try page.form(request, server), let clientID = form["client_id"],
                try await withdraw(clientID, page, request)
            else { return server.redirect(toPage: OwnPage.path + "?expired=1") }
            let query = FormParameters([("withdrawn", clientID)]).serialized()
            return server.redirect(toPage: OwnPage.path + "?" + query)
        } catch {
            return server.pages.refusal(error, request)
        }
    }

    /// False if the session has ended meanwhile. An app that has nothing any more is no trouble.
    private func withdraw(_ clientID: String, _ page: OwnPage, _ request: Request) async throws -> Bool {
        let (now, address) = (server.clock.now, request.peer.address)
        let idle = server.configuration.lifetimes.sessionIdle
        return try await server.database.write { transaction in
            guard try page.isStillThere(transaction, now: now, idle: idle) else { return false }
            _ = try transaction.touchSession(page.session.id, now: now)
            let revoked = try transaction.revokeGrants(
                userID: page.user.id, clientID: clientID, reason: "withdrawn by the person", now: now)
            let forgotten = try transaction.deleteConsents(userID: page.user.id, clientID: clientID)
            guard revoked > 0 || forgotten > 0 else { return true }
            try transaction.audit(
                .grantRevoked, actor: page.user.sub, client: clientID, address: address,
                outcome: "withdrawn by the person", detail: "\(revoked) grants", at: now)
            return true
        }
    }
}
