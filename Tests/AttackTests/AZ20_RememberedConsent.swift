import Encoding
import HTTP
import Storage
import TestSupport
import Testing

@testable import AuthorizationServer

@Suite struct `AZ-20 a remembered consent answers for nothing but what was allowed` {
    private static let scope = "openid launch/patient patient/Patient.rs patient/Observation.rs"

    /// A browser whose person has allowed the app's request and asked not to be asked again.
    private func remembered(
        _ server: TestServer, _ app: App = .secretApp, as user: String = "parent", scope: String = Self.scope,
        leavingOut: String? = nil
    ) throws -> Browser {
        let browser = Browser(server)
        let place = try app.consentPage(browser, as: user, scope: scope, patient: "2")
        try allow(browser, place, leavingOut: leavingOut)
        return browser
    }

    private func allow(
        _ browser: Browser, _ place: Browser.Place, leavingOut: String? = nil,
        _ more: [(String, String)] = [("remember", "yes")]
    ) throws {
        let boxes = browser.values("scope", on: place, onlyChecked: true).filter { $0 != leavingOut }
        let answer = try browser.submit(place, boxes.map { ("scope", $0) } + [("decision", "allow")] + more)
        #expect(answer.parameters["code"] != nil)
    }

    /// Where the same person's next request leads once the patient is chosen.
    private func next(
        _ browser: Browser, _ app: App = .secretApp, scope: String = Self.scope, patient: String = "2",
        with changes: [(String, String?)] = []
    ) throws -> Browser.Place {
        let place = try browser.get(app.authorizePath(scope: scope, changes))
        guard place.address.hasPrefix("/select-patient") else { return place }
        return try browser.submit(place, [("patient", patient)])
    }

    private func isAsked(_ place: Browser.Place) -> Bool { place.address.hasPrefix("/consent") && place.status == 200 }

    @Test func `the same again, and less, is not asked; the grant is what was asked for`() async throws {
        let server = try await TestServer.started()
        defer { server.stop() }
        let browser = try remembered(server)
        for (scope, granted) in [
            (Self.scope, Self.scope), ("launch/patient patient/Patient.r", "launch/patient patient/Patient.r"),
            (
                "launch/patient patient/Observation.s?category=laboratory",
                "launch/patient patient/Observation.s?category=laboratory"
            ),
        ] {
            let place = try next(browser, scope: scope)
            let code = try #require(place.parameters["code"], "\(scope): \(place.html.prefix(300))")
            #expect(place.parameters["state"] == "state-1" && place.parameters["iss"] == TestServer.issuer)
            let tokens = try App.secretApp.redeem(code, server).json
            #expect(tokens["scope"] == .string(granted) && tokens["patient"] == "2")
        }
    }

    @Test(arguments: [
        scope + " patient/Condition.rs", scope + " offline_access", "openid launch/patient patient/Patient.rus",
        "launch/patient patient/*.rs", "launch/patient patient/*.r?category=laboratory", scope + " user/Patient.rs",
        scope + " fhirUser", scope + " launch/encounter",
    ])
    func `anything more is asked, and so is a wildcard`(scope: String) async throws {
        let server = try await TestServer.started()
        defer { server.stop() }
        let browser = try remembered(server, as: "physician")
        var place = try next(browser, scope: scope)
        if place.address.hasPrefix("/select-encounter") { place = try browser.submit(place, [("encounter", "e2")]) }
        #expect(isAsked(place))
    }

    @Test func `what was left out is asked again, not given`() async throws {
        let server = try await TestServer.started()
        defer { server.stop() }
        let browser = try remembered(server, leavingOut: "patient/Observation.rs")
        #expect(isAsked(try next(browser)))
        #expect(try next(browser, scope: "launch/patient patient/Patient.rs").parameters["code"] != nil)
    }

    @Test func `another patient, another app, another person is asked`() async throws {
        let server = try await TestServer.started()
        defer { server.stop() }
        let browser = try remembered(server)
        #expect(isAsked(try next(browser, patient: "3")))
        #expect(isAsked(try next(browser, .publicApp)))
        let other = Browser(server)
        #expect(isAsked(try App.secretApp.consentPage(other, as: "physician", scope: Self.scope, patient: "2")))
    }

    @Test func `a purpose of use is asked each time, is named, and leaves what was remembered alone`() async throws {
        let server = try await TestServer.started()
        defer { server.stop() }
        let browser = try remembered(server)
        let purpose: [(String, String?)] = [("purpose_of_use", "ETREAT")]
        for _ in 1...2 {
            let place = try next(browser, with: purpose)
            #expect(isAsked(place) && place.html.contains("Emergency treatment"))
            #expect(!place.html.contains("name=\"remember\""))
            try allow(browser, place)
        }
        #expect(try next(browser).parameters["code"] != nil, "without a purpose nothing has changed")
        let silent = try browser.get(
            App.secretApp.authorizePath(scope: "openid patient/Patient.rs", purpose + [("prompt", "none")]))
        #expect(silent.parameters["code"] == nil && silent.parameters["error"] != nil)
    }

    @Test func `without the tick nobody is remembered, and the next answer on the page counts`() async throws {
        let server = try await TestServer.started()
        defer { server.stop() }
        let browser = Browser(server)
        let place = try App.secretApp.consentPage(browser, as: "parent", scope: Self.scope, patient: "2")
        #expect(!place.html.contains("name=\"remember\" value=\"yes\" checked"))
        try allow(browser, place, [])
        let second = try next(browser)
        #expect(isAsked(second))
        try allow(browser, second)
        let again = try next(browser, with: [("prompt", "consent")])
        #expect(isAsked(again), "prompt=consent asks")
        try allow(browser, again, [])
        #expect(isAsked(try next(browser)), "not ticked this time")
    }

    @Test func `who says no is asked again`() async throws {
        let server = try await TestServer.started()
        defer { server.stop() }
        let browser = try remembered(server)
        let place = try next(browser, with: [("prompt", "consent")])
        #expect(try browser.submit(place, [("decision", "deny")]).parameters["error"] == "access_denied")
        #expect(isAsked(try next(browser)))
    }

    @Test(
        arguments: [
            (["application_type": "native", "token_endpoint_auth_method": "none"], "com.example.app:/cb"),
            (["application_type": "native", "token_endpoint_auth_method": "none"], "http://127.0.0.1/cb"),
            (["application_type": "native"], "com.example.app:/cb"),
        ] as [(JSONObject, String)])
    func `an app whose address another could take is always asked, whatever the form says`(
        metadata: JSONObject, redirectURI: String
    ) async throws {
        let server = try await TestServer.started()
        defer { server.stop() }
        var client: JSONObject = [
            "client_id": "native-app", "client_name": "Native", "redirect_uris": [.string(redirectURI)],
            "grant_types": ["authorization_code"], "scope": "openid launch/patient patient/*.rs",
        ]
        for member in metadata.members { client[member.name] = member.value }
        try await server.administer(.post, "/admin/v1/clients", .object(client))
        let app = App(clientID: "native-app", secret: nil, redirectURI: redirectURI)
        let browser = Browser(server)
        let place = try app.consentPage(browser, as: "parent", scope: Self.scope, patient: "2")
        #expect(!place.html.contains("name=\"remember\""))
        try allow(browser, place)
        #expect(isAsked(try next(browser, app)))
        expectError(try next(browser, app, with: [("prompt", "none")]), "interaction_required")
    }

    @Test func `a wildcard is never remembered, narrowed or not`() async throws {
        let server = try await TestServer.started()
        defer { server.stop() }
        let browser = Browser(server)
        let wide = "launch/patient patient/*.rs"
        let place = try App.secretApp.consentPage(browser, as: "parent", scope: wide, patient: "2")
        #expect(!place.html.contains("name=\"remember\""))
        try allow(browser, place)
        #expect(isAsked(try next(browser, scope: wide)))
        #expect(isAsked(try next(browser, scope: "launch/patient patient/Patient.rs")))
    }

    @Test func `it ends with its time, its client, its person's password, and a withdrawal`() async throws {
        let server = try await TestServer.started { $0.lifetimes.sessionAbsolute = 1_000_000_000 }
        defer { server.stop() }
        var browser = try remembered(server)
        server.clock.advance(90 * 86_400)
        let fresh = Browser(server)
        #expect(isAsked(try App.secretApp.consentPage(fresh, as: "parent", scope: Self.scope, patient: "2")))

        browser = try remembered(server)
        let page = try browser.get("/apps")
        #expect(page.html.contains("You are not asked again"))
        _ = try browser.post("/apps/withdraw", browser.hidden(page.html) + [("client_id", "secret-app")])
        #expect(isAsked(try next(browser)))

        browser = try remembered(server)
        try await server.administer(
            .put, "/admin/v1/users/parent/password", ["password": .string(TestServer.password)])
        #expect(isAsked(try App.secretApp.consentPage(Browser(server), as: "parent", scope: Self.scope, patient: "2")))
    }

    @Test func `nobody is remembered where the setting says so`() async throws {
        let server = try await TestServer.started { $0.lifetimes.consent = 0 }
        defer { server.stop() }
        let browser = Browser(server)
        let place = try App.secretApp.consentPage(browser, as: "parent", scope: Self.scope, patient: "2")
        #expect(!place.html.contains("name=\"remember\""))
        try allow(browser, place)
        #expect(isAsked(try next(browser)))
    }

    // MARK: prompt=none (AUTHZ-19)

    private func expectError(
        _ place: Browser.Place, _ error: String, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(place.parameters["error"] == error, "\(place.address)", sourceLocation: sourceLocation)
        #expect(
            place.parameters["code"] == nil && place.parameters["state"] == "state-1", sourceLocation: sourceLocation)
    }

    @Test func `AUTHZ-19: prompt=none gives a code with a session and a remembered consent, and without them none`()
        async throws
    {
        let server = try await TestServer.started()
        defer { server.stop() }
        let none: [(String, String?)] = [("prompt", "none")]
        let path = App.secretApp.authorizePath(scope: "openid patient/Patient.rs", none)
        expectError(try Browser(server).get(path), "login_required")
        let browser = try remembered(server, as: "patient", scope: "openid patient/Patient.rs")
        #expect(try browser.get(path).parameters["code"] != nil)
        let more = App.secretApp.authorizePath(scope: "openid patient/Patient.rus", none)
        expectError(try browser.get(more), "consent_required")
        browser.cookies = browser.cookies.filter { $0.key != "lanyard-session" }
        expectError(try browser.get(path), "login_required")
    }

    @Test func `AUTHZ-19: prompt=none says interaction_required where a patient has to be chosen`() async throws {
        let server = try await TestServer.started()
        defer { server.stop() }
        let browser = try remembered(server)
        expectError(try next(browser, with: [("prompt", "none")]), "interaction_required")
    }
}

@Suite struct `AZ-19 a whole and its parts` {
    private static let wide = "launch/patient patient/*.rs"
    private static let labs =
        "patient/Observation.rs?category=http://terminology.hl7.org/CodeSystem/observation-category|laboratory"

    private func granted(_ server: TestServer, asking scope: String, ticking boxes: [String]) throws -> Set<String> {
        let browser = Browser(server)
        let place = try App.publicApp.consentPage(browser, as: "patient", scope: scope)
        let answer = try browser.submit(place, boxes.map { ("scope", $0) } + [("decision", "allow")])
        let tokens = try App.publicApp.redeem(try #require(answer.parameters["code"]), server).json
        return Set((tokens["scope"]?.stringValue ?? "").split(separator: " ").map(String.init))
    }

    @Test(arguments: [
        (["patient/*.rs", "patient/Condition.rs", labs], ["patient/*.rs"]),
        (["patient/Observation.rs", labs], ["patient/Observation.rs"]),
        ([labs, "patient/Patient.rs"], [labs, "patient/Patient.rs"]),
        (["patient/Condition.rs", "patient/Patient.rs"], ["patient/Condition.rs", "patient/Patient.rs"]),
    ])
    func `AUT-PAT-10: a wildcard narrows to types and kinds, and no part is named beside its whole`(
        ticked: [String], granted: [String]
    ) async throws {
        let server = try await TestServer.started()
        defer { server.stop() }
        #expect(
            try self.granted(server, asking: Self.wide, ticking: ticked) == Set(granted + ["launch/patient"]))
    }

    @Test func `SCP-21: what the app itself asked for beside the whole is granted as written`() async throws {
        let server = try await TestServer.started()
        defer { server.stop() }
        let asked = "launch/patient patient/Observation.rs " + Self.labs
        #expect(
            try granted(server, asking: asked, ticking: ["patient/Observation.rs", Self.labs]) == [
                "launch/patient", "patient/Observation.rs", Self.labs,
            ])
    }
}

@Suite struct `SE-07, SE-08 nobody else withdraws or signs in at a person's own page` {
    private static let foreign: [[(String, String)]] = [
        [("Origin", "https://evil.example")], [("Origin", "null")], [("Sec-Fetch-Site", "cross-site")],
        [("Origin", TestServer.issuer), ("Sec-Fetch-Site", "same-site")],
    ]

    @Test func `a form of another site, of another session or without the token does nothing`() async throws {
        let server = try await TestServer.started()
        defer { server.stop() }
        let tokens = try App.publicApp.tokens(server, as: "patient", scope: App.scope)
        let browser = Browser(server), other = Browser(server)
        func signIn(_ browser: Browser, _ user: String) throws -> Browser.Place {
            try browser.submit(try browser.get("/apps"), [("username", user), ("password", TestServer.password)])
        }
        let place = try signIn(browser, "patient"), foreign = try signIn(other, "parent")
        let form = [("client_id", "public-app")]
        for headers in Self.foreign {
            let response = try server.submit(
                "/apps/withdraw", browser.hidden(place.html) + form, cookies: browser.cookies, headers: headers)
            #expect(response.status == 403)
        }
        for token in [[], [("csrf", "")], browser.hidden(foreign.html), [("csrf", "x"), ("csrf", "x")]] {
            let response = try server.submit(
                "/apps/withdraw", token + form, cookies: browser.cookies, headers: TestServer.sameOrigin)
            #expect(response.status == 303 && response.headers["location"]?.hasSuffix("/apps?expired=1") == true)
        }
        _ = try other.post("/apps/withdraw", other.hidden(foreign.html) + form)
        #expect(try server.page("/apps/withdraw?client_id=public-app", cookies: browser.cookies).status == 405)
        #expect(try server.introspect(tokens["access_token"]?.stringValue ?? "")["active"] == true)
    }

    @Test func `login CSRF: the form must come from this browser's own page`() async throws {
        let server = try await TestServer.started()
        defer { server.stop() }
        let attacker = Browser(server), victim = Browser(server)
        let form = attacker.hidden(try attacker.get("/apps").html)
        let credentials = [("username", "patient"), ("password", TestServer.password)]
        _ = try victim.get("/apps")
        for cookies in [[:], victim.cookies] {
            let response = try server.submit(
                "/apps/sign-in", form + credentials, cookies: cookies, headers: TestServer.sameOrigin)
            #expect(response.headers["location"]?.hasSuffix("/apps/sign-in") == true)
            #expect(!response.headers.values("set-cookie").contains { $0.hasPrefix("lanyard-session=") })
        }
    }

    @Test func `SE-01: each sign-in there is a new session, and the old one is dead`() async throws {
        let server = try await TestServer.started()
        defer { server.stop() }
        let browser = Browser(server)
        let credentials = [("username", "patient"), ("password", TestServer.password)]
        let form = try browser.get("/apps")
        let pre = browser.cookies
        _ = try browser.submit(form, credentials)
        let first = browser.cookies["lanyard-session"]
        browser.cookies.merge(pre) { $1 }
        _ = try browser.submit(form, credentials)
        #expect(browser.cookies["lanyard-session"] != first)
        let response = try server.page("/apps", cookies: ["lanyard-session": first ?? ""])
        #expect(response.status == 303)
    }

    @Test func `an address cannot make the page say that access has ended while it has not`() async throws {
        let server = try await TestServer.started()
        defer { server.stop() }
        _ = try App.publicApp.tokens(server, as: "patient", scope: App.scope)
        let browser = Browser(server)
        _ = try browser.submit(
            try browser.get("/apps"), [("username", "patient"), ("password", TestServer.password)])
        for query in ["withdrawn=public-app", "withdrawn=%3Cscript%3E", "withdrawn=", "before=x", "before=-1"] {
            let place = try browser.get("/apps?" + query)
            #expect(place.status == 200 && !place.html.contains("has no access any more"))
        }
    }
}
