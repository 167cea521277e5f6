import Encoding
import HTTP
import JOSE
import TestSupport
import Testing

@Suite struct `RFC 9068: access token` {
    let server: TestServer
    let scope = "openid fhirUser launch/patient patient/Patient.rs offline_access"

    init() async throws {
        server = try await TestServer.withSamples()
    }

    @Test func `JW-01, RFC 9068 §2.1: the header says at+jwt, ES256 and a published key, and nothing else`() throws {
        defer { server.stop() }
        let tokens = try App.publicApp.tokens(server, as: "patient", scope: scope)
        let token = try JWS(compact: Array(try #require(tokens["access_token"]?.stringValue).utf8))
        #expect(token.type == "at+jwt")
        #expect(token.algorithmName == "ES256")
        #expect(try server.publishedKeys().keys.contains { $0.keyID == token.keyID && $0.algorithm == .es256 })
        #expect(Set(token.header.members.map(\.name)) == ["alg", "kid", "typ"])
    }

    @Test func `JW-01, RFC 9068 §2.2: the claims`() throws {
        defer { server.stop() }
        let tokens = try App.publicApp.tokens(server, as: "patient", scope: scope)
        let claims = try server.verifiedClaims(tokens["access_token"]?.stringValue, .es256)
        let identity = try server.verifiedClaims(tokens["id_token"]?.stringValue, .rs256)
        #expect(claims["iss"] == .string(TestServer.issuer))
        #expect(claims["aud"] == .string(TestServer.fhirBase))
        #expect(claims["client_id"] == "public-app")
        #expect(claims["sub"] == identity["sub"])
        #expect(claims["scope"] == tokens["scope"])
        #expect(claims["patient"] == "1")
        #expect(claims["fhirUser"] == .string(TestServer.fhirBase + "/Patient/1"))
        #expect(claims["iat"]?.integerValue == server.clock.now)
        #expect(claims["auth_time"]?.integerValue == server.clock.now)
        let lifetime = try #require(tokens["expires_in"]?.integerValue)
        #expect(claims["exp"]?.integerValue == server.clock.now + lifetime)
        #expect(claims["username"] == nil && claims["name"] == nil && claims["nonce"] == nil)
    }

    @Test func `JW-01: jti is new in each token`() throws {
        defer { server.stop() }
        var tokens = try App.publicApp.tokens(server, as: "patient", scope: scope)
        var identifiers: [String] = []
        for _ in 0..<4 {
            let claims = try server.verifiedClaims(tokens["access_token"]?.stringValue, .es256)
            identifiers.append(try #require(claims["jti"]?.stringValue))
            tokens = try App.publicApp.refresh(try #require(tokens["refresh_token"]?.stringValue), server).json
        }
        #expect(Set(identifiers).count == 4)
    }

    @Test func `JW-03: small, at most an hour, and fit for a header (TOK-10)`() throws {
        defer { server.stop() }
        let tokens = try App.publicApp.tokens(server, as: "patient", scope: scope)
        let text = try #require(tokens["access_token"]?.stringValue)
        #expect(text.utf8.count < 4096)
        #expect(text.utf8.allSatisfy { (0x2D...0x7A).contains($0) })
        #expect(try #require(tokens["expires_in"]?.integerValue) <= 3600)
    }

    @Test func `a client on its own is its own subject, for this server's API`() throws {
        defer { server.stop() }
        let claims = try server.verifiedClaims(try server.ehrToken(), .es256)
        #expect(claims["sub"] == "ehr" && claims["client_id"] == "ehr")
        #expect(claims["aud"] == .string(TestServer.issuer))
        #expect(claims["scope"] == "auth/Launch.c")
        #expect(claims["patient"] == nil && claims["fhirUser"] == nil && claims["auth_time"] == nil)
    }

    @Test func `the subject is the person's, the same for each app, and another's for another`() throws {
        defer { server.stop() }
        let subjects = try [(App.publicApp, "patient"), (App.secretApp, "patient"), (App.publicApp, "parent")].map {
            let tokens = try $0.0.tokens(server, as: $0.1, scope: "openid")
            return try server.verifiedClaims(tokens["access_token"]?.stringValue, .es256)["sub"]?.stringValue
        }
        #expect(subjects[0] == subjects[1] && subjects[0] != subjects[2])
    }
}
