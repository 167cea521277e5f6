import Crypto
import Encoding
import Foundation
import HTTP
import JOSE
import Storage
import TestSupport
import Testing

@testable import AuthorizationServer

/// A server whose database was put back to an older copy, and everybody who still has something from before.
@Suite struct `ST-06 after a restore nothing used, revoked or withdrawn lives again` {
    private static let key = try? ClientKey(.rs384, .rsa(bits: 2048), keyID: "k")

    /// A copy is made, `after` happens, and the copy takes the database's place.
    private func restored(
        _ server: TestServer, after: (TestServer) throws -> Void
    ) async throws -> TestServer {
        let (directory, clock) = (server.directory, server.clock)
        let (path, copy) = (directory + "/lanyard.sqlite", directory + "/copy.sqlite")
        try DatabaseCopy.make(of: path, at: copy)
        try after(server)
        server.stop(keepingData: true)
        try Self.putInPlace(copy, at: path, clock.clock)
        return try TestServer(directory: directory, clock: clock)
    }

    private static func putInPlace(_ copy: String, at path: String, _ clock: Clock) throws {
        let restore = try DatabaseRestore(path: path)
        try restore.stage(copy, options: .usual, prepare: RestoredDatabase.prepare(from: copy, clock: clock))
        try restore.commit(aside: path + ".aside")
    }

    private func token(_ assertion: String, _ server: TestServer) throws -> ClientResponse {
        try server.post(
            "/token",
            [("grant_type", "client_credentials"), ("scope", "system/Patient.rs")] + ClientKey.form(assertion))
    }

    @Test func `tokens, refresh tokens, codes and sessions of the copy are dead, and those after it too`() async throws
    {
        let first = try await TestServer.started()
        let app = App.publicApp, scope = "openid fhirUser offline_access launch/patient patient/*.rs"
        let browser = Browser(first)
        let tokens = try app.tokens(first, as: "physician", scope: scope)
        let unused = try app.launch(browser, as: "physician", scope: scope).parameters["code"]
        let later = Stored()
        let server = try await restored(first) { (server: TestServer) throws in
            later.tokens = try app.tokens(server, as: "patient", scope: scope)
        }
        defer { server.stop() }
        for tokens in [tokens, later.tokens] {
            let access = try #require(tokens["access_token"]?.stringValue)
            #expect(try server.introspect(access) == ["active": false])
            let refresh = try #require(tokens["refresh_token"]?.stringValue)
            expectRefused(try app.refresh(refresh, server), 400, "invalid_grant")
        }
        expectRefused(try app.redeem(try #require(unused), server), 400, "invalid_grant")
        // A grant that is made now has no number of a lost one: whoever has a lost token has nothing of it.
        let new = try app.tokens(server, as: "physician", scope: scope)
        #expect(try server.introspect(new["access_token"]?.stringValue ?? "")["active"] == true)
        #expect(try server.introspect(later.tokens["access_token"]?.stringValue ?? "") == ["active": false])
    }

    private final class Stored { var tokens = JSON.null }

    @Test func `an assertion that was used after the copy is not used again, and a new one is`() async throws {
        let key = try #require(Self.key)
        let first = try await TestServer.started()
        try await first.administer(
            .post, "/admin/v1/clients",
            [
                "client_id": "backend", "token_endpoint_auth_method": "private_key_jwt", "jwks": ClientKey.set([key]),
                "grant_types": ["client_credentials"], "response_types": [], "scope": "system/Patient.rs",
            ])
        let now = first.clock.now
        let used = try key.assertion("backend", now: now)
        let withoutTime = try key.assertion("backend", now: now, claims: ["iat": Optional<JSON>.none])
        let ahead = try key.assertion("backend", now: now, claims: ["iat": .integer(now + 55)])
        let server = try await restored(first) { (server: TestServer) throws in
            #expect(try token(used, server).status == 200)
            #expect(try token(withoutTime, server).status == 200)
            #expect(try token(ahead, server).status == 200)
        }
        defer { server.stop() }
        expectRefused(try token(used, server), 401, "invalid_client")
        expectRefused(try token(withoutTime, server), 401, "invalid_client")
        // One that says it was made a little later than the restore was used before it all the same, by a clock that is ahead.
        expectRefused(try token(ahead, server), 401, "invalid_client")
        server.clock.advance(61)
        let fresh = try key.assertion("backend", now: server.clock.now)
        #expect(try token(fresh, server).status == 200)
        // When no assertion of before can be alive any more, none needs to say when it was made.
        server.clock.advance(301)
        let late = try key.assertion("backend", now: server.clock.now, claims: ["iat": Optional<JSON>.none])
        #expect(try token(late, server).status == 200)
    }
}
