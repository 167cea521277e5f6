import Encoding
import HTTP
import TestSupport
import Testing

@testable import AuthorizationServer

@Suite struct `AZ-07 a parameter that is there twice decides nothing` {
    private func body(_ form: [(String, String)]) -> String { FormParameters(form).serialized() }

    @Test func `at /authorize: each of them, the same and another value, before and behind`() async throws {
        let server = try await TestServer.started()
        defer { server.stop() }
        let parameters = App.publicApp.parameters(
            scope: App.scope, [("nonce", "n"), ("prompt", "login"), ("max_age", "10")])
        for (name, value) in parameters {
            for other in [value, "other", ""] {
                for form in [parameters + [(name, other)], [(name, other)] + parameters] {
                    for response in [
                        try server.page("/authorize?" + body(form)), try server.submit("/authorize", form),
                    ] {
                        let location = response.headers["location"]
                        #expect(
                            location == nil
                                || location?.hasPrefix("https://app.example/cb?error=invalid_request&") == true,
                            "\(name)")
                        #expect(
                            response.headers.values("set-cookie").isEmpty
                                && response.headers["cache-control"] == "no-store")
                        if name == "client_id" && !other.isEmpty || name == "redirect_uri" && !other.isEmpty {
                            #expect(location == nil && response.status == 400)
                        }
                    }
                }
            }
        }
    }

    @Test func `a query beside the body counts for nothing`() async throws {
        let server = try await TestServer.started()
        defer { server.stop() }
        let parameters = App.publicApp.parameters(scope: App.scope)
        let without = parameters.filter { $0.0 != "client_id" }
        expectPage(try server.submit("/authorize?client_id=public-app", without))
        let page = try server.submit("/authorize?redirect_uri=https://evil.example/", parameters)
        #expect(page.headers["location"]?.hasPrefix(TestServer.issuer + "/sign-in?") == true)
        let code = try App.publicApp.code(server)
        let form = [
            ("grant_type", "authorization_code"), ("code", code), ("redirect_uri", App.publicApp.redirectURI),
            ("code_verifier", App.verifier), ("client_id", "public-app"),
        ]
        expectRefused(try server.post("/token?" + body(form), []), 400, "invalid_request")
        expectRefused(try server.post("/token?code=" + code, form.filter { $0.0 != "code" }), 400, "invalid_request")
        #expect(try server.post("/token?code=other&client_id=secret-app", form).status == 200)
    }

    @Test func `at /token: each of them, and the code lives on`() async throws {
        let server = try await TestServer.started()
        defer { server.stop() }
        let code = try App.publicApp.code(server)
        let form = [
            ("grant_type", "authorization_code"), ("code", code), ("redirect_uri", App.publicApp.redirectURI),
            ("code_verifier", App.verifier), ("client_id", "public-app"),
        ]
        for (name, value) in form {
            for other in [value, "other", ""] {
                expectRefused(try server.post("/token", form + [(name, other)]), 400, "invalid_request")
                expectRefused(try server.post("/token", [(name, other)] + form), 400, "invalid_request")
            }
        }
        for name in ["scope", "x", "code[]", "resource"] {
            expectRefused(try server.post("/token", form + [(name, "1"), (name, "2")]), 400, "invalid_request")
        }
        #expect(
            try server.post("/token", form + [("code[]", "x"), ("Code", "x"), ("CLIENT_ID", "secret-app")]).status
                == 200)
    }

    @Test func `at /introspect`() async throws {
        let server = try await TestServer.started()
        defer { server.stop() }
        let token = try App.publicApp.tokens(server, as: "patient", scope: App.scope)["access_token"]?.stringValue ?? ""
        let right = App.basic("fhir-server", "fhir-server-secret-0123456789")
        for other in [token, "x", ""] {
            for form in [[("token", token), ("token", other)], [("token", other), ("token", token)]] {
                expectRefused(try server.post("/introspect", form, headers: [right]), 400, "invalid_request")
            }
        }
        expectRefused(
            try server.post(
                "/introspect", [("token", token), ("token_type_hint", "a"), ("token_type_hint", "b")], headers: [right]),
            400, "invalid_request")
    }

    @Test func `TK-02: a client that says two things of itself is neither`() async throws {
        let server = try await TestServer.started()
        defer { server.stop() }
        let form = [("grant_type", "client_credentials"), ("scope", "auth/Token.r")]
        let basic = App.basic("ehr", "ehr-secret-0123456789012345")
        let doubled: [[(String, String)]] = [
            [("client_secret", "ehr-secret-0123456789012345")], [("client_assertion", "x")],
            [("client_assertion_type", "x")],
            [("client_id", "public-app")], [("client_id", "secret-app")], [("client_id", "EHR")],
        ]
        for extra in doubled {
            expectRefused(try server.post("/token", form + extra, headers: [basic]), 400, "invalid_request")
        }
        expectRefused(
            try server.post("/token", form + [("client_id", "ehr"), ("client_secret", "ehr-secret-0123456789012345")]),
            401, "invalid_client")
        expectRefused(try server.post("/token", form + [("client_id", "ehr")]), 401, "invalid_client")
        expectRefused(try server.post("/token", form + [("client_id", "public-app")]), 400, "unauthorized_client")
    }

    @Test func `a launch with a member twice is not opened`() async throws {
        let server = try await TestServer.started()
        defer { server.stop() }
        let bearer = ("Authorization", "Bearer " + (try server.ehrToken()))
        for body in [
            #"{"client_id":"public-app","client_id":"secret-app"}"#,
            #"{"client_id":"public-app","patient":"1","patient":"2"}"#,
            #"{"client_id":"public-app","p\u0061tient":"1","patient":"2"}"#,
        ] {
            let response = try server.send(
                .post, "/launches", headers: [bearer, ("Content-Type", "application/json")], body: body)
            #expect(response.status == 400)
            #expect(response.json["launch"] == nil && response.headers["cache-control"] == "no-store")
        }
    }
}
