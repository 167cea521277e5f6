import Encoding
import HTTP
import SMART
import Storage
import TestSupport
import Testing

@testable import AuthorizationServer

@Suite struct `RFC 7592: a client manages its own registration` {
    private static func server(
        _ policy: RegistrationPolicy = TestServer.registrationPolicy()
    ) async throws -> TestServer {
        try await TestServer.withSamples { $0.registration = policy }
    }

    private func application(_ registration: JSON, _ changes: JSONObject = [:]) -> JSONObject {
        var metadata = TestServer.application(changes)
        if metadata["client_id"] == nil { metadata["client_id"] = registration["client_id"] }
        return metadata
    }

    @Test func `§2.1: what is registered is read again, with the token that read it`() async throws {
        let server = try await Self.server()
        defer { server.stop() }
        let answer = try server.register(TestServer.application()).json
        let response = try server.manage(.get, answer)
        #expect(response.status == 200)
        #expect(response.headers["cache-control"] == "no-store")
        #expect(response.json == answer)
        #expect(try server.manage(.get, answer).json == answer, "reading changes nothing")
    }

    @Test func `§2.2: the whole is replaced; what is left out is gone`() async throws {
        let server = try await Self.server()
        defer { server.stop() }
        let answer = try server.register(
            TestServer.application(["contacts": ["a@growth.example"], "client_uri": "https://growth.example/"])
        ).json
        let response = try server.manage(
            .put, answer,
            application(answer, ["client_name": "New Name", "redirect_uris": ["https://growth.example/new"]]))
        #expect(response.status == 200, "\(response.text)")
        #expect(response.headers["cache-control"] == "no-store")
        #expect(response.json["client_id"] == answer["client_id"])
        #expect(response.json["client_name"] == "New Name")
        #expect(response.json["redirect_uris"] == ["https://growth.example/new"])
        #expect(response.json["contacts"] == nil && response.json["client_uri"] == nil)
        #expect(response.json["client_id_issued_at"] == answer["client_id_issued_at"])
        let old = App(clientID: try App(answer).clientID, secret: nil, redirectURI: "https://growth.example/cb")
        expectRefusalOnPage(try Browser(server).get(old.authorizePath(scope: "openid")), 400, "the old address is gone")
        #expect(try App(response.json).tokens(server, as: "patient", scope: "openid")["id_token"] != nil)
    }

    @Test func `§2.2: a client names itself, and its secret is never its choice`() async throws {
        let server = try await Self.server()
        defer { server.stop() }
        let answer = try server.register(TestServer.application(["token_endpoint_auth_method": .null])).json
        let changes: JSONObject = ["token_endpoint_auth_method": .null]
        var unnamed = application(answer, changes)
        unnamed["client_id"] = nil
        var another = application(answer, changes)
        another["client_id"] = "public-app"
        var chosen = application(answer, changes)
        chosen["client_secret"] = "a-secret-of-my-own-choice"
        for (metadata, member) in [(unnamed, "client_id"), (another, "client_id"), (chosen, "client_secret")] {
            let response = try server.manage(.put, answer, metadata)
            expectRefusal(response, 400, "invalid_client_metadata")
            #expect(response.text.contains(member))
        }
        var present = application(answer, changes)
        present["client_secret"] = answer["client_secret"]
        let response = try server.manage(.put, answer, present)
        #expect(response.status == 200 && response.json["client_secret"] == nil)
        let app = try App(answer)
        #expect(try app.tokens(server, as: "patient", scope: "openid")["id_token"] != nil, "the secret stays")
    }

    @Test func `§2.2: every check runs again, and a change that is refused changes nothing`() async throws {
        let server = try await Self.server()
        defer { server.stop() }
        let answer = try server.register(TestServer.application()).json
        let changes: [(JSONObject, String)] = [
            (["redirect_uris": ["http://growth.example/cb"]], "invalid_redirect_uri"),
            (["redirect_uris": .null], "invalid_redirect_uri"),
            (["scope": "user/*.cruds"], "invalid_client_metadata"),
            (["client_name": "Public App"], "invalid_client_metadata"),
            (["grant_types": ["client_credentials"], "response_types": []], "invalid_client_metadata"),
        ]
        for (change, error) in changes {
            expectRefusal(try server.manage(.put, answer, application(answer, change)), 400, error)
            #expect(try server.manage(.get, answer).json == answer)
        }
    }

    @Test func `§2.3: a client that deletes itself is gone, with all it was granted`() async throws {
        let server = try await Self.server()
        defer { server.stop() }
        let answer = try server.register(TestServer.application()).json
        let app = try App(answer)
        let tokens = try app.tokens(
            server, as: "patient", scope: "openid launch/patient patient/Patient.rs offline_access")
        #expect(try server.isActive(tokens))
        let response = try server.manage(.delete, answer)
        #expect(response.status == 204 && response.body.isEmpty && response.headers["cache-control"] == "no-store")
        #expect(try !server.isActive(tokens))
        expectRefusal(try app.refresh(tokens["refresh_token"]?.stringValue ?? "", server), 401, "invalid_client")
        for method in [HTTP.Method.get, .delete] {
            expectRefusal(try server.manage(method, answer), 401, "invalid_token")
        }
        expectRefusal(try server.manage(.put, answer, application(answer)), 401, "invalid_token")
        expectRefusalOnPage(try Browser(server).get(app.authorizePath(scope: "openid")))
    }

    @Test func `§2.2: a statement binds its client as long as it stands on it`() async throws {
        // Without a new statement the old one counts; that it holds is asked again each time.
        let server = try await Self.server()
        defer { server.stop() }
        let answer = try server.register(TestServer.application()).json
        expectRefusal(
            try server.manage(.put, answer, application(answer, ["software_statement": "a.b.c"])), 400,
            "invalid_software_statement")
    }

    @Test func `the limit of the initial access token holds for every change`() async throws {
        let server = try await Self.server(TestServer.registrationPolicy(.token))
        defer { server.stop() }
        let token = try await server.registrationToken(["scope": "openid launch/patient patient/Patient.r"])
        let answer = try server.register(TestServer.application(), token: token).json
        #expect(answer["scope"] == "openid launch/patient patient/Patient.r")
        let response = try server.manage(.put, answer, application(answer, ["scope": "openid patient/*.rs"]))
        #expect(response.json["scope"] == "openid patient/Patient.r")
        #expect(response.json["warnings"]?.text.contains("scope: cut") == true)
    }

    @Test func `people are asked again after a change, and a page that waits for them leads nowhere`() async throws {
        let server = try await Self.server()
        defer { server.stop() }
        let answer = try server.register(TestServer.application()).json
        let (app, browser) = (try App(answer), Browser(server))
        let scope = "openid launch/patient patient/Patient.rs"
        let place = try app.walk(browser, as: "patient", scope: scope, patient: "1")
        #expect(place.address.hasPrefix("/consent"))
        #expect(try server.manage(.put, answer, application(answer, ["client_name": "Another"])).status == 200)
        let late = try app.allow(browser, place)
        #expect(late.parameters["code"] == nil && late.status == 400)
    }
}
