import Encoding
import HTTP
import TestSupport
import Testing

@testable import AuthorizationServer

@Suite struct `AD-10 the administration is stricter with sessions` {
    private let server: TestServer

    init() async throws { server = try await TestServer.withAdministrators() }

    private func ask(_ authorization: String, _ method: HTTP.Method, _ path: String) throws -> ClientResponse {
        try server.administer(method, "/admin/v1" + path, authorization: authorization, body: "{}")
    }

    @Test func `a token lives for a quarter of an hour, and none outlives the session`() throws {
        defer { server.stop() }
        let tokens = try server.administrationTokens(
            of: "administrator", scope: "openid offline_access online_access auth/User.cruds")
        #expect(tokens["expires_in"] == 900)
        #expect(tokens["scope"]?.stringValue?.contains("offline_access") == false)
        #expect(tokens["refresh_token"]?.stringValue?.isEmpty == false)
        let bearer = "Bearer " + (tokens["access_token"]?.stringValue ?? "")
        #expect(try ask(bearer, .get, "/users").status == 200)
        let id = try #require(
            try server.administer(
                .get, "/admin/v1/sessions?user=administrator", authorization: try server.bearer("administrator")
            )
            .json["sessions"]?.arrayValue?.first?["id"]?.integerValue)
        #expect(try ask(try server.bearer("user-admin"), .delete, "/sessions/\(id)").status == 204)
        #expect(try ask(bearer, .get, "/users").status == 401)
    }

    @Test func `whoever lets an app administer is asked about that, not about records`() throws {
        defer { server.stop() }
        func page(_ scope: String, _ changes: [(String, String?)]) throws -> String {
            let browser = Browser(server)
            let place = try browser.get(App.console.authorizePath(scope: scope, changes))
            return try browser.submit(place, [("username", "administrator"), ("password", TestServer.password)]).html
        }
        let administration = try page(
            "auth/Client.rs", [("aud", nil), ("resource", TestServer.administrationAudience)])
        #expect(administration.contains("to administer this server?"), "\(administration)")
        #expect(!administration.contains("health"))
    }

    /// What is changed with keys, roles and secrets.
    private static let sensitive: [(HTTP.Method, String)] = [
        (.post, "/role-assignments"), (.put, "/role-policies/mine?reason=x"),
        (.delete, "/role-policies/staff?reason=x"),
        (.post, "/clients/ehr/secrets"), (.put, "/users/physician/password"), (.put, "/groups/x/members/physician"),
        (.post, "/users"), (.post, "/clients"), (.post, "/configuration/apply"),
    ]

    @Test func `keys, roles and secrets ask for a sign-in of now`() throws {
        defer { server.stop() }
        let tokens = try server.administrationTokens(
            of: "administrator", scope: "openid online_access " + TestServer.allOwnScopes)
        let first = "Bearer " + (tokens["access_token"]?.stringValue ?? "")
        for (method, path) in Self.sensitive {
            #expect(try ask(first, method, path).json["reason"] != "sign_in_too_old", "\(path)")
        }
        server.clock.advance(901)
        let refreshed = try App.console.refresh(tokens["refresh_token"]?.stringValue ?? "", server).json
        let later = "Bearer " + (refreshed["access_token"]?.stringValue ?? "")
        #expect(try ask(later, .get, "/users").status == 200)
        for (method, path) in Self.sensitive {
            let answer = try ask(later, method, path)
            #expect(answer.status == 401 && answer.json["reason"] == "sign_in_too_old", "\(path): \(answer.text)")
            let challenge = answer.headers["www-authenticate"] ?? ""
            #expect(
                challenge.contains("error=\"insufficient_user_authentication\"")
                    && challenge.contains("max_age=\"900\""))
        }
    }
}
