import Encoding
import HTTP
import JOSE
import SMART
import TestSupport
import Testing

@testable import AuthorizationServer

@Suite struct `RFC 8414: authorization server metadata` {
    @Test func `RFC 8414 §2: the members, and those of OpenID Connect are the same`() async throws {
        let server = try await TestServer.withSamples()
        defer { server.stop() }
        let response = try server.send(.get, "/.well-known/oauth-authorization-server")
        #expect(response.status == 200 && response.headers["content-type"] == "application/json")
        let document = response.json
        #expect(document["issuer"] == .string(TestServer.issuer))
        for member in ["authorization_endpoint", "token_endpoint", "jwks_uri", "introspection_endpoint"] {
            #expect(document[member]?.stringValue?.hasPrefix(TestServer.issuer + "/") == true, "\(member)")
        }
        #expect(document["response_types_supported"] == ["code"])
        #expect(document["response_modes_supported"] == ["query", "form_post"])
        #expect(document["code_challenge_methods_supported"] == ["S256"])
        #expect(document["authorization_response_iss_parameter_supported"] == true)
        let methods = try #require(document["token_endpoint_auth_methods_supported"]?.strings)
        #expect(methods.contains("none") && methods.contains("client_secret_basic"))
        let atIntrospection = try #require(document["introspection_endpoint_auth_methods_supported"]?.strings)
        #expect(!atIntrospection.contains("none") && atIntrospection.contains("client_secret_basic"))
        let openID = try server.send(.get, "/.well-known/openid-configuration").json
        for member in document.objectValue?.members ?? [] {
            #expect(openID[member.name] == member.value, "\(member.name)")
        }
    }

    @Test func `RFC 8414 §3: with a path in the issuer the well-known name stands before it, and behind it too`()
        async throws
    {
        let issuer = "http://127.0.0.1:9400/auth/v1"
        let server = try await TestServer.withSamples { configuration in
            if let issuer = Issuer(issuer) { configuration.issuer = issuer }
        }
        defer { server.stop() }
        for name in ["oauth-authorization-server", "openid-configuration"] {
            let inserted = try server.send(.get, "/.well-known/\(name)/auth/v1")
            let appended = try server.send(.get, "/auth/v1/.well-known/\(name)")
            #expect(inserted.status == 200 && inserted.body == appended.body, "\(name)")
            #expect(inserted.json["issuer"] == .string(issuer))
            #expect(inserted.json["token_endpoint"] == .string(issuer + "/token"))
            #expect(try server.send(.get, "/.well-known/\(name)").status == 404, "another issuer's")
        }
        #expect(try server.send(.get, "/fhir/.well-known/smart-configuration").json["issuer"] == .string(issuer))
        #expect(try server.send(.get, "/auth/v1/fhir-servers/fhir/capability-security").status == 200)
        #expect(try server.send(.get, "/auth/v1/.well-known/smart-configuration").status == 200)
    }

    @Test func `every endpoint that is published answers, in each document that has a word for it`() async throws {
        let server = try await TestServer.withSamples { $0.registration.mode = .token }
        defer { server.stop() }
        for endpoint in publishedEndpoints {
            let answers = try [HTTP.Method.get, .post].map { try server.send($0, endpoint.path).status }
            #expect(answers.contains { $0 != 404 && $0 != 405 }, "\(endpoint.member)")
            #expect(!endpoint.documents.isEmpty, "\(endpoint.member)")
        }
    }

    @Test func `OIDC-8, OIDC-9: what is not offered is said not to be`() async throws {
        let server = try await TestServer.withSamples()
        defer { server.stop() }
        let document = try server.send(.get, "/.well-known/openid-configuration").json
        for name in ["claims", "request", "request_uri"] {
            #expect(document[name + "_parameter_supported"] == false, "\(name)")
        }
        let tokens = try App.publicApp.tokens(
            server, as: "patient", scope: "openid",
            [("claims", #"{"id_token":{"email":{"essential":true}}}"#), ("acr_values", "high"), ("display", "touch")])
        let claims = try server.verifiedClaims(tokens["id_token"]?.stringValue, .rs256)
        #expect(claims["email"] == nil && claims["acr"] == nil)
    }

    @Test func `OIDC-10, JW-08: a next key and a retired one are published, and only the active one signs`()
        async throws
    {
        let server = try await TestServer.withSamples()
        let before = try App.publicApp.tokens(server, as: "patient", scope: "openid")
        server.stop(keepingData: true)
        try KeyFiles.rotate(in: server.directory + "/Keys")
        let again = try TestServer(directory: server.directory, clock: server.clock)
        defer { again.stop() }
        let response = try again.send(.get, "/jwks")
        #expect(response.headers["cache-control"]?.contains("max-age=") == true)
        let identifiers = Set(try again.publishedKeys().keys.compactMap(\.keyID))
        #expect(identifiers.isSuperset(of: ["shared-ec", "shared-rsa", "new-ec", "new-rsa", "next-rsa"]))
        #expect(try again.isActive(before), "what the retired key signed lives on")
        let after = try App.publicApp.tokens(again, as: "patient", scope: "openid")
        #expect(try KeyFiles.keyID(after["id_token"]) == "new-rsa")
        #expect(try KeyFiles.keyID(after["access_token"]) == "new-ec")
        _ = try again.verifiedClaims(before["id_token"]?.stringValue, .rs256)
    }
}
