import Encoding
import HTTP
import Storage
import TestSupport
import Testing

@testable import AuthorizationServer

@Suite struct `ST-03 trouble of our own is 503, and never an OAuth error` {
    private func expectTrouble(_ response: ClientResponse, sourceLocation: SourceLocation = #_sourceLocation) {
        #expect(response.status == 503, "\(response.text)", sourceLocation: sourceLocation)
        #expect(response.headers["retry-after"] != nil, sourceLocation: sourceLocation)
        #expect(response.headers["cache-control"] == "no-store", sourceLocation: sourceLocation)
        #expect(response.headers["location"] == nil, sourceLocation: sourceLocation)
        #expect(response.json["error"] == nil && response.json["active"] == nil, sourceLocation: sourceLocation)
        #expect(response.headers.values("set-cookie").isEmpty, sourceLocation: sourceLocation)
    }

    @Test func `no code, no token, no verdict on a token, no page while the database is away`() async throws {
        let server = try await TestServer.started()
        defer { server.stop() }
        let browser = Browser(server)
        let tokens = try App.secretApp.tokens(server, as: "patient", scope: App.scope)
        let (access, refresh) = (tokens["access_token"]?.stringValue ?? "", tokens["refresh_token"]?.stringValue ?? "")
        let code = try App.secretApp.code(server)
        let ehr = try server.ehrToken()
        let place = try App.publicApp.consentPage(browser, as: "patient")
        let boxes = browser.values("scope", on: place, onlyChecked: true).map { ("scope", $0) }
        let consent = browser.hidden(place.html) + boxes + [("decision", "allow")]
        #expect(try server.introspect(access)["active"] == true)

        server.authorization.database.close()

        expectTrouble(try App.secretApp.redeem(code, server))
        expectTrouble(try App.secretApp.refresh(refresh, server))
        expectTrouble(
            try server.post(
                "/token", [("grant_type", "client_credentials"), ("scope", "auth/Token.r")],
                headers: [App.basic("ehr", "ehr-secret-0123456789012345")]))
        expectTrouble(try server.introspected(access))
        expectTrouble(try server.openLaunch(bearer: ehr))
        expectTrouble(try server.page(App.publicApp.authorizePath(scope: App.scope)))
        expectTrouble(try server.page(place.address, cookies: browser.cookies))
        for path in ["/consent", "/sign-in", "/select-patient"] {
            expectTrouble(try server.submit(path, consent, cookies: browser.cookies, headers: TestServer.sameOrigin))
        }
        // A client that is not in memory is not "unknown" only because nobody can look.
        expectTrouble(
            try server.post(
                "/token", [("grant_type", "refresh_token"), ("refresh_token", "x"), ("client_id", "never-seen")]))
        // What needs no storage goes on.
        #expect(try server.page("/jwks").status == 200)
    }
}
