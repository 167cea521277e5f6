import Crypto
import Encoding
import HTTP
import JOSE
import Storage
import TestSupport
import Testing

@testable import AuthorizationServer

/// TK-17: an assertion is good once, whoever is faster, and also after a restart.
@Suite(.serialized) struct `TK-17: a client assertion is used once` {
    private static let key = try? ClientKey(.rs384, .rsa(bits: 2048), keyID: "k")

    private func register(_ server: TestServer) async throws {
        try await server.administer(
            .post, "/admin/v1/clients",
            [
                "client_id": "backend", "token_endpoint_auth_method": "private_key_jwt",
                "jwks": ClientKey.set([#require(Self.key)]), "grant_types": ["client_credentials"],
                "response_types": [],
                "scope": "system/Patient.rs auth/Token.r",
            ])
    }

    private static func token(_ assertion: String, _ server: TestServer) throws -> ClientResponse {
        try server.post(
            "/token",
            [("grant_type", "client_credentials"), ("scope", "system/Patient.rs")] + ClientKey.form(assertion))
    }

    @Test func `sixteen threads with one assertion: one token`() async throws {
        let server = try await TestServer.started()
        defer { server.stop() }
        try await register(server)
        for _ in 0..<40 {
            let assertion = try #require(Self.key).assertion("backend", now: server.clock.now)
            let answers = try race(16) { _ in try Self.token(assertion, server) }
            #expect(answers.filter { $0.status == 200 }.count == 1)
            for loser in answers where loser.status != 200 { expectRefused(loser, 401, "invalid_client") }
            server.clock.advance(61)
        }
    }

    @Test func `three endpoints with one assertion: one of them answers`() async throws {
        let server = try await TestServer.started()
        defer { server.stop() }
        try await register(server)
        let paths = ["/token", "/introspect", "/revoke"]
        for _ in 0..<40 {
            let assertion = try #require(Self.key).assertion("backend", now: server.clock.now)
            let answers = try race(12) { thread in
                let path = paths[thread % 3]
                return path == "/token"
                    ? try Self.token(assertion, server)
                    : try server.post(path, [("token", "x")] + ClientKey.form(assertion))
            }
            #expect(answers.filter { $0.status == 200 }.count == 1)
            server.clock.advance(61)
        }
    }

    @Test func `a restart forgets nothing`() async throws {
        let server = try await TestServer.started()
        try await register(server)
        let used = try #require(Self.key).assertion("backend", now: server.clock.now)
        #expect(try Self.token(used, server).status == 200)
        server.stop(keepingData: true)
        let again = try TestServer(directory: server.directory, clock: server.clock)
        defer { again.stop() }
        expectRefused(try Self.token(used, again), 401, "invalid_client")
        let fresh = try #require(Self.key).assertion("backend", now: server.clock.now)
        #expect(try Self.token(fresh, again).status == 200)
    }

    @Test func `TK-18: what the store cannot keep is not accepted`() async throws {
        let server = try await TestServer.started()
        defer { server.stop() }
        try await register(server)
        let assertion = try #require(Self.key).assertion("backend", now: server.clock.now)
        server.authorization.database.close()
        let response = try Self.token(assertion, server)
        #expect(response.status == 503)
        #expect(response.json["access_token"] == nil && response.json["error"] == nil)
    }
}
