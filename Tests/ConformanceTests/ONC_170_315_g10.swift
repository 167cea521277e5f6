import Encoding
import HTTP
import JOSE
import TestSupport
import Testing

/// What certification asks of the authorization server (checklist §18), launch by launch.
@Suite struct `ONC §170.315(g)(10)` {
    let server: TestServer
    let app = App.secretApp

    /// US Core 7: every type that a person must be able to allow one by one.
    private static let types = [
        "AllergyIntolerance", "CarePlan", "CareTeam", "Condition", "Coverage", "Device", "DiagnosticReport",
        "DocumentReference", "Encounter", "Goal", "Immunization", "Location", "Medication", "MedicationDispense",
        "MedicationRequest", "Observation", "Patient", "Procedure", "Provenance", "RelatedPerson", "ServiceRequest",
        "Specimen",
    ]

    init() async throws {
        server = try await TestServer.withSamples()
    }

    @Test func `AUT-PAT-1 to AUT-PAT-3, AUT-PAT-16, AUT-PAT-35: an EHR launch ends with all that an app is owed`()
        throws
    {
        defer { server.stop() }
        let opened = try server.openLaunch([
            "client_id": "secret-app", "user": "physician", "patient": "2", "encounter": "e2",
        ]).json
        let address = try #require(opened["launch_url"]?.stringValue)
        let query = try #require(address.split(separator: "?", maxSplits: 1).last)
        let sent = try FormParameters(parsing: Array(query.utf8))
        #expect(sent["iss"] == TestServer.fhirBase, "EHR-2: character for character")
        let scope = "openid fhirUser launch offline_access patient/*.rs user/*.rs"
        let place = try app.launch(
            Browser(server), as: "physician", scope: scope, [("launch", sent["launch"])])
        let response = try app.redeem(try #require(place.parameters["code"]), server)
        #expect(response.headers["cache-control"] == "no-store" && response.headers["pragma"] == "no-cache")
        let tokens = response.json
        for member in ["access_token", "refresh_token", "id_token", "scope", "smart_style_url"] {
            #expect(tokens[member]?.stringValue?.isEmpty == false, "\(member)")
        }
        #expect(tokens["token_type"]?.stringValue?.lowercased() == "bearer")
        #expect(tokens["patient"] == "2" && tokens["encounter"] == "e2")
        #expect(tokens["need_patient_banner"]?.boolValue != nil)
        let claims = try server.verifiedClaims(tokens["id_token"]?.stringValue, .rs256)
        #expect(claims["fhirUser"] == .string(TestServer.fhirBase + "/Practitioner/9"))
    }

    @Test func `AUT-PAT-4: a public app launches standalone and gets an id_token`() throws {
        defer { server.stop() }
        let tokens = try App.publicApp.tokens(
            server, as: "patient", scope: "openid fhirUser launch/patient offline_access patient/Patient.rs")
        #expect(tokens["patient"] == "1" && tokens["refresh_token"] != nil)
        let claims = try server.verifiedClaims(tokens["id_token"]?.stringValue, .rs256)
        #expect(claims["fhirUser"] == .string(TestServer.fhirBase + "/Patient/1"))
    }

    @Test(arguments: [HTTP.Method.get, .post])
    func `AUT-PAT-8, AUT-PAT-9, AUT-PAT-26 to AUT-PAT-28: all that was asked for is granted to who allows everything`(
        method: HTTP.Method
    ) throws {
        defer { server.stop() }
        let scope =
            "openid fhirUser launch/patient offline_access "
            + Self.types.map { "patient/\($0).rs" }.joined(separator: " ")
        let browser = Browser(server)
        var place =
            method == .get
            ? try browser.get(app.authorizePath(scope: scope))
            : try browser.post("/authorize", app.parameters(scope: scope))
        place = try browser.submit(place, [("username", "patient"), ("password", TestServer.password)])
        let boxes = browser.values("scope", on: place)
        let whole = boxes.filter { !$0.contains("?") }.map { ("scope", $0) }
        place = try browser.submit(place, whole + [("decision", "allow")])
        let tokens = try app.redeem(try #require(place.parameters["code"]), server).json
        #expect(tokens.grantedScopes.isSuperset(of: scope.split(separator: " ").map(String.init)))
    }

    /// The full-access request and a limited answer: exactly what was ticked, at the app and at the FHIR server.
    @Test(arguments: [true, false])
    func `AUT-PAT-10, AUT-PAT-33: a person allows some types and not others, also of a wildcard`(
        asksForAll: Bool
    ) throws {
        defer { server.stop() }
        let each = Self.types.map { "patient/\($0).rs" }
        let asked = asksForAll ? "patient/*.rs" : each.joined(separator: " ")
        let browser = Browser(server)
        let page = try app.walk(browser, as: "patient", scope: "openid fhirUser launch/patient " + asked)
        let boxes = browser.values("scope", on: page)
        #expect(Set(boxes).isSuperset(of: each), "each type has a box of its own")
        let ticked = ["openid", "patient/Patient.rs", "patient/AllergyIntolerance.rs", "patient/Condition.rs"]
        let place = try browser.submit(page, ticked.map { ("scope", $0) } + [("decision", "allow")])
        let tokens = try app.redeem(try #require(place.parameters["code"]), server).json
        #expect(tokens.grantedScopes == Set(ticked + ["launch/patient"]))
        let said = try server.introspect(try #require(tokens["access_token"]?.stringValue))
        #expect(said.grantedScopes == tokens.grantedScopes)
    }

    @Test func `AUT-PAT-11: offline access is told, and can be left out`() throws {
        defer { server.stop() }
        let scope = "openid launch/patient offline_access patient/Patient.rs"
        for isTicked in [true, false] {
            let browser = Browser(server)
            let page = try app.walk(browser, as: "patient", scope: scope)
            let boxes = browser.values("scope", on: page)
            #expect(boxes.contains("offline_access"))
            let ticked = boxes.filter { isTicked || $0 != "offline_access" }
            let place = try browser.submit(page, ticked.map { ("scope", $0) } + [("decision", "allow")])
            let tokens = try app.redeem(try #require(place.parameters["code"]), server).json
            #expect((tokens["refresh_token"] != nil) == isTicked)
            #expect(tokens.grantedScopes.contains("offline_access") == isTicked)
        }
    }

    @Test(arguments: ["patient/Observation.read patient/Patient.read", "patient/Observation.rs patient/Patient.rs"])
    func `AUT-PAT-9, AUT-PAT-28: in v1 words and in v2 letters`(scope: String) throws {
        defer { server.stop() }
        let tokens = try app.tokens(server, as: "patient", scope: "launch/patient " + scope)
        #expect(tokens.grantedScopes.contains(String(try #require(scope.split(separator: " ").last))))
    }

    @Test func `AUT-PAT-12, AUT-PAT-18, AUT-PAT-34: a no is access_denied at the app`() throws {
        defer { server.stop() }
        let browser = Browser(server)
        let page = try App.publicApp.walk(browser, as: "patient", scope: "launch/patient patient/*.rs")
        expectRefusalAtApp(try browser.submit(page, [("decision", "deny")]), "access_denied")
    }

    @Test func `AUT-PAT-13, AUT-PAT-37: an aud that is none of ours is an error, and there is no code`() throws {
        defer { server.stop() }
        let path = App.publicApp.authorizePath(
            scope: "launch/patient patient/*.rs", [("aud", "https://inferno.healthit.gov/invalid_aud")])
        expectRefusalAtApp(try Browser(server).get(path), "invalid_request")
    }

    @Test func `AUT-PAT-5 to AUT-PAT-7, AUT-PAT-17, AUT-PAT-24, AUT-PAT-25, CAP-4, CAP-5: what discovery must say`()
        throws
    {
        defer { server.stop() }
        let document = try server.send(.get, "/fhir/.well-known/smart-configuration").json
        let needed = [
            "launch-ehr", "launch-standalone", "authorize-post", "client-public", "client-confidential-symmetric",
            "client-confidential-asymmetric", "sso-openid-connect", "context-banner", "context-style",
            "context-ehr-patient", "context-ehr-encounter",
            "context-standalone-patient", "permission-offline", "permission-patient", "permission-user",
            "permission-v1", "permission-v2",
        ]
        let capabilities = Set(try #require(document["capabilities"]?.strings))
        #expect(capabilities.isSuperset(of: needed))
        let grants = Set(try #require(document["grant_types_supported"]?.strings))
        #expect(grants.isSuperset(of: ["authorization_code", "client_credentials"]))
        #expect(document["code_challenge_methods_supported"] == ["S256"])
        let issuer = try #require(document["issuer"]?.stringValue)
        let openID = try server.send(.get, "/.well-known/openid-configuration").json
        #expect(openID["issuer"] == .string(issuer) && openID["jwks_uri"] == document["jwks_uri"])
    }

    @Test
    func `AUT-PAT-20 to AUT-PAT-23: a refresh works for three months and starts them anew, a wrong one is refused`()
        throws
    {
        defer { server.stop() }
        let tokens = try App.publicApp.tokens(
            server, as: "patient", scope: "launch/patient offline_access patient/Patient.rs")
        var refresh = try #require(tokens["refresh_token"]?.stringValue)
        for _ in 0..<3 {
            server.clock.advance(92 * 86_400)
            let next = try App.publicApp.refresh(refresh, server)
            #expect(next.status == 200 && next.json["patient"] == "1")
            refresh = try #require(next.json["refresh_token"]?.stringValue)
        }
        expectRefusal(try App.publicApp.refresh("not-a-token", server), 400, "invalid_grant")
    }

    @Test func `TOK-INTRO-1: its own tokens are introspected`() throws {
        defer { server.stop() }
        let tokens = try app.tokens(server, as: "patient", scope: "openid launch/patient patient/*.rs")
        let said = try server.introspect(try #require(tokens["access_token"]?.stringValue))
        #expect(said["active"] == true && said["scope"] == tokens["scope"] && said["patient"] == tokens["patient"])
    }
}
