import Encoding
import HTTP
import Storage
import TestSupport
import Testing

@testable import AuthorizationServer

/// What administrators find, change and end, over the wire with a token.
@Suite struct `AD-08, AD-09, AD-11 what administrators find and change` {
    private let server: TestServer
    private let authorization: String

    init() async throws {
        server = try await TestServer.withAdministrators()
        authorization = try server.bearer("administrator")
    }

    private func ask(
        _ method: HTTP.Method, _ path: String, _ json: JSON? = nil, headers: [(String, String)] = []
    ) throws -> ClientResponse {
        let type = method == .patch ? "application/merge-patch+json" : "application/json"
        return try HTTPClient(timeoutSeconds: 20).send(
            method, "/admin/v1" + path, to: .tcp(host: "127.0.0.1", port: server.administrationPort),
            headers: [("Authorization", authorization), ("Content-Type", type)] + headers,
            body: json?.serialized() ?? [])
    }

    private func items(_ path: String, _ name: String) throws -> [JSON] {
        let answer = try ask(.get, path)
        #expect(answer.status == 200, "\(answer.text)")
        return answer.json[name]?.arrayValue ?? []
    }

    private func isActive(_ token: JSON) throws -> Bool {
        try server.introspect(token["access_token"]?.stringValue ?? "")["active"] == true
    }

    // MARK: Grants

    @Test func `grants are found by person, app and patient, and filters narrow together`() throws {
        defer { server.stop() }
        _ = try App.publicApp.tokens(server, as: "physician", scope: "launch/patient patient/*.rs", patient: "1")
        _ = try App.publicApp.tokens(server, as: "physician", scope: "launch/patient patient/*.rs", patient: "2")
        _ = try App.secretApp.tokens(server, as: "patient", scope: "launch/patient patient/*.rs")
        #expect(try items("/grants?user=physician", "grants").map { $0["patient"] } == ["1", "2"])
        #expect(try items("/grants?patient=1", "grants").map { $0["user"] } == ["physician", "patient"])
        #expect(try items("/grants?client=secret-app", "grants").count == 1)
        #expect(try items("/grants?client=secret-app&user=physician", "grants").isEmpty)
        #expect(try items("/grants?patient=1&client=public-app&user=physician", "grants").count == 1)
        let text = try ask(.get, "/grants").text
        #expect(!text.contains("hash") && !text.contains("secret_"))
        #expect(try ask(.get, "/grants?user=nobody-there").status == 404)
    }

    @Test func `pages go on where the last one ended, and hold only what fits`() throws {
        defer { server.stop() }
        for patient in ["1", "2", "3"] {
            _ = try App.publicApp.tokens(
                server, as: "physician", scope: "launch/patient patient/*.rs", patient: patient)
        }
        let first = try ask(.get, "/grants?user=physician&limit=2").json
        #expect(first["grants"]?.arrayValue?.map { $0["patient"] } == ["1", "2"])
        let next = try #require(first["next"]?.stringValue)
        let second = try ask(.get, "/grants?user=physician&limit=2&after=\(next)").json
        #expect(second["grants"]?.arrayValue?.map { $0["patient"] } == ["3"] && second["next"] == nil)
    }

    @Test func `one grant is revoked, and its token is dead at once`() throws {
        defer { server.stop() }
        let tokens = try App.publicApp.tokens(server, as: "physician", scope: "launch/patient patient/*.rs")
        #expect(try isActive(tokens))
        let id = try #require(try items("/grants?client=public-app", "grants").first?["id"]?.integerValue)
        #expect(try ask(.delete, "/grants/\(id)").status == 204)
        #expect(try !isActive(tokens))
        #expect(try ask(.get, "/grants/\(id)").json["revoked_reason"] == "administrator")
        #expect(try ask(.delete, "/grants/\(id)").status == 204)
        #expect(try server.auditRecords("grant-revoked").count == 1)
        #expect(try ask(.delete, "/grants/0").status == 404)
    }

    @Test func `all that fit are revoked, and no others`() throws {
        defer { server.stop() }
        let one = try App.publicApp.tokens(server, as: "physician", scope: "launch/patient patient/*.rs", patient: "1")
        let two = try App.publicApp.tokens(server, as: "physician", scope: "launch/patient patient/*.rs", patient: "2")
        #expect(try ask(.post, "/grants/revoke", ["patient": "1"]).json["revoked"] == 1)
        #expect(try !isActive(one) && isActive(two))
        for wrong: JSON in [
            [:], ["all": false], ["all": true, "user": "physician"], ["usr": "physician"], ["user": 1],
        ] {
            #expect(try ask(.post, "/grants/revoke", wrong).status == 422, "\(wrong.text)")
        }
        #expect(try isActive(two))
    }

    @Test(arguments: [
        "/grants?patien=1", "/sessions?usr=ada", "/users?name=a", "/grants?user=a&user=b", "/grants?limit=0",
    ])
    func `a filter that is not known is refused, for it would show everything`(path: String) throws {
        defer { server.stop() }
        #expect(try ask(.get, path).status == 400)
    }

    @Test(arguments: ["%25", "_", "' OR 1=1 --", "\" OR \"\"=\"", "a' UNION SELECT password_hash FROM users --"])
    func `AD-11 what looks like SQL finds nothing`(text: String) throws {
        defer { server.stop() }
        let query = PercentEncoding.encode(text)
        #expect(try items("/users?username=\(query)", "users").isEmpty)
        #expect(try items("/clients?name=\(query)", "clients").isEmpty)
        #expect(try items("/grants?client=\(query)", "grants").isEmpty)
    }

    // MARK: Sessions and launches

    @Test func `a session is ended, and the browser is signed out`() throws {
        defer { server.stop() }
        let browser = Browser(server)
        _ = try App.publicApp.launch(browser, as: "physician", scope: "openid fhirUser")
        let sessions = try items("/sessions?user=physician", "sessions")
        #expect(sessions.count == 1)
        let id = try #require(sessions.first?["id"]?.integerValue)
        #expect(try ask(.delete, "/sessions/\(id)").status == 204)
        #expect(try items("/sessions?user=physician", "sessions").isEmpty)
        let again = try browser.get(App.publicApp.authorizePath(scope: "openid fhirUser"))
        #expect(again.address.hasPrefix("/sign-in"))
        #expect(try server.auditRecords("session-ended").count == 1)
    }

    @Test func `a launch that waits is shown without its value, and withdrawn`() throws {
        defer { server.stop() }
        let opened = try ask(.post, "/launches", ["client_id": "public-app", "patient": "1"]).json
        let value = try #require(opened["launch"]?.stringValue)
        let listed = try ask(.get, "/launches?client=public-app")
        #expect(!listed.text.contains(value))
        let id = try #require(listed.json["launches"]?.arrayValue?.first?["id"]?.integerValue)
        #expect(try ask(.delete, "/launches/\(id)").status == 204)
        #expect(try ask(.delete, "/launches/\(id)").status == 404)
        #expect(try items("/launches", "launches").isEmpty)
        #expect(try server.auditRecords("launch-withdrawn").map(\.client) == ["public-app"])
    }

    // MARK: Changes

    @Test func `AD-09 of two who change a person at once, the second is told`() throws {
        defer { server.stop() }
        let seen = try #require(try ask(.get, "/users/physician").headers["etag"])
        #expect(try ask(.patch, "/users/physician", ["name": "Dr. One"]).status == 428)
        #expect(try ask(.patch, "/users/physician", ["name": "Dr. One"], headers: [("If-Match", seen)]).status == 200)
        #expect(try ask(.patch, "/users/physician", ["name": "Dr. Two"], headers: [("If-Match", seen)]).status == 412)
        #expect(try ask(.get, "/users/physician").json["name"] == "Dr. One")
        #expect(try server.auditRecords("user-updated").map(\.detail) == ["name"])
    }

    @Test func `who becomes another in the record signs in again`() throws {
        defer { server.stop() }
        let tokens = try App.publicApp.tokens(server, as: "physician", scope: "openid fhirUser")
        let any = [("If-Match", "*")]
        #expect(try ask(.patch, "/users/physician", ["name": "Dr. R"], headers: any).status == 200)
        #expect(try isActive(tokens))
        let changed = try ask(.patch, "/users/physician", ["fhirUser": "Practitioner/10"], headers: any)
        #expect(changed.json["fhirUser"] == "Practitioner/10")
        #expect(try !isActive(tokens) && items("/sessions?user=physician", "sessions").isEmpty)
        let wrong = try ask(
            .patch, "/users/physician", ["username": "x", "fhirUser": "Nobody/1", "patients": ["/"]], headers: any)
        #expect(wrong.status == 422 && wrong.json["errors"]?.arrayValue?.count == 3, "\(wrong.text)")
    }

    @Test func `a person for whom a patient is not in the directory is refused by that name, and not kept`() throws {
        defer { server.stop() }
        let user: JSON = [
            "username": "aunt", "password": .string(TestServer.password), "patients": ["1", "nobody", "2", "x"],
        ]
        let refused = try ask(.post, "/users", user)
        let errors = refused.json["errors"]?.arrayValue ?? []
        #expect(refused.status == 422 && errors.allSatisfy { $0["member"] == "patients" }, "\(refused.text)")
        #expect(errors.map { $0["reason"] } == ["nobody is not in the directory", "x is not in the directory"])
        #expect(try ask(.get, "/users/aunt").status == 404)
        let changed = try ask(.patch, "/users/parent", ["patients": ["nobody"]], headers: [("If-Match", "*")])
        #expect(changed.status == 422 && changed.text.contains("nobody is not in"), "\(changed.text)")
        #expect(try ask(.get, "/users/parent").json["patients"] == ["2", "3"])
        // A name that is taken is still told as that.
        let taken = try ask(.post, "/users", ["username": "parent", "password": .string(TestServer.password)])
        #expect(taken.status == 409 && taken.json["errors"]?.arrayValue?.first?["member"] == "username")
    }

    @Test func `a client comes with all of its roles, or not at all`() throws {
        defer { server.stop() }
        func client(_ id: String, _ roles: JSON) -> JSON {
            [
                "client_id": .string(id), "grant_types": ["client_credentials"], "response_types": [],
                "token_endpoint_auth_method": "client_secret_basic", "scope": "auth/Client.r", "roles": roles,
            ]
        }
        let wrong: [(JSON, String)] = [
            (["service", "nosuch"], "role"), (["staff"], "role"), (["No Role"], "roles.role"), ("service", "roles"),
            ([["role": "service", "parameters": ["clinic": "Organization/1"]]], "parameters.clinic"),
        ]
        for (roles, member) in wrong {
            let refused = try ask(.post, "/clients", client("half", roles))
            let errors = refused.json["errors"]?.arrayValue ?? []
            #expect(refused.status == 422 && errors.first?["member"] == .string(member), "\(refused.text)")
            #expect(try ask(.get, "/clients/half").status == 404, "\(roles.text)")
        }
        let whole = try ask(.post, "/clients", client("whole", [["role": "service", "reason": "nightly"]]))
        #expect(whole.status == 201 && whole.json["client_secret"] != nil, "\(whole.text)")
        let held = try items("/role-assignments?client=whole", "role_assignments")
        #expect(held.map { $0["role"] } == ["service"] && held.first?["reason"] == "nightly")
    }

    @Test func `a person is removed with all that was theirs`() throws {
        defer { server.stop() }
        let tokens = try App.publicApp.tokens(server, as: "physician", scope: "openid fhirUser offline_access")
        #expect(try ask(.delete, "/users/physician").status == 204)
        #expect(try !isActive(tokens))
        #expect(try ask(.get, "/users/physician").status == 404)
        #expect(try App.publicApp.refresh(tokens["refresh_token"]?.stringValue ?? "", server).status == 400)
        #expect(try server.auditRecords("user-removed").count == 1)
        // The last but one who may assign roles goes, the last one stays.
        #expect(try ask(.delete, "/users/policy-admin").status == 204)
        #expect(try ask(.delete, "/users/administrator").status == 409)
    }

    @Test func `a client that may do less loses what it holds, and one that changes its name does not`() throws {
        defer { server.stop() }
        let tokens = try App.publicApp.tokens(server, as: "physician", scope: "launch/patient patient/*.rs")
        let seen = try #require(try ask(.get, "/clients/public-app").headers["etag"])
        let renamed = try ask(.patch, "/clients/public-app", ["client_name": "Other"], headers: [("If-Match", seen)])
        #expect(renamed.json["client_name"] == "Other", "\(renamed.text)")
        #expect(try isActive(tokens))
        #expect(
            try ask(.patch, "/clients/public-app", ["client_name": "X"], headers: [("If-Match", seen)]).status == 412)
        let now = try #require(renamed.headers["etag"])
        let narrowed = try ask(.patch, "/clients/public-app", ["scope": "openid"], headers: [("If-Match", now)])
        #expect(narrowed.status == 200, "\(narrowed.text)")
        #expect(try !isActive(tokens))
        let wrong = try ask(
            .patch, "/clients/public-app", ["client_id": "x", "redirect_uris": ["nonsense"]],
            headers: [("If-Match", "*")])
        #expect(wrong.status == 422 && (wrong.json["errors"]?.arrayValue?.count ?? 0) >= 2, "\(wrong.text)")
    }

    @Test func `AD-07 a change of a client gives no right that its editor lacks`() throws {
        defer { server.stop() }
        let editor = try server.bearer("client-admin")
        let answer = try HTTPClient(timeoutSeconds: 20).send(
            .patch, "/admin/v1/clients/ehr", to: .tcp(host: "127.0.0.1", port: server.administrationPort),
            headers: [
                ("Authorization", editor), ("Content-Type", "application/merge-patch+json"), ("If-Match", "*"),
            ],
            body: Array(#"{"scope": "auth/Key.cruds"}"#.utf8))
        #expect(answer.status == 403 && answer.json["reason"] == "beyond_own_rights", "\(answer.text)")
    }

    // MARK: Creations that are repeated

    @Test func `a creation with the same Idempotency-Key is done once, and its secret shown once`() throws {
        defer { server.stop() }
        let key = [("Idempotency-Key", "k-1")]
        let client: JSON = [
            "client_name": "Once", "redirect_uris": ["https://once.example/cb"], "scope": "openid",
        ]
        let first = try ask(.post, "/clients", client, headers: key)
        #expect(first.status == 201 && first.json["client_secret"] != nil, "\(first.text)")
        let second = try ask(.post, "/clients", client, headers: key)
        #expect(second.status == 201 && second.headers["idempotency-replayed"] == "true")
        #expect(second.json["client_id"] == first.json["client_id"] && second.json["client_secret"] == nil)
        #expect(try items("/clients?name=once", "clients").count == 1)
        let other = try ask(.post, "/clients", ["client_name": "Twice"], headers: key)
        #expect(other.status == 422)
        // A refusal keeps no key.
        let wrong = [("Idempotency-Key", "k-2")]
        #expect(try ask(.post, "/clients", ["client_name": "Once"], headers: wrong).status == 422)
        #expect(try ask(.post, "/clients", client, headers: wrong).status == 201)
        server.clock.advance(86_401)
    }

    @Test func `the answer that is kept of a launch has no trace of its handle`() throws {
        defer { server.stop() }
        let app: JSON = [
            "client_id": "launched", "redirect_uris": ["https://app.example/cb"], "scope": "launch user/Patient.rs",
            "launch_uris": ["https://app.example/launch"],
        ]
        #expect(try ask(.post, "/clients", app).status == 201)
        let key = [("Idempotency-Key", "k-3")]
        let first = try ask(.post, "/launches", ["client_id": "launched"], headers: key)
        let handle = try #require(first.json["launch"]?.stringValue, "\(first.text)")
        let second = try ask(.post, "/launches", ["client_id": "launched"], headers: key)
        #expect(second.status == 201 && second.headers["idempotency-replayed"] == "true")
        #expect(second.json["expires_in"] != nil && !second.text.contains(handle), "\(second.text)")
    }

    // MARK: What else there is to see

    @Test func `a refusal is found by the request id that somebody was told, without a secret`() throws {
        defer { server.stop() }
        let refused = try server.post(
            "/token",
            [("grant_type", "client_credentials"), ("client_secret", "marker-of-a-secret"), ("client_id", "ehr")])
        let id = try #require(refused.json["request_id"]?.stringValue)
        let found = try ask(.get, "/refusals?request_id=\(id)")
        let refusal = try #require(found.json["refusals"]?.arrayValue?.first)
        #expect(refusal["error"] == "invalid_client" && refusal["path"] == "/token" && refusal["detail"] != nil)
        #expect(!found.text.contains("marker-of-a-secret"))
        #expect(try items("/refusals?error=invalid_scope", "refusals").isEmpty)
    }

    @Test func `settings are shown without a secret`() throws {
        defer { server.stop() }
        let settings = try ask(.get, "/settings").json
        #expect(settings["issuer"] == .string(TestServer.issuer) && settings["keys_encrypted"] == false)
        #expect(settings["lifetimes"]?["code"] == 60)
    }

    @Test func `the directory of patients is searched, and one removed`() throws {
        defer { server.stop() }
        #expect(try items("/patients?search=roe", "patients").map { $0["id"] } == ["2", "3"])
        #expect(try ask(.get, "/patients/2").json["family"] == "Roe")
        #expect(try ask(.delete, "/patients/2").status == 204)
        #expect(try ask(.get, "/patients/2").status == 404)
        #expect(try server.auditRecords("patient-removed").map(\.patient) == ["2"])
    }
}
