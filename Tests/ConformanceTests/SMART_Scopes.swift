import Encoding
import HTTP
import JOSE
import TestSupport
import Testing

/// What a person asks for, and what they are offered.
struct OfferCase: Sendable, CustomTestStringConvertible {
    let user: String
    let asked: String
    /// The boxes of the consent page, without their parts.
    let offered: Set<String>

    var testDescription: String { "\(user): \(asked)" }
}

@Suite struct `SMART App Launch 2.2: scopes` {
    let server: TestServer
    let app = App.publicApp

    init() async throws {
        server = try await TestServer.withSamples()
    }

    private func granted(
        _ scope: String, as user: String = "physician", _ app: App? = nil
    ) throws -> Set<String> {
        try (app ?? self.app).tokens(server, as: user, scope: scope, patient: "1").grantedScopes
    }

    // MARK: Checklist §4.2, step 1: the grammar

    @Test(arguments: [
        "patient/Patient.dus", "patient/Patient.sr", "patient/Patient.rr", "patient/Patient.dr", "patient/Patient.R",
        "patient/Patient.READ", "patient/Patient.readwrite", "patient/Patient.", "patient/Patient",
        "Patient/Patient.rs",
        "patient/patient.rs", "patient/Nonsense.rs", "patient/.rs", "patient/*.rs?", "patient/Patient.rs?=x",
        "patient/Patient.read?_id=1", "patient/Patient.rs?_id", "patient//Patient.rs", "LAUNCH/patient",
        "launch/Patient",
        "PATIENT/Patient.rs", "patient/*.", "system/*.read", "patient/Patient.rs?name:exact=x",
        "patient/Observation.rs?category=a%2Cb", "patient/Observation.rs?patient.name=x",
        "http://smarthealthit.org/fhir/scopes/patient/*.read", "http://openid.net/specs/openid-connect-core-1_0#openid",
        "OpenID", "offline", "system/*.rs", "auth/Launch.c", "auth/Client.cruds", "patient/Patient.rs,user/Patient.rs",
    ])
    func `AZ-18, SCP-2, SCP-8, SCP-11, SCP-14: what is no scope here is dropped, never repaired`(item: String) throws {
        defer { server.stop() }
        #expect(
            try granted("openid launch/patient \(item) patient/Observation.r") == [
                "openid", "launch/patient", "patient/Observation.r",
            ])
    }

    @Test func `order, repeats and spaces do not matter`() throws {
        defer { server.stop() }
        let scope = "  patient/Patient.rs  openid openid patient/Patient.rs launch/patient "
        #expect(try granted(scope) == ["openid", "launch/patient", "patient/Patient.rs"])
    }

    @Test(arguments: [
        "patient/*.read", "patient/Observation.read", "patient/*.write", "patient/Observation.*", "patient/*.*",
        "patient/Observation.rs", "patient/*.cruds", "user/Observation.read", "user/*.rs", "patient/Patient.r",
        "patient/Observation.rs?category=http://terminology.hl7.org/CodeSystem/observation-category|laboratory",
        "patient/Condition.rs?category=http://terminology.hl7.org/CodeSystem/condition-category|problem-list-item&clinical-status=active",
    ])
    func `SCP-3, SCP-7, SCP-21: a scope is granted in the words of the request`(scope: String) throws {
        defer { server.stop() }
        #expect(try granted("launch/patient " + scope) == ["launch/patient", scope])
    }

    // MARK: Step 2: the client's ceiling

    @Test func `AZ-17: no more than the client is registered for`() async throws {
        defer { server.stop() }
        try await server.register(
            "small",
            [
                "token_endpoint_auth_method": "none",
                "scope": "launch/patient patient/Observation.rs patient/Condition.r user/Patient.rs?active=true",
            ])
        let small = App(clientID: "small", secret: nil, redirectURI: "https://small.example/cb")
        let cases: [(String, Set<String>)] = [
            ("launch/patient patient/*.cruds", ["launch/patient", "patient/Observation.rs", "patient/Condition.r"]),
            ("launch/patient patient/Observation.cruds", ["launch/patient", "patient/Observation.rs"]),
            ("launch/patient patient/Observation.r", ["launch/patient", "patient/Observation.r"]),
            (
                "openid fhirUser offline_access launch/patient patient/Condition.rs",
                ["launch/patient", "patient/Condition.r"]
            ),
            ("user/Patient.rs", ["user/Patient.rs?active=true"]),
            ("user/*.cruds", ["user/Patient.rs?active=true"]),
            // A constraint that is another one, or says more, widens nothing (SCP-7).
            ("user/Patient.rs?active=false", ["user/Patient.rs?active=false&active=true"]),
            ("user/Patient.rs?active=true,false", ["user/Patient.rs?active=true"]),
            ("user/Patient.r?gender=male", ["user/Patient.r?gender=male&active=true"]),
            ("user/Patient.rs?active:missing=true", ["user/Patient.rs?active:missing=true&active=true"]),
            ("launch/patient user/Observation.rs patient/Observation.s", ["launch/patient", "patient/Observation.s"]),
        ]
        for (asked, expected) in cases { #expect(try granted(asked, small) == expected, "\(asked)") }
        for asked in [
            "openid", "patient/Patient.rs", "user/Observation.rs", "patient/Observation.cud", "offline_access",
        ] {
            let place = try Browser(server).get(small.authorizePath(scope: asked))
            expectRefusalAtApp(place, "invalid_scope", at: "https://small.example/cb", "\(asked)")
        }
    }

    // MARK: Step 3: the person's rights

    @Test(arguments: [
        OfferCase(
            user: "physician", asked: "openid fhirUser patient/*.rs user/*.cruds",
            offered: ["openid", "fhirUser", "patient/*.rs", "user/*.cruds"]),
        OfferCase(
            user: "patient", asked: "openid fhirUser patient/*.cruds user/*.cruds",
            offered: ["openid", "fhirUser", "patient/*.cruds"]),
        OfferCase(user: "parent", asked: "patient/Patient.rs user/Patient.rs", offered: ["patient/Patient.rs"]),
        OfferCase(user: "nobody", asked: "openid fhirUser user/*.rs", offered: ["openid"]),
    ])
    func `AZ-17, SCP-6: no more than the person may do`(offer: OfferCase) throws {
        defer { server.stop() }
        let browser = Browser(server)
        let page = try app.walk(browser, as: offer.user, scope: offer.asked, patient: "2")
        #expect(page.address.hasPrefix("/consent"))
        #expect(Set(browser.values("scope", on: page, onlyChecked: true)) == offer.offered)
        let place = try app.allow(browser, page)
        let tokens = try app.redeem(try #require(place.parameters["code"]), server).json
        #expect(tokens.grantedScopes == offer.offered)
    }

    @Test func `AZ-17: where a person may grant nothing of it, the app is told`() throws {
        defer { server.stop() }
        expectRefusalAtApp(
            try app.walk(Browser(server), as: "patient", scope: "user/*.cruds"), "access_denied")
        expectRefusalAtApp(
            try app.walk(Browser(server), as: "nobody", scope: "fhirUser user/Patient.r"), "access_denied")
    }

    // MARK: Step 4: consent

    @Test func `AZ-19: only what was offered can be ticked`() throws {
        defer { server.stop() }
        let asked = "openid launch/patient patient/Observation.rs"
        let strangers = [
            "patient/*.rs", "patient/Observation.cruds", "patient/Patient.rs", "user/Observation.rs", "offline_access",
            "fhirUser", "launch/encounter", "launch", "patient/Observation.r", "nonsense", "openid offline_access",
            "patient/Observation.rs?category=x",
        ]
        let browser = Browser(server)
        let page = try app.walk(browser, as: "patient", scope: asked)
        for stranger in strangers {
            let place = try browser.submit(page, [("scope", "openid"), ("scope", stranger), ("decision", "allow")])
            expectRefusalOnPage(place, 400, "\(stranger)")
        }
        let place = try app.allow(browser, page)
        let tokens = try app.redeem(try #require(place.parameters["code"]), server).json
        #expect(tokens.grantedScopes == Set(asked.split(separator: " ").map(String.init)))
    }

    @Test(arguments: [
        [], [("decision", "allow")], [("decision", "ALLOW"), ("scope", "openid")], [("scope", "openid")],
    ])
    func `AZ-19: without a choice and a clear yes nothing is granted`(fields: [(String, String)]) throws {
        defer { server.stop() }
        let browser = Browser(server)
        let page = try app.walk(browser, as: "patient", scope: "openid launch/patient patient/Patient.rs")
        let place = try browser.submit(page, fields)
        #expect(place.status == 400 && place.location == nil)
        #expect(place.response.headers["cache-control"] == "no-store")
    }

    @Test func `SCP-5, AUT-PAT-10, AUT-PAT-33: a wildcard is narrowed to the types that were ticked`() throws {
        defer { server.stop() }
        let browser = Browser(server)
        let page = try app.walk(browser, as: "patient", scope: "launch/patient patient/*.rs")
        let boxes = browser.values("scope", on: page)
        #expect(boxes.contains("patient/*.rs"))
        #expect(boxes.contains("patient/Observation.rs") && boxes.contains("patient/Patient.rs"))
        #expect(boxes.allSatisfy { $0.hasPrefix("patient/") && ($0.hasSuffix(".rs") || $0.contains(".rs?category=")) })
        let place = try browser.submit(
            page, [("scope", "patient/Observation.rs"), ("scope", "patient/Patient.rs"), ("decision", "allow")])
        let tokens = try app.redeem(try #require(place.parameters["code"]), server).json
        #expect(tokens.grantedScopes == ["launch/patient", "patient/Observation.rs", "patient/Patient.rs"])
        #expect(tokens["patient"] == "1")
    }

    @Test func `SCP-20: conditions and observations are narrowed to the kinds that were ticked`() throws {
        defer { server.stop() }
        let browser = Browser(server)
        let page = try app.walk(
            browser, as: "patient",
            scope: "launch/patient patient/Patient.rs patient/Condition.rs patient/Observation.rs")
        let kinds = browser.values("scope", on: page).filter { $0.contains("?category=") }
        #expect(kinds.count == 9)
        let problems =
            "patient/Condition.rs?category=http://terminology.hl7.org/CodeSystem/condition-category|problem-list-item"
        let laboratory =
            "patient/Observation.rs?category=http://terminology.hl7.org/CodeSystem/observation-category|laboratory"
        let ticked = ["patient/Patient.rs", problems, laboratory]
        let place = try browser.submit(page, ticked.map { ("scope", $0) } + [("decision", "allow")])
        let tokens = try app.redeem(try #require(place.parameters["code"]), server).json
        #expect(tokens.grantedScopes == Set(ticked + ["launch/patient"]))
    }

    // MARK: Step 5: patient/ needs a patient

    @Test func `JW-06, EHR-6: patient/ without a patient is never granted`() throws {
        defer { server.stop() }
        let browser = Browser(server)
        let page = try app.walk(browser, as: "nobody", scope: "openid patient/Patient.rs")
        #expect(!page.address.hasPrefix("/consent"))
        let answer = try browser.get("/consent" + String(page.address.drop { $0 != "?" }))
        #expect(answer.address.hasPrefix("/select-patient"))
    }

    @Test func `JW-06: unticking patient/ leaves no patient behind, unless launch/patient asked for one`() throws {
        defer { server.stop() }
        for (frame, patient) in [("", nil), ("launch/patient ", "1" as JSON)] {
            let browser = Browser(server)
            let page = try app.walk(browser, as: "patient", scope: frame + "openid patient/Patient.rs")
            let place = try browser.submit(page, [("scope", "openid"), ("decision", "allow")])
            #expect(try app.redeem(try #require(place.parameters["code"]), server).json["patient"] == patient)
        }
    }

    // MARK: The others

    @Test func `SCP-10: fhirUser means nothing without openid`() throws {
        defer { server.stop() }
        let browser = Browser(server)
        let page = try app.walk(browser, as: "patient", scope: "openid fhirUser launch/patient patient/Patient.rs")
        let place = try browser.submit(
            page, [("scope", "fhirUser"), ("scope", "patient/Patient.rs"), ("decision", "allow")])
        let tokens = try app.redeem(try #require(place.parameters["code"]), server).json
        #expect(tokens.grantedScopes == ["launch/patient", "patient/Patient.rs"])
        let claims = try server.verifiedClaims(tokens["access_token"]?.stringValue, .es256)
        #expect(claims["fhirUser"] == nil && tokens["id_token"] == nil)
        let lone = try app.launch(Browser(server), as: "patient", scope: "fhirUser")
        #expect(lone.parameters["code"] == nil)
    }

    @Test func `SCP-12: an extension scope is granted to a client that is registered for it`() async throws {
        defer { server.stop() }
        try await server.register(
            "extended", ["token_endpoint_auth_method": "none", "scope": "openid __demo https://x.example/scope"])
        let extended = App(clientID: "extended", secret: nil, redirectURI: "https://extended.example/cb")
        #expect(
            try granted("openid __demo https://x.example/scope __other", extended) == [
                "openid", "__demo", "https://x.example/scope",
            ])
        #expect(try granted("openid __demo") == ["openid"])
    }
}
