import Encoding
import HTTP
import Storage

/// `GET /apps`, SMART's `management_endpoint` (checklist DISC-21, REV-7): what each app may do for the person who is signed
/// in. Who is not, signs in first.
struct AppsEndpoint: Endpoint {
    let server: AuthorizationServer
    private static let signInsOnAPage = 10

    init(server: AuthorizationServer) {
        self.server = server
    }

    func respond(to request: Request) async throws -> Response {
        do {
            guard let page = try OwnPage(request, server) else {
                return server.redirect(toPage: OwnPage.signInPath + languageQuery(request))
            }
            let query = (try? FormParameters(parsing: request.query)) ?? FormParameters([])
            let style = server.pages.style(request, address: server.path(OwnPage.path))
            var response = server.pages.response(200, try content(page, query).render(style))
            server.pages.keepLanguage(request, in: &response)
            return response
        } catch {
            return server.pages.refusal(error, request)
        }
    }

    /// An app that sends people here may say in which language.
    private func languageQuery(_ request: Request) -> String {
        guard let locales = (try? FormParameters(parsing: request.query))?["ui_locales"] else { return "" }
        return "?" + FormParameters([("ui_locales", locales)]).serialized()
    }

    private func content(_ page: OwnPage, _ query: FormParameters) throws -> AppsPage {
        let apps = try AppListing(server).apps(of: page.user)
        let signIns = try server.database.read { (transaction) throws(StorageError) in
            try transaction.signIns(
                actor: page.user.sub, before: query["before"].flatMap(Int64.init), limit: Self.signInsOnAPage + 1)
        }
        let shown = signIns.prefix(Self.signInsOnAPage)
        return AppsPage(
            action: server.path(OwnPage.path), csrf: page.formToken, userName: page.user.displayName, apps: apps,
            signIns: shown.map { AppsPage.SignIn($0.record) },
            earlierCursor: signIns.count > shown.count ? shown.last.map { String($0.id) } : nil,
            withdrawn: try withdrawn(query["withdrawn"], apps), formExpired: query["expired"] != nil)
    }

    /// Said only where it is so, whatever the address says.
    private func withdrawn(_ clientID: String?, _ apps: [AppSummary]) throws -> String? {
        guard let clientID, !apps.contains(where: { $0.clientID == clientID }) else { return nil }
        return try server.clients.client(clientID)?.displayName
    }
}

extension AppsPage.SignIn {
    fileprivate init(_ record: AuditRecord) {
        self.init(
            at: record.at, isSuccess: record.action == AuditEvent.signIn.rawValue, device: record.detail,
            address: record.address)
    }
}
