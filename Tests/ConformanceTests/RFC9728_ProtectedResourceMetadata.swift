import Encoding
import HTTP
import SMART
import TestSupport
import Testing

@testable import AuthorizationServer

@Suite struct `RFC 9728: metadata of the administration` {
    private static let path = "/.well-known/oauth-protected-resource/admin/v1"

    @Test func `§2, §3.2: it says its name, where its tokens come from and which scopes there are`() async throws {
        let server = try await TestServer.withSamples()
        defer { server.stop() }
        let answer = try server.send(.get, Self.path)
        #expect(answer.status == 200 && answer.headers["content-type"] == "application/json")
        #expect(answer.headers["access-control-allow-origin"] == "*")
        let document = answer.json
        #expect(document["resource"] == .string(TestServer.issuer + "/admin/v1"))
        #expect(document["authorization_servers"] == [.string(TestServer.issuer)])
        #expect(document["bearer_methods_supported"] == ["header"])
        let scopes = document["scopes_supported"]?.strings ?? []
        #expect(Set(scopes) == Set(server.authorization.administrationOperations.map(\.right.description)))
        #expect(ScopeSet(parsing: scopes.joined(separator: " ")).rejected.isEmpty)
        let own = try server.administer(.get, Self.path, authorization: nil)
        #expect(own.status == 200 && own.body == answer.body)
        // §4.
        let metadata = try server.send(.get, "/.well-known/oauth-authorization-server").json
        #expect(metadata["protected_resources"] == document["resource"].map { [$0] })
    }

    @Test(arguments: [nil, "Bearer garbage", "Basic Og=="])
    func `§5.1: its challenges lead there`(authorization: String?) async throws {
        let server = try await TestServer.withSamples()
        defer { server.stop() }
        for path in ["/admin/v1/users", "/metrics"] {
            let refused = try server.administer(.get, path, authorization: authorization)
            let challenge = refused.headers["www-authenticate"] ?? ""
            #expect(refused.status == 401 && challenge.hasPrefix("Bearer realm="), "\(challenge)")
            #expect(challenge.contains("resource_metadata=\"\(TestServer.issuer)\(Self.path)\""), "\(challenge)")
        }
    }

    @Test func `§3.1: with a path in the issuer the well-known name stands before it`() async throws {
        let issuer = "http://127.0.0.1:9400/auth/v1"
        let server = try await TestServer.withSamples { $0.issuer = Issuer(issuer) ?? $0.issuer }
        defer { server.stop() }
        let path = "/.well-known/oauth-protected-resource/auth/v1/admin/v1"
        #expect(try server.send(.get, path).json["resource"] == .string(issuer + "/admin/v1"))
        #expect(try server.send(.get, Self.path).status == 404, "another's")
        let refused = try server.administer(.get, "/admin/v1/users", authorization: nil)
        let address = "resource_metadata=\"http://127.0.0.1:9400\(path)\""
        #expect(refused.headers["www-authenticate"]?.contains(address) == true)
    }

    @Test func `where nobody is let in by a token, nothing says how to get one`() async throws {
        let server = try await TestServer.withSamples { $0.offersAdministration = false }
        defer { server.stop() }
        #expect(try server.send(.get, Self.path).status == 404)
        let metadata = try server.send(.get, "/.well-known/oauth-authorization-server").json
        #expect(metadata["protected_resources"] == nil && metadata["issuer"] != nil)
    }
}
