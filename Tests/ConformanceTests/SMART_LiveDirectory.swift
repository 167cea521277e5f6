import AuthorizationServer
import Encoding
import HTTP
import SMART
import TestSupport
import Testing

/// The pickers of a FHIR server that is asked for its patients each time (checklist STA-1, STA-2, STA-5).
@Suite struct `SMART App Launch 2.2: a live directory` {
    let fhir: FHIRStandIn
    let server: TestServer
    let app = App.publicApp
    let scope = "launch/patient patient/Patient.rs"

    init() async throws {
        let many = (10...40).map { ("p\($0)", "Many") }
        let fhir = try FHIRStandIn(patients: [("1", "Doe"), ("2", "Roe"), ("live-7", "Seven")] + many)
        let base = try #require(FHIRBaseURL(fhir.base))
        server = try await TestServer.withSamples { configuration in
            var live = FHIRServer(base: base, name: "Live records", id: "live")
            live.directory = .live
            configuration.fhirServers.append(live)
        }
        try await server.administer(
            .post, "/admin/v1/resource-servers",
            [
                "client_id": "live-fhir", "name": "Live", "audiences": [.string(fhir.base)],
                "client_secret": "live-fhir-secret-0123456789",
            ])
        self.fhir = fhir
    }

    private func stop() {
        server.stop()
        fhir.stop()
    }

    private func walk(
        _ browser: Browser, as user: String, scope: String? = nil, patient: String? = nil
    ) throws -> Browser.Place {
        try app.walk(browser, as: user, scope: scope ?? self.scope, patient: patient, [("aud", fhir.base)])
    }

    private func introspect(_ token: String) throws -> JSON {
        try server.post(
            "/introspect", [("token", token)], headers: [App.basic("live-fhir", "live-fhir-secret-0123456789")]
        ).json
    }

    @Test func `STA-1: a clinician searches, pages and picks at the FHIR server`() throws {
        defer { stop() }
        let browser = Browser(server)
        let picker = try walk(browser, as: "physician")
        #expect(browser.values("patient", on: picker).count == 20)
        let found = try browser.get(picker.address + "&q=Sev&birthdate=2001-02-03")
        #expect(browser.values("patient", on: found) == ["live-7"])
        #expect(fhir.asked.contains("/fhir/Patient?name=Sev&birthdate=2001-02-03&_count=20"))
        let place = try app.allow(browser, try browser.submit(found, [("patient", "live-7")]))
        let tokens = try app.redeem(try #require(place.parameters["code"]), server).json
        #expect(tokens["patient"] == "live-7")
    }

    @Test func `STA-1: the next page is the server's own link, sealed on its way`() throws {
        defer { stop() }
        let browser = Browser(server)
        let picker = try walk(browser, as: "physician")
        let nav = try #require(picker.html.firstRange(of: "<nav class=\"more\""))
        let rest = String(picker.html[nav.upperBound...])
        let href = try #require(rest.value(after: "href=\"", until: "\"")).replacing("&amp;", with: "&")
        #expect(!href.contains("from"))
        let second = try browser.get(href)
        #expect(browser.values("patient", on: second).count == 14)
        #expect(fhir.asked.contains("/fhir/Patient?from=20&_count=20"))
        let before = fhir.requests.count
        #expect(try browser.get(picker.address + "&after=L1BhdGllbnQ").status == 400)
        #expect(try browser.get(href.replacing("&q=&", with: "&q=Doe&")).status == 400)
        #expect(fhir.requests.count == before)
    }

    @Test func `a patient's own record is read there, and its name stands on the consent`() throws {
        defer { stop() }
        let consent = try walk(Browser(server), as: "patient")
        #expect(consent.address.hasPrefix("/consent") && consent.html.contains("Live Doe"))
    }

    @Test(arguments: ["p99", "e1", "../Patient/1", "Patient/1", "live-7?x=1", ""])
    func `STA-5: a picker's value that the FHIR server does not know is refused`(patient: String) throws {
        defer { stop() }
        let browser = Browser(server)
        let picker = try walk(browser, as: "physician")
        let answer = try browser.post("/select-patient", browser.hidden(picker.html) + [("patient", patient)])
        #expect(answer.status == 400 || answer.status == 403)
    }

    @Test func `JW-04: nobody else's patient is asked for, let alone given, for a parent`() throws {
        defer { stop() }
        let browser = Browser(server)
        // Of the parent's two children this FHIR server knows one: there is nothing to pick.
        let consent = try walk(browser, as: "parent")
        #expect(consent.address.hasPrefix("/consent") && consent.html.contains("Live Roe"))
        let token = browser.hidden(consent.html)
        _ = try browser.post("/select-patient", token + [("patient", "live-7")])
        #expect(!fhir.asked.contains { $0.contains("live-7") })
        let place = try app.allow(browser, consent)
        #expect(try app.redeem(try #require(place.parameters["code"]), server).json["patient"] == "2")
    }

    @Test func `STA-2, STA-5: encounters are the patient's own, checked when they are picked`() throws {
        defer { stop() }
        let browser = Browser(server)
        let picker = try walk(browser, as: "physician", scope: scope + " launch/encounter", patient: "live-7")
        #expect(picker.address.hasPrefix("/select-encounter"))
        #expect(browser.values("encounter", on: picker).contains("elive-7"))
        let forged = try browser.post("/select-encounter", browser.hidden(picker.html) + [("encounter", "e1")])
        #expect(forged.status == 403)
        let place = try app.allow(browser, try browser.submit(picker, [("encounter", "elive-7")]))
        #expect(try app.redeem(try #require(place.parameters["code"]), server).json["encounter"] == "elive-7")
    }

    @Test func `EHR-1: a launch is for a patient that the FHIR server knows`() throws {
        defer { stop() }
        let known: JSON = ["client_id": "public-app", "aud": .string(fhir.base), "patient": "live-7"]
        #expect(try server.openLaunch(known).status == 201)
        let unknown: JSON = ["client_id": "public-app", "aud": .string(fhir.base), "patient": "3"]
        #expect(try server.openLaunch(unknown).status == 422)
        fhir.behave(.answer(status: 500, headers: [], body: ""))
        #expect(try server.openLaunch(known).status == 503)
    }

    @Test func `a refresh needs no imported patient`() throws {
        defer { stop() }
        let browser = Browser(server)
        let consent = try walk(browser, as: "physician", scope: scope + " offline_access", patient: "live-7")
        let place = try app.allow(browser, consent)
        let tokens = try app.redeem(try #require(place.parameters["code"]), server).json
        let refresh = try #require(tokens["refresh_token"]?.stringValue)
        #expect(try app.refresh(refresh, server).json["patient"] == "live-7")
    }

    @Test func `the token is this server's own, for a minute, for that FHIR server and two kinds of records`() throws {
        defer { stop() }
        _ = try walk(Browser(server), as: "physician")
        let token = try #require(fhir.tokens.last)
        let claims = try introspect(token)
        #expect(claims["active"] == true)
        #expect(claims["aud"] == .string(fhir.base))
        #expect(claims.grantedScopes == ["system/Patient.rs", "system/Encounter.rs"])
        #expect(claims["client_id"] == .string(TestServer.issuer))
        // Another FHIR server's introspection knows nothing of it.
        #expect(try server.introspect(token) == ["active": false])
        server.clock.advance(61)
        #expect(try introspect(token) == ["active": false])
    }

    @Test func `no client can have this server's own id`() async throws {
        defer { stop() }
        await #expect(throws: TestFailure.self) { try await server.register(TestServer.issuer, [:]) }
        let response = try server.post(
            "/token", [("grant_type", "client_credentials"), ("scope", "system/Patient.rs")],
            headers: [App.basic(PercentEncoding.encode(TestServer.issuer), "secret-secret-secret")])
        expectRefusal(response, 401, "invalid_client")
    }
}
