import Encoding
import HTTP
import JOSE
import SMART
import TestSupport
import Testing

@testable import AuthorizationServer

/// A launch that an EHR asks for wrongly: what differs from a right one, and the member that the answer names.
struct LaunchCase: Sendable, CustomTestStringConvertible {
    let members: JSONObject
    let named: String

    init(_ members: JSONObject, names named: String) {
        self.members = members
        self.named = named
    }

    var testDescription: String { JSON.object(members).text }
}

@Suite struct `SMART App Launch 2.2: EHR launch` {
    let server: TestServer
    let scope = "openid fhirUser launch patient/*.rs"
    let app = App.secretApp

    init() async throws {
        server = try await TestServer.withSamples()
    }

    private func launch(_ members: JSONObject = ["user": "physician", "patient": "2"]) -> JSON {
        .object(JSONObject([("client_id", "secret-app")] + members.members.map { ($0.name, $0.value) }))
    }

    private func tokens(
        _ handle: String, as user: String = "physician", scope: String? = nil, patient: String? = nil
    ) throws -> JSON {
        try app.tokens(server, as: user, scope: scope ?? self.scope, patient: patient, [("launch", handle)])
    }

    private func place(_ handle: String, as user: String = "physician", scope: String? = nil) throws -> Browser.Place {
        try app.launch(Browser(server), as: user, scope: scope ?? self.scope, [("launch", handle)])
    }

    private let atApp = "https://secret.example/cb?own=1&error="

    // MARK: Opening a launch

    @Test func `EHR-1, EHR-2: the EHR gets a handle and the app's launch URL with iss and launch`() throws {
        defer { server.stop() }
        let response = try server.openLaunch(launch())
        #expect(response.status == 201)
        #expect(response.headers["cache-control"] == "no-store")
        let handle = try #require(response.json["launch"]?.stringValue)
        let parameters = FormParameters([("iss", TestServer.fhirBase), ("launch", handle)]).serialized()
        #expect(response.json["launch_url"] == .string("https://secret.example/launch?" + parameters))
        #expect(try #require(response.json["expires_in"]?.integerValue) <= 300)
        #expect(try #require(Base64URL.decode(handle)).count >= 32, "JW-05")
        #expect(try server.openLaunch(launch()).json["launch"] != response.json["launch"])
    }

    @Test func `EHR-1: a launch URL keeps its own query, and of several the EHR chooses one`() async throws {
        defer { server.stop() }
        try await server.register(
            "many", ["launch_uris": ["https://many.example/launch?a=1", "https://many.example/other"]])
        let first = try server.openLaunch(["client_id": "many"]).json["launch_url"]?.stringValue
        #expect(
            first?.hasPrefix("https://many.example/launch?a=1&iss=http%3A%2F%2F127.0.0.1%3A9400%2Ffhir&launch=") == true
        )
        let other = try server.openLaunch(["client_id": "many", "launch_url": "https://many.example/other"])
        #expect(other.json["launch_url"]?.stringValue?.hasPrefix("https://many.example/other?iss=") == true)
    }

    @Test(arguments: [
        LaunchCase(["client_id": "unknown"], names: "client_id"), LaunchCase(["client_id": 5], names: "client_id"),
        LaunchCase(["client_id": "ehr"], names: "launch_url"),
        LaunchCase(["launch_url": "https://evil.example/launch"], names: "launch_url"),
        LaunchCase(["launch_url": .null], names: "launch_url"), LaunchCase(["user": "unknown"], names: "user"),
        LaunchCase(["user": 5], names: "user"), LaunchCase(["user": .null], names: "user"),
        LaunchCase(["aud": "https://other.example/fhir"], names: "aud"), LaunchCase(["aud": 5], names: "aud"),
        LaunchCase(["patient": "404"], names: "patient"), LaunchCase(["patient": "Patient/1"], names: "patient"),
        LaunchCase(["patient": 1], names: "patient"), LaunchCase(["patient": ".."], names: "patient"),
        LaunchCase(["encounter": "e1"], names: "encounter"),
        LaunchCase(["patient": "1", "encounter": "e2"], names: "encounter"),
        LaunchCase(["patient": "1", "encounter": "404"], names: "encounter"),
        LaunchCase(["need_patient_banner": "true"], names: "need_patient_banner"),
        LaunchCase(["need_patient_banner": 1], names: "need_patient_banner"),
        LaunchCase(["intent": ""], names: "intent"), LaunchCase(["intent": "a\nb"], names: "intent"),
        LaunchCase(["tenant": ["t"]], names: "tenant"),
        LaunchCase(["smart_style_url": "javascript:alert(1)"], names: "smart_style_url"),
        LaunchCase(["smart_style_url": "/style.json"], names: "smart_style_url"),
        LaunchCase(["fhirContext": ["ImagingStudy/1"]], names: "fhirContext"),
        LaunchCase(["fhirContext": [["reference": "https://x.example/ImagingStudy/1"]]], names: "fhirContext"),
        LaunchCase(["fhirContext": [["reference": "Nonsense/1"]]], names: "fhirContext"),
        LaunchCase(["fhirContext": [["reference": "Patient/1"]]], names: "fhirContext"),
        LaunchCase(["fhirContext": [["reference": "Encounter/1", "role": "launch"]]], names: "fhirContext"),
        LaunchCase(["fhirContext": [["type": "ImagingStudy"]]], names: "fhirContext"),
        LaunchCase(["fhirContext": [["reference": "ImagingStudy/1", "role": ""]]], names: "fhirContext"),
        LaunchCase(["fhirContext": [["reference": "ImagingStudy/1", "role": "own"]]], names: "fhirContext"),
        LaunchCase(["fhirContext": [["reference": "ImagingStudy/1", "type": "Device"]]], names: "fhirContext"),
        LaunchCase(["fhirContext": [["canonical": "Questionnaire/1"]]], names: "fhirContext"),
        LaunchCase(["unknown": 1], names: "unknown"), LaunchCase(["access_token": "x"], names: "access_token"),
        LaunchCase(["sub": "x"], names: "sub"), LaunchCase(["scope": "patient/*.cruds"], names: "scope"),
    ])
    func `EHR-1, CTX-1 to CTX-8: a wrong member is named, and no launch is opened`(launch: LaunchCase) throws {
        defer { server.stop() }
        var body: JSONObject = ["client_id": "secret-app"]
        for member in launch.members.members { body[member.name] = member.value }
        let response = try server.openLaunch(.object(body))
        #expect(response.status == 422, "\(response.text)")
        #expect(response.headers["cache-control"] == "no-store")
        #expect(response.json["launch"] == nil && response.json["launch_url"] == nil)
        let named = (response.json["errors"]?.arrayValue ?? []).compactMap { $0["member"]?.stringValue }
        #expect(named.contains { $0.hasPrefix(launch.named) }, "\(named)")
    }

    @Test func `EHR-1: all wrong members are named at once`() throws {
        defer { server.stop() }
        let response = try server.openLaunch(["client_id": "x", "user": "x", "aud": "x", "patient": "x"])
        let named = (response.json["errors"]?.arrayValue ?? []).compactMap { $0["member"]?.stringValue }
        #expect(Set(named) == ["client_id", "user", "aud", "patient"])
    }

    @Test(arguments: [
        "", "[]", "null", "{", "{\"client_id\":\"secret-app\",\"client_id\":\"secret-app\"}", "client_id=secret-app",
    ])
    func `EHR-1: the body is one JSON object`(body: String) throws {
        defer { server.stop() }
        let bearer = ("Authorization", "Bearer " + (try server.ehrToken()))
        let response = try server.send(
            .post, "/launches", headers: [bearer, ("Content-Type", "application/json")], body: body)
        #expect(response.status == 400)
        #expect(response.headers["cache-control"] == "no-store")
        #expect(response.headers["content-type"] == "application/problem+json")
    }

    @Test func `EHR-1: a bearer token with auth/Launch.c, of this server's own API, is needed`() throws {
        defer { server.stop() }
        let body = launch().text
        func open(_ authorization: String?, _ path: String = "/launches") throws -> ClientResponse {
            let headers = authorization.map { [("Authorization", $0)] } ?? []
            return try server.send(.post, path, headers: headers + [("Content-Type", "application/json")], body: body)
        }
        let nothing = try open(nil)
        #expect(nothing.status == 401)
        #expect(nothing.headers["www-authenticate"]?.hasPrefix("Bearer realm=") == true)
        #expect(nothing.headers["www-authenticate"]?.contains("error=") == false, "RFC 6750 §3.1")
        #expect(nothing.headers["cache-control"] == "no-store")
        let basic = App.basic("ehr", "ehr-secret-0123456789012345").1
        #expect(try open(basic).status == 401, "client credentials are for the token endpoint")
        expectRefusal(try open("Bearer x"), 401, "invalid_token")
        let app = try App.publicApp.tokens(
            server, as: "physician", scope: "user/*.cruds patient/*.cruds launch/patient")
        expectRefusal(try open("Bearer " + (app["access_token"]?.stringValue ?? "")), 401, "invalid_token")
        let other = try open("Bearer " + (try server.ehrToken(scope: "auth/Token.r")))
        expectRefusal(other, 403, "insufficient_scope")
        #expect(other.headers["www-authenticate"]?.contains("scope=\"auth/Launch.c\"") == true)
        let token = try server.ehrToken()
        #expect(try open(nil, "/launches?access_token=" + token).status == 401, "UI-01: never in the query")
        server.clock.advance(300)
        expectRefusal(try open("Bearer " + token), 401, "invalid_token")
    }

    // MARK: Context

    @Test func `CTX-1 to CTX-8: every member of the context reaches the app as it was given`() throws {
        defer { server.stop() }
        let context: JSONObject = [
            "patient": "2", "encounter": "e2",
            "fhirContext": [
                ["reference": "ImagingStudy/123"],
                ["canonical": "https://x.example/Questionnaire/7|2.1", "type": "Questionnaire"],
                ["identifier": ["system": "urn:oid:1.2.3", "value": "A1"], "type": "ServiceRequest"],
                ["reference": "Patient/3", "role": "https://x.example/role/mother"],
                ["reference": "ImagingStudy/123", "role": "launch"],
            ],
            "intent": "reconcile-medications \u{1F48A}", "need_patient_banner": false,
            "smart_style_url": "https://ehr.example/style/7.json", "tenant": "urn:tenant:1",
            "https://ehr.example/unit": ["floor": 3, "beds": [1, 2]], "__ward": "7",
        ]
        let tokens = try tokens(try server.launchHandle(launch(context)))
        let claims = try server.verifiedClaims(tokens["access_token"]?.stringValue, .es256)
        for member in context.members {
            #expect(tokens[member.name] == member.value, "\(member.name)")
            #expect(claims[member.name] == member.value, "\(member.name)")
        }
    }

    @Test func `CTX-4, CTX-6: need_patient_banner and a style are there also where the EHR says nothing, and no more`()
        throws
    {
        defer { server.stop() }
        let banner = try tokens(try server.launchHandle(launch(["patient": "2", "need_patient_banner": true])))
        #expect(banner["need_patient_banner"] == true)
        let silent = try tokens(try server.launchHandle(launch(["patient": "2"])))
        #expect(silent["need_patient_banner"] == true, "no EHR that says nothing has a banner to rely on")
        #expect(silent["smart_style_url"]?.stringValue?.hasPrefix(TestServer.issuer + "/assets/smart-style-") == true)
        for member in ["encounter", "fhirContext", "intent", "tenant"] {
            #expect(silent[member] == nil, "\(member)")
        }
        let patientless = try self.tokens(
            try server.launchHandle(launch(["user": "physician"])), scope: "launch user/Patient.rs")
        #expect(patientless["need_patient_banner"] == nil)
    }

    @Test func `CTX-3: a client of SMART 2_0 gets fhirContext as strings, everywhere`() async throws {
        defer { server.stop() }
        try await server.register(
            "old",
            [
                "fhir_context_version": "2.0", "token_endpoint_auth_method": "none",
                "launch_uris": ["https://old.example/launch"],
            ])
        let handle = try server.launchHandle([
            "client_id": "old", "patient": "2",
            "fhirContext": [
                ["reference": "ImagingStudy/1"], ["reference": "Device/2", "role": "https://x.example/role"],
                ["canonical": "https://x.example/Questionnaire/7"],
            ],
        ])
        let old = App(clientID: "old", secret: nil, redirectURI: "https://old.example/cb")
        let tokens = try old.tokens(
            server, as: "physician", scope: "launch patient/*.rs offline_access", [("launch", handle)])
        let next = try old.refresh(try #require(tokens["refresh_token"]?.stringValue), server).json
        for answer in [tokens, next] {
            #expect(answer["fhirContext"] == ["ImagingStudy/1"])
            let access = try #require(answer["access_token"]?.stringValue)
            #expect(try server.introspect(access)["fhirContext"] == ["ImagingStudy/1"])
        }
    }

    @Test func `STA-4: launch/{type} is granted for what is in context, if perhaps in another role`() async throws {
        defer { server.stop() }
        let types = "launch/imagingstudy launch/list?role=https://x.example/r launch/questionnaire"
        try await server.register(
            "viewer",
            [
                "token_endpoint_auth_method": "none", "launch_uris": ["https://viewer.example/launch"],
                "scope": .string("launch patient/*.rs " + types),
            ])
        let handle = try server.launchHandle([
            "client_id": "viewer", "patient": "2",
            "fhirContext": [
                ["reference": "ImagingStudy/1"], ["reference": "List/9", "role": "https://x.example/other"],
                ["identifier": ["value": "A1"], "type": "ServiceRequest"],
            ],
        ])
        let viewer = App(clientID: "viewer", secret: nil, redirectURI: "https://viewer.example/cb")
        let tokens = try viewer.tokens(
            server, as: "physician", scope: "launch patient/*.rs " + types, [("launch", handle)])
        #expect(tokens.grantedScopes.contains("launch/imagingstudy"))
        #expect(tokens.grantedScopes.contains("launch/list?role=https://x.example/r"))
        #expect(!tokens.grantedScopes.contains("launch/questionnaire"))
        #expect(tokens["fhirContext"]?.arrayValue?.count == 3, "launch brings all of it")
    }

    @Test func `EHR-4: without the scope launch the context is not told`() throws {
        defer { server.stop() }
        let context: JSONObject = ["patient": "2", "intent": "review", "tenant": "t1"]
        let handle = try server.launchHandle(launch(context))
        let tokens = try tokens(handle, scope: "openid fhirUser")
        #expect(tokens["patient"] == nil && tokens["intent"] == nil && tokens["tenant"] == nil)
        #expect(try self.tokens(handle)["intent"] == "review", "EHR-7: and the handle was not used")
    }

    @Test func `EHR-5: launch/patient and launch/encounter are hints beside launch`() throws {
        defer { server.stop() }
        let handle = try server.launchHandle(launch(["user": "physician", "patient": "2", "encounter": "e2"]))
        let tokens = try tokens(handle, scope: "launch launch/patient launch/encounter patient/*.rs")
        #expect(tokens["patient"] == "2" && tokens["encounter"] == "e2")
    }

    @Test func `EHR-6, JW-06, AUT-PAT-29: no patient in context means a picker where patient/ is asked for, else none`()
        throws
    {
        defer { server.stop() }
        let browser = Browser(server)
        let handle = try server.launchHandle(launch(["user": "physician", "intent": "schedule"]))
        let picker = try app.walk(browser, as: "physician", scope: scope, [("launch", handle)])
        #expect(picker.address.hasPrefix("/select-patient"))
        let place = try app.allow(browser, try browser.submit(picker, [("patient", "3")]))
        let tokens = try app.redeem(try #require(place.parameters["code"]), server).json
        #expect(tokens["patient"] == "3" && tokens["intent"] == "schedule")
        let other = try server.launchHandle(launch(["user": "physician"]))
        let without = try self.tokens(other, scope: "openid launch user/Patient.rs")
        #expect(without["patient"] == nil)
        #expect(without.grantedScopes == ["openid", "launch", "user/Patient.rs"])
    }

    @Test func `EHR-7: launch without a handle is an error, unless launch/patient makes it standalone`() throws {
        defer { server.stop() }
        expectRefusalAtApp(try Browser(server).get(app.authorizePath(scope: scope)), "invalid_request", at: atApp)
        let tokens = try app.tokens(server, as: "patient", scope: "launch launch/patient patient/*.rs")
        #expect(tokens["patient"] == "1")
    }

    // MARK: JW-05, EHR-3

    @Test func `JW-05: a handle is used once`() throws {
        defer { server.stop() }
        let handle = try server.launchHandle(launch())
        #expect(try tokens(handle)["patient"] == "2")
        expectRefusalAtApp(try place(handle), "invalid_request", at: atApp)
    }

    @Test func `JW-05: of two browsers with one handle, one gets a code`() throws {
        defer { server.stop() }
        let handle = try server.launchHandle(launch())
        let browsers = [Browser(server), Browser(server)]
        let pages = try browsers.map { try app.walk($0, as: "physician", scope: scope, [("launch", handle)]) }
        #expect(pages.allSatisfy { $0.address.hasPrefix("/consent") })
        #expect(try app.allow(browsers[0], pages[0]).parameters["code"] != nil)
        expectRefusalAtApp(try app.allow(browsers[1], pages[1]), "invalid_request", at: atApp)
    }

    @Test func `JW-05: a launch that was denied is over`() throws {
        defer { server.stop() }
        let handle = try server.launchHandle(launch())
        let browser = Browser(server)
        let page = try app.walk(browser, as: "physician", scope: scope, [("launch", handle)])
        expectRefusalAtApp(try browser.submit(page, [("decision", "deny")]), "access_denied", at: atApp)
        expectRefusalAtApp(try place(handle), "invalid_request", at: atApp)
    }

    @Test func `JW-05: not another client's`() throws {
        defer { server.stop() }
        let handle = try server.launchHandle(launch())
        let other = try App.publicApp.launch(Browser(server), as: "physician", scope: scope, [("launch", handle)])
        expectRefusalAtApp(other, "invalid_request")
        #expect(try tokens(handle)["patient"] == "2", "and its own can still use it")
    }

    @Test func `JW-05: not another user's, who sees nothing of the record`() throws {
        defer { server.stop() }
        let handle = try server.launchHandle(launch(["user": "patient", "patient": "1"]))
        let browser = Browser(server)
        let other = try app.walk(browser, as: "physician", scope: scope, [("launch", handle)])
        expectRefusalAtApp(other, "access_denied", at: atApp)
        #expect(try tokens(handle, as: "patient")["patient"] == "1")
    }

    @Test(arguments: [("patient", "2"), ("parent", "1"), ("nobody", "1")])
    func `JW-04: not a record that the user has no right to`(user: String, patient: String) throws {
        defer { server.stop() }
        for members: JSONObject in [
            ["patient": .string(patient)], ["patient": .string(patient), "user": .string(user)],
        ] {
            let handle = try server.launchHandle(launch(members))
            expectRefusalAtApp(try place(handle, as: user), "access_denied", at: atApp)
        }
    }

    @Test func `JW-05: five minutes, from the opening to the decision`() throws {
        defer { server.stop() }
        let late = try server.launchHandle(launch())
        server.clock.advance(299)
        let browser = Browser(server)
        let page = try app.walk(browser, as: "physician", scope: scope, [("launch", late)])
        #expect(page.address.hasPrefix("/consent"))
        server.clock.advance(1)
        expectRefusalAtApp(try place(late), "invalid_request", at: atApp)
        expectRefusalAtApp(try app.allow(browser, page), "invalid_request", at: atApp)
    }

    @Test func `JW-05: another FHIR base is another launch`() async throws {
        server.stop()
        let other = try #require(FHIRBaseURL("https://other.example/fhir"))
        let two = try await TestServer.withSamples { $0.fhirServers.append(FHIRServer(base: other, name: "Other")) }
        defer { two.stop() }
        let handle = try two.launchHandle([
            "client_id": "secret-app", "patient": "2", "aud": "https://other.example/fhir",
        ])
        expectRefusalAtApp(
            try app.launch(Browser(two), as: "physician", scope: scope, [("launch", handle)]), "invalid_request",
            at: atApp)
        let tokens = try app.tokens(
            two, as: "physician", scope: scope, [("launch", handle), ("aud", "https://other.example/fhir")])
        let claims = try two.verifiedClaims(tokens["id_token"]?.stringValue, .rs256)
        #expect(claims["fhirUser"] == "https://other.example/fhir/Practitioner/9")
    }

    @Test func `EHR-3: a handle with one octet changed, or of another kind, is none`() throws {
        defer { server.stop() }
        let handle = try server.launchHandle(launch())
        var octets = try #require(Base64URL.decode(handle))
        for index in [7, 8, 39] {
            octets[index] ^= 1
            expectRefusalAtApp(try place(Base64URL.encode(octets)), "invalid_request", at: atApp)
            octets[index] ^= 1
        }
        expectRefusalAtApp(try place(try App.publicApp.code(server)), "invalid_request", at: atApp, "AZ-28")
        #expect(try tokens(handle)["patient"] == "2")
    }
}
