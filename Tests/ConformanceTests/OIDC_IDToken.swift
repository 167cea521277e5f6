import Crypto
import Encoding
import HTTP
import JOSE
import TestSupport
import Testing

@Suite struct `OpenID Connect Core §2: id_token` {
    let server: TestServer
    let scope = "openid fhirUser launch/patient patient/Patient.rs"

    init() async throws {
        server = try await TestServer.withSamples()
    }

    @Test func `OIDC-3, OIDC-5, JW-02: RS256, by a key that is published, typ JWT`() throws {
        defer { server.stop() }
        let tokens = try App.publicApp.tokens(server, as: "patient", scope: scope)
        let text = try #require(tokens["id_token"]?.stringValue)
        let token = try JWS(compact: Array(text.utf8))
        #expect(token.algorithmName == "RS256")
        #expect(token.type == "JWT")
        let key = try #require(try server.publishedKeys().keys.first { $0.keyID == token.keyID })
        #expect(key.algorithm == .rs256)
        _ = try server.verifiedClaims(text, .rs256)
        let other = try App.publicApp.tokens(server, as: "parent", scope: "openid")
        let parts = text.split(separator: "."),
            others = try #require(other["id_token"]?.stringValue).split(separator: ".")
        #expect(throws: (any Error).self) {
            try server.verifiedClaims("\(parts[0]).\(others[1]).\(parts[2])", .rs256)
        }
    }

    @Test func `OIDC-4: the claims`() throws {
        defer { server.stop() }
        let tokens = try App.secretApp.tokens(server, as: "patient", scope: scope)
        let claims = try server.verifiedClaims(tokens["id_token"]?.stringValue, .rs256)
        #expect(claims["iss"] == .string(TestServer.issuer))
        #expect(claims["aud"] == "secret-app")
        #expect(claims["iat"]?.integerValue == server.clock.now)
        #expect(try #require(claims["exp"]?.integerValue) > server.clock.now)
        #expect(claims["auth_time"]?.integerValue == server.clock.now)
        let subject = try #require(claims["sub"]?.stringValue)
        #expect((1...255).contains(subject.utf8.count) && subject.utf8.allSatisfy { (0x21...0x7E).contains($0) })
        #expect(subject != "patient" && subject != "Patient/1", "an identifier that is never reassigned")
    }

    @Test func `JW-02: at_hash is the left half of the access token's digest`() throws {
        defer { server.stop() }
        let tokens = try App.publicApp.tokens(server, as: "patient", scope: scope)
        let claims = try server.verifiedClaims(tokens["id_token"]?.stringValue, .rs256)
        let digest = Digest.sha256(Array(try #require(tokens["access_token"]?.stringValue).utf8))
        #expect(claims["at_hash"] == .string(Base64URL.encode(Array(digest.prefix(16)))))
    }

    @Test(arguments: ["n-0S6_WzA2Mj", "é e\u{301} 🏥 \"\\", String(repeating: "n", count: 512), "%2B+ <x>"])
    func `AUTHZ-18, JW-02: nonce comes back unchanged`(nonce: String) throws {
        defer { server.stop() }
        let tokens = try App.publicApp.tokens(server, as: "patient", scope: scope, [("nonce", nonce)])
        let claims = try server.verifiedClaims(tokens["id_token"]?.stringValue, .rs256)
        #expect(claims["nonce"] == .string(nonce))
    }

    @Test func `AUTHZ-18: no nonce is made up`() throws {
        defer { server.stop() }
        let tokens = try App.publicApp.tokens(server, as: "patient", scope: scope)
        #expect(try server.verifiedClaims(tokens["id_token"]?.stringValue, .rs256)["nonce"] == nil)
    }

    @Test(arguments: [
        ("patient", "Patient/1"), ("physician", "Practitioner/9"), ("parent", "RelatedPerson/5"),
    ])
    func `OIDC-1, OIDC-2: fhirUser is the absolute address of who signed in`(user: String, record: String) throws {
        defer { server.stop() }
        for audience in [TestServer.fhirBase, TestServer.fhirBase + "/", nil] {
            let tokens = try App.publicApp.tokens(server, as: user, scope: "openid fhirUser", [("aud", audience)])
            let claims = try server.verifiedClaims(tokens["id_token"]?.stringValue, .rs256)
            #expect(claims["fhirUser"] == .string(TestServer.fhirBase + "/" + record))
        }
    }

    @Test func `OIDC-1: without openid no id_token, without fhirUser no claim, without a record no scope`() throws {
        defer { server.stop() }
        let without = try App.publicApp.tokens(server, as: "patient", scope: "launch/patient patient/Patient.rs")
        #expect(without["id_token"] == nil)
        let plain = try App.publicApp.tokens(server, as: "patient", scope: "openid")
        #expect(try server.verifiedClaims(plain["id_token"]?.stringValue, .rs256)["fhirUser"] == nil)
        let nobody = try App.publicApp.tokens(server, as: "nobody", scope: "openid fhirUser")
        #expect(nobody.grantedScopes == ["openid"])
        #expect(try server.verifiedClaims(nobody["id_token"]?.stringValue, .rs256)["fhirUser"] == nil)
    }

    @Test func `JW-01: an id_token opens nothing`() throws {
        defer { server.stop() }
        let tokens = try App.publicApp.tokens(server, as: "patient", scope: scope)
        let text = try #require(tokens["id_token"]?.stringValue)
        #expect(try server.introspect(text) == ["active": false])
        let response = try server.send(
            .post, "/launches", headers: [("Authorization", "Bearer " + text), ("Content-Type", "application/json")],
            body: #"{"client_id":"public-app"}"#)
        expectRefusal(response, 401, "invalid_token")
    }
}
