import Encoding
import HTTP
import SMART
import Storage
import TestSupport
import Testing

@testable import AuthorizationServer

@Suite struct `AZ-19 consent is to what the page showed, by the person and the browser that saw it` {
    /// A consent page and what its form would send.
    private struct Consent {
        let browser: Browser
        let place: Browser.Place
        var form: [(String, String)]

        init(_ server: TestServer, _ app: App = .publicApp, as user: String = "patient", scope: String = App.scope)
            throws
        {
            browser = Browser(server)
            place = try app.consentPage(browser, as: user, scope: scope)
            form = browser.hidden(place.html) + [("decision", "allow")]
            form += browser.values("scope", on: place, onlyChecked: true).map { ("scope", $0) }
        }

        func changed(_ name: String, _ value: String?) -> [(String, String)] {
            form.filter { $0.0 != name } + (value.map { [(name, $0)] } ?? [])
        }

        func value(_ name: String) -> String { form.first { $0.0 == name }?.1 ?? "" }
    }

    private func expectNothing(
        _ response: ClientResponse, _ server: TestServer, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let location = response.headers["location"] ?? ""
        #expect(!location.contains("code="), sourceLocation: sourceLocation)
        #expect(location.isEmpty || location.hasPrefix(TestServer.issuer + "/"), sourceLocation: sourceLocation)
        #expect(response.headers["cache-control"] == "no-store", sourceLocation: sourceLocation)
        #expect(try server.liveGrants() == 0, sourceLocation: sourceLocation)
    }

    @Test func `the form as it is gives a code: what follows differs from it by one thing each`() async throws {
        let server = try await TestServer.started()
        defer { server.stop() }
        let consent = try Consent(server)
        let response = try server.submit(
            "/consent", consent.form, cookies: consent.browser.cookies, headers: TestServer.sameOrigin)
        #expect(response.headers["location"]?.contains("code=") == true)
        #expect(try server.liveGrants() == 1)
    }

    private static let scopesNotOffered = [
        "patient/*.rs", "patient/Patient.cruds", "patient/Observation.rs", "user/Patient.rs", "system/*.cruds",
        "auth/Token.r", "auth/Launch.c", "online_access", "launch", "launch/encounter", "patient/Patient.rs ",
        "patient/Patient.rs patient/*.cruds", "PATIENT/Patient.rs", "patient/Patient.rs\u{0}", "patient/Patient.rs?",
        "*",
        "patient/Patient.sr", "openid\tprofile", "\u{212A}", "",
    ]

    @Test func `a scope that the page did not offer is refused, alone and beside the offered ones`() async throws {
        let server = try await TestServer.started()
        defer { server.stop() }
        for scope in Self.scopesNotOffered {
            let consent = try Consent(server)
            let alone = consent.changed("scope", scope)
            for form in scope.isEmpty ? [alone] : [alone, consent.form + [("scope", scope)]] {
                let response = try server.submit(
                    "/consent", form, cookies: consent.browser.cookies, headers: TestServer.sameOrigin)
                #expect(response.status == 400, "\(scope)")
                try expectNothing(response, server)
            }
        }
    }

    @Test func `no other field of the form has a say`() async throws {
        let server = try await TestServer.started()
        defer { server.stop() }
        let extras = [
            ("client_id", "secret-app"), ("redirect_uri", "https://evil.example/"), ("state", "other"),
            ("patient", "2"),
            ("encounter", "e2"), ("aud", "https://evil.example/fhir"), ("launch", "x"), ("user", "physician"),
            ("sub", "u_x"),
            ("code_challenge", String(repeating: "A", count: 43)), ("code_challenge_method", "plain"),
            ("nonce", "evil"),
            ("session", "1"), ("grant", "1"), ("fhirUser", "Practitioner/9"),
        ]
        let consent = try Consent(server)
        let response = try server.submit(
            "/consent", consent.form + extras, cookies: consent.browser.cookies, headers: TestServer.sameOrigin)
        let location = response.headers["location"] ?? ""
        #expect(location.hasPrefix("https://app.example/cb?code="))
        #expect(location.contains("&state=state-1&"))
        let code = String(location.dropFirst("https://app.example/cb?code=".count).prefix { $0 != "&" })
        let tokens = try App.publicApp.redeem(code, server).json
        #expect(tokens["patient"] == "1")
        let answer = try server.introspect(tokens["access_token"]?.stringValue ?? "")
        #expect(answer["client_id"] == "public-app")
        #expect(answer["aud"]?.stringValue == TestServer.fhirBase)
        #expect(answer["fhirUser"]?.stringValue == TestServer.fhirBase + "/Patient/1")
    }

    @Test func `decision: nothing but the word allow, once, in the body`() async throws {
        let server = try await TestServer.started()
        defer { server.stop() }
        for decision in ["", "Allow", "ALLOW", "allow ", "allowed", "true", "1", "yes", "on"] as [String?] + [nil] {
            let consent = try Consent(server)
            let response = try server.submit(
                "/consent", consent.changed("decision", decision), cookies: consent.browser.cookies,
                headers: TestServer.sameOrigin)
            #expect(response.status == 400)
            try expectNothing(response, server)
        }
        let consent = try Consent(server)
        let twice = try server.submit(
            "/consent", consent.form + [("decision", "deny")], cookies: consent.browser.cookies,
            headers: TestServer.sameOrigin)
        #expect(twice.status == 400)
        try expectNothing(twice, server)
        let query = "/consent?" + FormParameters(consent.form).serialized()
        try expectNothing(try server.page(query, cookies: consent.browser.cookies), server)
        try expectNothing(
            try server.submit(query, [], cookies: consent.browser.cookies, headers: TestServer.sameOrigin), server)
    }

    @Test func `interaction and csrf: absent, wrong, cut, repeated, another page's`() async throws {
        let server = try await TestServer.started()
        defer { server.stop() }
        let other = try Consent(server)
        for name in ["interaction", "csrf"] {
            let consent = try Consent(server)
            let own = consent.value(name)
            let values = [
                nil, "", "x", String(own.dropLast()), own + "A", own.lowercased(), other.value(name),
                String(own.reversed()),
                "\u{0}" + own, own + "=",
            ]
            for value in values where value != own {
                let response = try server.submit(
                    "/consent", consent.changed(name, value), cookies: consent.browser.cookies,
                    headers: TestServer.sameOrigin)
                try expectNothing(response, server)
            }
            let twice = try server.submit(
                "/consent", consent.form + [(name, own)], cookies: consent.browser.cookies,
                headers: TestServer.sameOrigin)
            #expect(twice.status == 400)
            try expectNothing(twice, server)
        }
    }

    @Test func `AZ-29: another browser cannot go on with it, not even with the person's session`() async throws {
        let server = try await TestServer.started()
        defer { server.stop() }
        let victim = try Consent(server), attacker = try Consent(server)
        let session = ["lanyard-session": victim.browser.cookies["lanyard-session"] ?? ""]
        let mixes = [
            [:], session, attacker.browser.cookies, attacker.browser.cookies.merging(session) { $1 },
            Dictionary(
                uniqueKeysWithValues: victim.browser.cookies.keys.map { name in
                    (name, attacker.browser.cookies.first { $0.key.hasPrefix("lanyard-interaction") }?.value ?? "")
                }),
        ]
        for cookies in mixes {
            expectPage(
                try server.submit("/consent", victim.form, cookies: cookies, headers: TestServer.sameOrigin))
            for path in ["/consent", "/sign-in", "/select-patient"] {
                expectPage(try server.page("\(path)?interaction=\(victim.value("interaction"))", cookies: cookies))
            }
        }
        #expect(try server.liveGrants() == 0)
    }

    @Test func `another session at the same browser does not inherit the page`() async throws {
        let server = try await TestServer.started()
        defer { server.stop() }
        let first = try Consent(server, as: "patient")
        let other = Browser(server)
        _ = try App.publicApp.consentPage(other, as: "physician")
        var cookies = first.browser.cookies
        cookies["lanyard-session"] = other.cookies["lanyard-session"]
        let response = try server.submit("/consent", first.form, cookies: cookies, headers: TestServer.sameOrigin)
        try expectNothing(response, server)
        #expect(response.status == 303)
        // Nor does the session that has ended, nor none.
        cookies["lanyard-session"] = nil
        try expectNothing(
            try server.submit("/consent", first.form, cookies: cookies, headers: TestServer.sameOrigin), server)
    }

    @Test func `what one person picked is not picked for the next one`() async throws {
        let server = try await TestServer.started()
        defer { server.stop() }
        let browser = Browser(server)
        let first = try App.publicApp.consentPage(browser, as: "physician", scope: App.scope, patient: "2")
        #expect(first.html.contains("Kim Roe"))
        let other = Browser(server)
        _ = try App.publicApp.consentPage(other, as: "parent", scope: App.scope, patient: "3")
        browser.cookies["lanyard-session"] = other.cookies["lanyard-session"]
        let place = try browser.get(first.address)
        #expect(place.address.hasPrefix("/select-patient"))
    }

    @Test func `a form of one patient is stale once another is picked beside it`() async throws {
        let server = try await TestServer.started()
        defer { server.stop() }
        let browser = Browser(server)
        var place = try browser.get(App.publicApp.authorizePath(scope: App.scope))
        place = try browser.submit(place, [("username", "parent"), ("password", TestServer.password)])
        let pick = try race(2) { [hidden = browser.hidden(place.html), cookies = browser.cookies] thread in
            // Both presses of the picker find it due; the later one stays.
            try server.submit(
                "/select-patient", hidden + [("patient", thread == 0 ? "2" : "3")], cookies: cookies,
                headers: TestServer.sameOrigin)
        }
        #expect(pick.allSatisfy { $0.status == 303 })
        let shown = try browser.get(place.address)
        #expect(shown.address.hasPrefix("/consent"))
        let id = Handle(browser.hidden(shown.html).first { $0.0 == "interaction" }?.1 ?? "")?.id ?? 0
        let (isKim, now) = (shown.html.contains("Kim Roe"), server.clock.now)
        // What a press still on its way would do: the other child, after the page was shown.
        let changed = try await server.authorization.database.write { transaction in
            guard let row = try transaction.interaction(id), var state = InteractionState(row.state) else {
                return false
            }
            state.patient = FHIRID(isKim ? "3" : "2")
            return try transaction.updateInteraction(id: id, state: state.text, sessionID: state.sessionID, now: now)
        }
        #expect(changed)
        let end = try App.publicApp.allow(browser, shown)
        #expect(end.location == nil)
        #expect(end.address.hasPrefix("/consent") && end.html.contains(isKim ? "Lee Roe" : "Kim Roe"))
        #expect(try server.liveGrants() == 0)
    }

    @Test func `consent cannot come before sign-in, nor sign-in be skipped by its address`() async throws {
        let server = try await TestServer.started()
        defer { server.stop() }
        let browser = Browser(server)
        let signIn = try browser.get(App.publicApp.authorizePath(scope: App.scope))
        let form = browser.hidden(signIn.html) + [("decision", "allow"), ("scope", "openid"), ("patient", "1")]
        for path in ["/consent", "/select-patient", "/select-encounter"] {
            let response = try server.submit(path, form, cookies: browser.cookies, headers: TestServer.sameOrigin)
            #expect(response.headers["location"]?.hasPrefix(TestServer.issuer + "/sign-in?") == true)
            try expectNothing(response, server)
        }
    }
}

@Suite struct `JW-04, STA-5 the patient is one that the person may choose` {
    @Test(arguments: ["1", "4", "../2", "2/../1", "Patient/2", "2 ", "", "*", "2\u{0}", "2' OR '1'='1"])
    func `a parent gets no other child's record`(patient: String) async throws {
        let server = try await TestServer.started()
        defer { server.stop() }
        let browser = Browser(server)
        var place = try browser.get(App.publicApp.authorizePath(scope: App.scope))
        place = try browser.submit(place, [("username", "parent"), ("password", TestServer.password)])
        #expect(place.address.hasPrefix("/select-patient"))
        let answer = try browser.submit(place, [("patient", patient)])
        #expect((400...403).contains(answer.status))
        #expect(!answer.html.contains("Pat Doe"))
        // Nothing was kept: the page is still due.
        #expect(try browser.get(place.address).address.hasPrefix("/select-patient"))
        #expect(try server.liveGrants() == 0)
    }

    @Test func `nor by the search, nor by its cursor`() async throws {
        let server = try await TestServer.started()
        defer { server.stop() }
        let browser = Browser(server)
        var place = try browser.get(App.publicApp.authorizePath(scope: App.scope))
        place = try browser.submit(place, [("username", "parent"), ("password", TestServer.password)])
        for query in ["q=Doe", "q=%25", "q=_", "after=0", "q=&after=", "q=' OR 1=1 --", "after=' OR '1'='1"] {
            let text = FormParameters([("q", String(query.dropFirst(2)))]).serialized()
            let found = try browser.get(place.address + "&" + text)
            #expect(!found.html.contains("Pat Doe"))
            #expect(!browser.values("patient", on: found).contains("1"))
        }
    }

    @Test func `an encounter of another patient is refused`() async throws {
        let server = try await TestServer.started()
        defer { server.stop() }
        for encounter in ["e1", "e2", "e9", "e3 ", "*", "e3/../e1"] {
            let browser = Browser(server)
            var place = try browser.get(App.publicApp.authorizePath(scope: App.scope + " launch/encounter"))
            place = try browser.submit(place, [("username", "parent"), ("password", TestServer.password)])
            place = try browser.submit(place, [("patient", "3")])
            #expect(place.address.hasPrefix("/select-encounter"))
            let answer = try browser.submit(place, [("encounter", encounter)])
            #expect(answer.status == 403, "\(encounter)")
        }
        #expect(try server.liveGrants() == 0)
    }
}

@Suite struct `JW-05 a launch is for one app, one user, one time` {
    private static let scope = "launch openid fhirUser patient/Patient.rs"

    private func handle(_ server: TestServer, _ json: JSON) throws -> String {
        let response = try server.openLaunch(json)
        guard let handle = response.json["launch"]?.stringValue else { throw TestFailure(response.text) }
        return handle
    }

    @Test func `another user than the EHR's is turned away before any page shows the record`() async throws {
        let server = try await TestServer.started()
        defer { server.stop() }
        try await server.administer(
            .post, "/admin/v1/users",
            ["username": "nurse", "password": .string(TestServer.password), "name": "N", "fhirUser": "Practitioner/10"])
        let launch = try handle(server, ["client_id": "public-app", "user": "physician", "patient": "1"])
        for user in ["nurse", "patient", "parent", "nobody"] {
            let place = try App.publicApp.launch(Browser(server), as: user, scope: Self.scope, [("launch", launch)])
            #expect(place.parameters["error"] == "access_denied")
            #expect(place.parameters["code"] == nil)
        }
        #expect(try server.liveGrants() == 0)
        let place = try App.publicApp.launch(Browser(server), as: "physician", scope: Self.scope, [("launch", launch)])
        #expect(place.parameters["code"] != nil)
    }

    @Test func `nobody opens a patient by a launch whom they may not open otherwise`() async throws {
        let server = try await TestServer.started()
        defer { server.stop() }
        let launch = try handle(server, ["client_id": "public-app", "patient": "1"])
        for user in ["parent", "nobody"] {
            let place = try App.publicApp.launch(Browser(server), as: user, scope: Self.scope, [("launch", launch)])
            #expect(place.parameters["error"] == "access_denied")
        }
        #expect(try server.liveGrants() == 0)
    }

    @Test func `another app, an old one, a used one, a made-up one`() async throws {
        let server = try await TestServer.started()
        defer { server.stop() }
        let launch = try handle(server, ["client_id": "secret-app", "patient": "1"])
        let handles = [launch, String(launch.reversed()), String(launch.dropLast()) + "A", "x", "1", launch + " "]
        for value in handles {
            let response = try server.page(App.publicApp.authorizePath(scope: Self.scope, [("launch", value)]))
            #expect(response.headers["location"]?.contains("error=invalid_request") == true)
        }
        let first = try App.secretApp.launch(Browser(server), as: "physician", scope: Self.scope, [("launch", launch)])
        #expect(first.parameters["code"] != nil)
        let again = try server.page(App.secretApp.authorizePath(scope: Self.scope, [("launch", launch)]))
        #expect(again.headers["location"]?.contains("error=invalid_request") == true)
        let old = try handle(server, ["client_id": "secret-app", "patient": "1"])
        server.clock.advance(300)
        let late = try server.page(App.secretApp.authorizePath(scope: Self.scope, [("launch", old)]))
        #expect(late.headers["location"]?.contains("error=invalid_request") == true)
    }

    @Test func `a launch that expires on the way gives nothing, also when its row is gone`() async throws {
        for isSwept in [false, true] {
            let server = try await TestServer.started()
            defer { server.stop() }
            let launch = try handle(server, ["client_id": "public-app", "user": "physician", "patient": "1"])
            let browser = Browser(server)
            let place = try App.publicApp.consentPage(browser, as: "physician", scope: Self.scope, [("launch", launch)])
            server.clock.advance(301)
            if isSwept { _ = try await server.authorization.database.sweep(now: server.clock.now) }
            let end = try App.publicApp.allow(browser, place)
            #expect(end.parameters["error"] == "invalid_request")
            #expect(end.parameters["code"] == nil)
            let again = try browser.get(place.address)
            #expect(!again.address.hasPrefix("/select-patient"))
            #expect(try server.liveGrants() == 0)
        }
    }

    @Test func `used up by another visit and swept, it does not turn into a launch without an EHR`() async throws {
        let server = try await TestServer.started()
        defer { server.stop() }
        let launch = try handle(server, ["client_id": "public-app", "user": "physician", "patient": "1"])
        let browser = Browser(server)
        let signIn = try browser.get(App.publicApp.authorizePath(scope: Self.scope, [("launch", launch)]))
        let used = try App.publicApp.launch(Browser(server), as: "physician", scope: Self.scope, [("launch", launch)])
        #expect(used.parameters["code"] != nil)
        server.clock.advance(301)
        _ = try await server.authorization.database.sweep(now: server.clock.now)
        // Another user than the launch's, who would now be asked for a patient of their own choice.
        let end = try browser.submit(signIn, [("username", "parent"), ("password", TestServer.password)])
        #expect(end.parameters["error"] == "invalid_request")
    }

    @Test func `saying no uses it up`() async throws {
        let server = try await TestServer.started()
        defer { server.stop() }
        let launch = try handle(server, ["client_id": "public-app", "patient": "1"])
        let browser = Browser(server)
        let place = try App.publicApp.consentPage(browser, as: "physician", scope: Self.scope, [("launch", launch)])
        #expect(try browser.submit(place, [("decision", "deny")]).parameters["error"] == "access_denied")
        let again = try server.page(App.publicApp.authorizePath(scope: Self.scope, [("launch", launch)]))
        #expect(again.headers["location"]?.contains("error=invalid_request") == true)
    }

    @Test func `only an EHR opens one`() async throws {
        let server = try await TestServer.started()
        defer { server.stop() }
        let tokens = try App.publicApp.tokens(server, as: "physician", scope: App.scope)
        let bearers = [
            tokens["access_token"]?.stringValue ?? "", tokens["id_token"]?.stringValue ?? "",
            tokens["refresh_token"]?.stringValue ?? "", "x", "..",
        ]
        for bearer in bearers {
            let response = try server.openLaunch(bearer: bearer, ["client_id": "public-app", "patient": "1"])
            expectRefused(response, 401, "invalid_token")
            #expect(response.headers["www-authenticate"]?.hasPrefix("Bearer ") == true)
        }
        let narrow = try server.openLaunch(bearer: try server.ehrToken(scope: "auth/Token.r"))
        expectRefused(narrow, 403, "insufficient_scope")
        for headers in [[], [App.basic("ehr", "ehr-secret-0123456789012345")]] {
            let response = try server.send(.post, "/launches", headers: headers, body: #"{"client_id":"public-app"}"#)
            expectRefused(response, 401, "invalid_token")
        }
        let query = try server.send(
            .post, "/launches?access_token=" + (try server.ehrToken()), body: #"{"client_id":"public-app"}"#)
        expectRefused(query, 401, "invalid_token")
    }
}
