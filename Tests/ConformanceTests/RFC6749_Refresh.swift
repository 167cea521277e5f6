import Encoding
import HTTP
import JOSE
import TestSupport
import Testing

@Suite struct `RFC 6749 §6: refresh` {
    let server: TestServer
    let scope = "openid fhirUser launch/patient patient/*.rs offline_access"

    init() async throws {
        server = try await TestServer.withSamples()
    }

    private func granted(_ app: App = .publicApp, as user: String = "patient", scope: String? = nil) throws -> JSON {
        try app.tokens(server, as: user, scope: scope ?? self.scope, patient: "1")
    }

    private func refreshToken(_ tokens: JSON) throws -> String {
        try #require(tokens["refresh_token"]?.stringValue, "\(tokens.text)")
    }

    @Test func `REF-1: only offline_access and online_access give a refresh token`() throws {
        defer { server.stop() }
        #expect(try granted(scope: "openid launch/patient patient/*.rs")["refresh_token"] == nil)
        for scope in ["offline_access", "online_access"] {
            let tokens = try granted(scope: "openid " + scope)
            #expect(tokens["refresh_token"]?.stringValue != nil)
            #expect(tokens.grantedScopes.contains(scope))
        }
    }

    @Test func `REF-1, SCP-14: a client that may not refresh is not told that it may`() async throws {
        defer { server.stop() }
        try await server.register(
            "once",
            [
                "grant_types": ["authorization_code"], "token_endpoint_auth_method": "none",
                "scope": "openid offline_access online_access",
            ])
        let app = App(clientID: "once", secret: nil, redirectURI: "https://once.example/cb")
        let tokens = try app.tokens(server, as: "patient", scope: "openid offline_access online_access")
        #expect(tokens.grantedScopes == ["openid"] && tokens["refresh_token"] == nil)
    }

    @Test func `REF-2: of offline and online access, one`() throws {
        defer { server.stop() }
        let tokens = try granted(scope: "openid offline_access online_access")
        #expect(tokens.grantedScopes == ["openid", "offline_access"])
    }

    @Test func `REF-4, REF-7, REF-8: the answer and its headers`() throws {
        defer { server.stop() }
        for app in [App.publicApp, App.secretApp] {
            let first = try granted(app)
            server.clock.advance(100)
            let response = try app.refresh(try refreshToken(first), server)
            #expect(response.status == 200)
            #expect(response.headers["cache-control"] == "no-store")
            #expect(response.headers["pragma"] == "no-cache")
            let second = response.json
            #expect(second["token_type"] == "Bearer" && second["expires_in"] == first["expires_in"])
            #expect(second["scope"] == first["scope"])
            #expect(second["access_token"] != first["access_token"])
            #expect(try server.isActive(second))
        }
    }

    @Test func `RT-01, REF-9: each use gives a successor`() throws {
        defer { server.stop() }
        for app in [App.publicApp, App.secretApp] {
            var seen = [try refreshToken(try granted(app))]
            for _ in 0..<4 {
                server.clock.advance(60)
                seen.append(try refreshToken(try app.refresh(try #require(seen.last), server).json))
            }
            #expect(Set(seen).count == seen.count)
        }
    }

    @Test func `RT-03: within 30 seconds a repeat gets the same successor, not a second branch`() throws {
        defer { server.stop() }
        let first = try refreshToken(try granted())
        let one = try App.publicApp.refresh(first, server).json
        server.clock.advance(29)
        let two = try App.publicApp.refresh(first, server).json
        #expect(try refreshToken(one) == refreshToken(two))
        #expect(try server.isActive(one))
        #expect(try server.isActive(two))
        let third = try App.publicApp.refresh(try refreshToken(two), server).json
        #expect(try refreshToken(try App.publicApp.refresh(try refreshToken(one), server).json) == refreshToken(third))
    }

    @Test func `RT-03: the grace is for the same client only`() throws {
        defer { server.stop() }
        let first = try refreshToken(try granted(.secretApp))
        let successor = try refreshToken(try App.secretApp.refresh(first, server).json)
        expectRefusal(try App.publicApp.refresh(first, server), 400, "invalid_grant")
        let unauthenticated = App(clientID: "secret-app", secret: nil, redirectURI: "")
        expectRefusal(try unauthenticated.refresh(first, server), 401, "invalid_client")
        #expect(try App.secretApp.refresh(successor, server).status == 200)
    }

    @Test func `RT-02: a repeat after 30 seconds revokes the family, access tokens too`() throws {
        defer { server.stop() }
        for app in [App.publicApp, App.secretApp] {
            let first = try granted(app)
            let second = try app.refresh(try refreshToken(first), server).json
            let third = try app.refresh(try refreshToken(second), server).json
            server.clock.advance(30)
            expectRefusal(try app.refresh(try refreshToken(first), server), 400, "invalid_grant")
            for tokens in [first, second, third] {
                #expect(try !server.isActive(tokens))
                expectRefusal(try app.refresh(try refreshToken(tokens), server), 400, "invalid_grant")
            }
        }
    }

    @Test func `RT-02: another grant of the same person and app lives on`() throws {
        defer { server.stop() }
        let (family, other) = (try granted(), try granted())
        _ = try App.publicApp.refresh(try refreshToken(family), server)
        server.clock.advance(31)
        expectRefusal(try App.publicApp.refresh(try refreshToken(family), server), 400, "invalid_grant")
        #expect(try server.isActive(other))
        #expect(try App.publicApp.refresh(try refreshToken(other), server).status == 200)
    }

    @Test func `RT-06, REF-3: another client's token is invalid_grant, and stays good for its own`() throws {
        defer { server.stop() }
        let token = try refreshToken(try granted(.publicApp))
        let response = try App.secretApp.refresh(token, server)
        expectRefusal(response, 400, "invalid_grant")
        let unknown = try App.secretApp.refresh(String(repeating: "A", count: 54), server)
        #expect(response.json["error_description"] == unknown.json["error_description"], "and says no more")
        #expect(try App.publicApp.refresh(token, server).status == 200)
    }

    @Test func `REF-3: a confidential client authenticates`() throws {
        defer { server.stop() }
        let token = try refreshToken(try granted(.secretApp))
        let form = [("grant_type", "refresh_token"), ("refresh_token", token)]
        expectRefusal(try server.post("/token", form), 401, "invalid_client")
        expectRefusal(try server.post("/token", form + [("client_id", "secret-app")]), 401, "invalid_client")
        expectRefusal(
            try server.post("/token", form, headers: [App.basic("secret-app", "wrong")]), 401, "invalid_client")
        #expect(try App.secretApp.refresh(token, server).status == 200)
    }

    @Test func `lessons R7: a public client may leave client_id out, for the token says whose it is`() throws {
        defer { server.stop() }
        let token = try refreshToken(try granted(.publicApp))
        let form = [("grant_type", "refresh_token"), ("refresh_token", token)]
        let response = try server.post("/token", form)
        #expect(response.status == 200, "\(response.text)")
        #expect(response.json["patient"] == "1")
        let garbage = [("grant_type", "refresh_token"), ("refresh_token", String(repeating: "A", count: 54))]
        expectRefusal(try server.post("/token", garbage), 401, "invalid_client")
    }

    @Test(arguments: [
        "patient/Observation.rs", "patient/*.r", "patient/*.r patient/*.s", "patient/*.read", "patient/Patient.read",
        "patient/Observation.rs?category=http://terminology.hl7.org/CodeSystem/observation-category|laboratory",
        "openid fhirUser launch/patient patient/*.rs offline_access", "offline_access patient/*.rs", "openid",
    ])
    func `RT-07, REF-5, INT-12: a scope that is smaller by meaning is granted as it is asked for`(asked: String) throws
    {
        defer { server.stop() }
        let first = try granted()
        let response = try App.publicApp.refresh(try refreshToken(first), server, scope: asked)
        #expect(response.status == 200, "\(response.text)")
        #expect(response.json.grantedScopes == Set(asked.split(separator: " ").map(String.init)))
        let access = try #require(response.json["access_token"]?.stringValue)
        #expect(try server.introspect(access).grantedScopes == response.json.grantedScopes)
        #expect((response.json["id_token"] != nil) == asked.contains("openid"))
    }

    @Test(arguments: [
        "patient/*.cruds", "patient/*.c", "patient/Patient.u", "user/*.rs", "user/Patient.r", "system/*.rs",
        "patient/*.*",
        "patient/*.write", "launch", "launch/encounter", "online_access", "auth/Launch.c", "nonsense",
        "patient/*.rs user/Patient.r", "patient/Patient.sr", "patient/*.rs nonsense",
    ])
    func `RT-07, REF-5: more than was granted is invalid_scope, and the token is not used up`(asked: String) throws {
        defer { server.stop() }
        let token = try refreshToken(try granted())
        expectRefusal(try App.publicApp.refresh(token, server, scope: asked), 400, "invalid_scope")
        server.clock.advance(31)
        #expect(try App.publicApp.refresh(token, server).status == 200)
    }

    @Test func `RT-07: v1 words and v2 letters mean the same`() throws {
        defer { server.stop() }
        let first = try granted(scope: "launch/patient patient/*.read patient/Observation.write offline_access")
        #expect(first.grantedScopes.isSuperset(of: ["patient/*.read", "patient/Observation.write"]))
        let good = try App.publicApp.refresh(
            try refreshToken(first), server, scope: "patient/Patient.rs patient/Observation.cruds")
        #expect(good.json.grantedScopes == ["patient/Patient.rs", "patient/Observation.cruds"])
        let bad = try App.publicApp.refresh(try refreshToken(good.json), server, scope: "patient/Patient.write")
        expectRefusal(bad, 400, "invalid_scope")
        let letters = try granted(scope: "launch/patient patient/Patient.r patient/Patient.s offline_access")
        for asked in ["patient/Patient.rs", "patient/Patient.read", "patient/Patient.s patient/Patient.r"] {
            let narrow = try App.publicApp.refresh(try refreshToken(letters), server, scope: asked)
            #expect(narrow.json.grantedScopes == Set(asked.split(separator: " ").map(String.init)), "\(asked)")
        }
    }

    @Test func `REF-6: narrowing touches only the new access token`() throws {
        defer { server.stop() }
        let first = try granted()
        let narrow = try App.publicApp.refresh(try refreshToken(first), server, scope: "patient/Patient.r").json
        let wide = try App.publicApp.refresh(try refreshToken(narrow), server).json
        #expect(wide["scope"] == first["scope"])
    }

    @Test func `RT-08, CTX-9: the context and the person are those of the grant`() throws {
        defer { server.stop() }
        let handle = try server.launchHandle([
            "client_id": "secret-app", "user": "physician", "patient": "2", "encounter": "e2", "intent": "review",
            "need_patient_banner": false, "tenant": "t1", "fhirContext": [["reference": "ImagingStudy/1"]],
        ])
        let first = try App.secretApp.tokens(
            server, as: "physician", scope: "openid fhirUser launch patient/*.rs offline_access", [("launch", handle)])
        for scope in [nil, "patient/Patient.r"] {
            let next = try App.secretApp.refresh(try refreshToken(first), server, scope: scope).json
            for member in ["patient", "encounter", "intent", "need_patient_banner", "tenant", "fhirContext"] {
                #expect(next[member] != nil && next[member] == first[member], "\(member)")
            }
        }
    }

    @Test func `REF-12: an id_token on refresh is about the same person and the same sign-in`() throws {
        defer { server.stop() }
        let first = try granted()
        server.clock.advance(500)
        let second = try App.publicApp.refresh(try refreshToken(first), server).json
        let before = try server.verifiedClaims(first["id_token"]?.stringValue, .rs256)
        let after = try server.verifiedClaims(second["id_token"]?.stringValue, .rs256)
        for claim in ["iss", "sub", "aud", "auth_time", "fhirUser"] {
            #expect(before[claim] != nil && before[claim] == after[claim], "\(claim)")
        }
        #expect(after["iat"]?.integerValue == (before["iat"]?.integerValue).map { $0 + 500 })
    }

    @Test func `RT-09, REF-2: online access dies with the session, offline access does not`() throws {
        defer { server.stop() }
        let online = try granted(scope: "openid online_access launch/patient patient/*.rs")
        let offline = try granted()
        server.clock.advance(1799)
        let next = try App.publicApp.refresh(try refreshToken(online), server).json
        #expect(next["refresh_token"] != nil, "the session is idle, not ended")
        server.clock.advance(1)
        expectRefusal(try App.publicApp.refresh(try refreshToken(next), server), 400, "invalid_grant")
        #expect(try App.publicApp.refresh(try refreshToken(offline), server).status == 200)
    }

    @Test func `RT-09: online access dies when somebody else signs in at the browser`() throws {
        defer { server.stop() }
        let browser = Browser(server)
        let scope = "openid online_access"
        let first = try App.publicApp.launch(browser, as: "patient", scope: scope)
        let tokens = try App.publicApp.redeem(try #require(first.parameters["code"]), server).json
        server.clock.advance(1)
        let second = try App.publicApp.launch(browser, as: "physician", scope: scope, [("prompt", "login")])
        #expect(second.parameters["code"] != nil)
        expectRefusal(try App.publicApp.refresh(try refreshToken(tokens), server), 400, "invalid_grant")
    }

    @Test(arguments: ["offline_access", "online_access"])
    func `REF-13, RT-10: a disabled user's tokens die, and enabling does not revive them`(access: String) async throws {
        defer { server.stop() }
        let tokens = try granted(scope: "openid launch/patient patient/*.rs " + access)
        try await server.administer(.post, "/admin/v1/users/patient/disable")
        #expect(try !server.isActive(tokens))
        expectRefusal(try App.publicApp.refresh(try refreshToken(tokens), server), 400, "invalid_grant")
        try await server.administer(.post, "/admin/v1/users/patient/enable")
        expectRefusal(try App.publicApp.refresh(try refreshToken(tokens), server), 400, "invalid_grant")
        #expect(try !server.isActive(tokens))
    }

    @Test func `REF-11: an offline token lives three months from each use, without end`() throws {
        defer { server.stop() }
        for app in [App.publicApp, App.secretApp] {
            var tokens = try granted(app)
            for _ in 0..<3 {
                server.clock.advance(100 * 86_400)
                tokens = try app.refresh(try refreshToken(tokens), server).json
                #expect(try server.isActive(tokens))
            }
            server.clock.advance(121 * 86_400)
            expectRefusal(try app.refresh(try refreshToken(tokens), server), 400, "invalid_grant")
        }
    }

    @Test(arguments: ["x", String(repeating: "A", count: 54), "' OR 1=1 --", String(repeating: "z", count: 9000)])
    func `REF-10: what is no refresh token is 400 invalid_grant`(token: String) throws {
        defer { server.stop() }
        expectRefusal(try App.publicApp.refresh(token, server), 400, "invalid_grant")
        expectRefusal(try App.publicApp.refresh("", server), 400, "invalid_request")
    }

    @Test func `AZ-28: a secret of another kind is no refresh token`() throws {
        defer { server.stop() }
        let tokens = try granted()
        let code = try App.publicApp.code(server)
        let launch = try server.launchHandle(["client_id": "public-app", "patient": "1"])
        for other in [tokens["access_token"]?.stringValue, tokens["id_token"]?.stringValue, code, launch] {
            expectRefusal(try App.publicApp.refresh(try #require(other), server), 400, "invalid_grant")
        }
        #expect(try App.publicApp.redeem(code, server).status == 200)
    }

    @Test func `AZ-07: each parameter at most once`() throws {
        defer { server.stop() }
        let token = try refreshToken(try granted())
        let form = [("grant_type", "refresh_token"), ("refresh_token", token), ("scope", "openid")]
        for item in form { expectRefusal(try App.publicApp.token(form + [item], server), 400, "invalid_request") }
        #expect(try App.publicApp.refresh(token, server).status == 200)
    }
}
