import Encoding
import HTTP
import Storage
import TestSupport
import Testing

@testable import AuthorizationServer

@Suite struct `SMART App Launch 2.2: the management endpoint` {
    let server: TestServer
    let scope = "openid fhirUser launch/patient offline_access patient/Patient.rs patient/Observation.rs"

    init() async throws {
        server = try await TestServer.withSamples()
    }

    /// A browser in which the person is signed in at their own page, and that page.
    private func ownPage(_ user: String) throws -> (browser: Browser, place: Browser.Place) {
        let browser = Browser(server)
        let place = try browser.get("/apps")
        #expect(place.address == "/apps/sign-in")
        return (browser, try browser.submit(place, [("username", user), ("password", TestServer.password)]))
    }

    private func withdraw(_ clientID: String, _ browser: Browser, _ place: Browser.Place) throws -> Browser.Place {
        try browser.post("/apps/withdraw", browser.hidden(place.html) + [("client_id", clientID)])
    }

    @Test func `DISC-21, REV-7: it lists what each app may do, for whom, since when and until when`() throws {
        defer { server.stop() }
        _ = try App.publicApp.tokens(server, as: "parent", scope: scope, patient: "2")
        server.clock.advance(60)
        _ = try App.secretApp.tokens(
            server, as: "parent", scope: "openid launch/patient patient/Patient.r", patient: "3")
        _ = try App.publicApp.tokens(server, as: "patient", scope: scope)
        let (_, place) = try ownPage("parent")
        #expect(place.status == 200 && place.address == "/apps")
        for words in [
            "Public App", "Confidential App", "Kim Roe", "Lee Roe", "Until you withdraw it", "Sam Roe",
            "Patient details (name, birth date, contact): see and search",
            "Results, measurements and observations: see and search", "15 January 2027, 08:00 UTC",
        ] {
            #expect(place.html.contains(words), "\(words)")
        }
        #expect(!place.html.contains("Pat Doe"), "what another person gave is nobody else's business")
    }

    @Test func `REV-5, PAR-1: withdrawn access is over at once, and everything that could renew it`() throws {
        defer { server.stop() }
        let tokens = try App.publicApp.tokens(server, as: "patient", scope: scope)
        let second = try App.publicApp.tokens(server, as: "patient", scope: scope)
        let other = try App.secretApp.tokens(server, as: "patient", scope: scope)
        let stranger = try App.publicApp.tokens(server, as: "parent", scope: scope, patient: "2")
        let code = try App.publicApp.code(server, scope: scope)
        let (browser, place) = try ownPage("patient")
        let after = try withdraw("public-app", browser, place)
        #expect(after.status == 200 && after.html.contains("<bdi>Public App</bdi> has no access any more."))
        #expect(after.html.contains("Confidential App") && !after.html.contains("of <bdi>Public App"))
        for gone in [tokens, second] {
            #expect(try !server.isActive(gone))
            let refresh = try #require(gone["refresh_token"]?.stringValue)
            expectRefusal(try App.publicApp.refresh(refresh, server), 400, "invalid_grant")
        }
        expectRefusal(try App.publicApp.redeem(code, server), 400, "invalid_grant")
        #expect(try server.isActive(other) && server.isActive(stranger))
    }

    @Test func `REV-5: the withdrawal is in the audit record, once`() throws {
        defer { server.stop() }
        _ = try App.publicApp.tokens(server, as: "patient", scope: scope)
        let (browser, place) = try ownPage("patient")
        _ = try withdraw("public-app", browser, place)
        _ = try withdraw("public-app", browser, place)
        let records = try server.authorization.database.read { (transaction) throws(StorageError) in
            try transaction.auditRecords(before: nil, limit: 100).map(\.record)
        }.filter { $0.action == "grant-revoked" }
        #expect(records.count == 1)
        #expect(records.first?.client == "public-app" && records.first?.detail == "1 grants")
        #expect(records.first?.actor != nil && records.first?.outcome == "withdrawn by the person")
    }

    @Test func `REV-7: the page tells when an app last got a token, and when its access ends`() throws {
        defer { server.stop() }
        let tokens = try App.publicApp.tokens(server, as: "patient", scope: scope)
        server.clock.advance(86_400)
        _ = try App.publicApp.refresh(try #require(tokens["refresh_token"]?.stringValue), server)
        #expect(try ownPage("patient").place.html.contains("16 January 2027, 08:00 UTC"))
        server.clock.advance(121 * 86_400)
        #expect(try ownPage("patient").place.html.contains("No app has access through you."))
    }

    @Test func `a person's own sign-ins are there, failures too, in pages`() throws {
        defer { server.stop() }
        for _ in 0..<6 {
            let (browser, place) = (Browser(server), try Browser(server).get("/apps"))
            _ = place
            let form = try browser.get("/apps")
            _ = try browser.submit(form, [("username", "patient"), ("password", "wrong")])
            server.clock.advance(1000)
            _ = try ownPage("patient")
        }
        let (browser, place) = try ownPage("patient")
        #expect(place.html.split(separator: "<li><span class=\"when\">").count == 11)
        #expect(place.html.contains("Wrong password"))
        let link = try #require(place.html.value(after: "<a href=\"/apps?before=", until: "\""))
        let earlier = try browser.get("/apps?before=" + link)
        #expect(earlier.html.split(separator: "<li><span class=\"when\">").count == 4)
        #expect(try !ownPage("nobody").place.html.contains("Wrong password"))
    }

    @Test func `SE-05, AU-01: signing out there ends the session, and online access with it, on record`() throws {
        defer { server.stop() }
        let (browser, place) = try ownPage("patient")
        let online = "openid launch/patient online_access patient/Patient.rs"
        let answer = try App.publicApp.launch(browser, as: "patient", scope: online)
        let tokens = try App.publicApp.redeem(try #require(answer.parameters["code"]), server).json
        #expect(try server.isActive(tokens))
        let cookies = browser.cookies
        #expect(try browser.post("/apps/sign-out", browser.hidden(place.html)).html.contains("You are signed out"))
        #expect(try !server.isActive(tokens))
        let record = try server.authorization.database.read { (transaction) throws(StorageError) in
            try transaction.auditRecords(before: nil, limit: 10).map(\.record).first { $0.action == "sign-out" }
        }
        #expect(record != nil)
        browser.cookies = cookies
        #expect(try browser.get("/apps").address == "/apps/sign-in", "the old cookie is worth nothing")
    }

    @Test func `PW-03, PW-04: its sign-in counts and tells no more than any other`() throws {
        defer { server.stop() }
        let browser = Browser(server)
        var texts: Set<String> = []
        for name in ["patient", "unknown"] {
            let place = try browser.submit(try browser.get("/apps"), [("username", name), ("password", "wrong")])
            #expect(place.status == 400)
            texts.insert(place.html.split(separator: name).joined())
        }
        #expect(texts.count == 1)
        for _ in 0..<9 {
            _ = try browser.submit(try browser.get("/apps"), [("username", "patient"), ("password", "wrong")])
        }
        let place = try browser.submit(
            try browser.get("/apps"), [("username", "patient"), ("password", TestServer.password)])
        #expect(place.status == 429 && place.html.contains("Too many tries"))
    }

    @Test func `who is disabled has no page`() async throws {
        defer { server.stop() }
        let (browser, _) = try ownPage("patient")
        try await server.administer(.post, "/admin/v1/users/patient/disable")
        #expect(try browser.get("/apps").address == "/apps/sign-in")
    }
}
