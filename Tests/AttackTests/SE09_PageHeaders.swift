import Encoding
import HTTP
import SMART
import TestSupport
import Testing

@testable import AuthorizationServer

@Suite struct `SE-09, SE-10, SE-11 the headers of every page` {
    /// Every page a person can meet, errors among them.
    private func pages(_ server: TestServer) throws -> [(name: String, response: ClientResponse)] {
        let browser = Browser(server)
        let scope = App.scope + " launch/encounter"
        var pages: [(String, ClientResponse)] = [
            ("unknown client", try server.page(App.publicApp.authorizePath(scope: scope, [("client_id", "x")]))),
            ("no parameters", try server.page("/authorize")), ("unreadable", try server.page("/authorize?a=%ff")),
            ("no interaction", try server.page("/consent")), ("no cookie", try server.page("/sign-in?interaction=x")),
            ("foreign", try server.submit("/sign-in", [], headers: [("Origin", "https://evil.example")])),
        ]
        var place = try browser.get(App.publicApp.authorizePath(scope: scope))
        pages.append(("sign-in", place.response))
        pages.append(("wrong", try browser.submit(place, [("username", "parent"), ("password", "x")]).response))
        place = try browser.submit(place, [("username", "parent"), ("password", TestServer.password)])
        pages.append(("picker", place.response))
        pages.append(("not theirs", try browser.submit(place, [("patient", "1")]).response))
        place = try browser.submit(place, [("patient", "2")])
        pages.append(("encounters", place.response))
        place = try browser.submit(place, [("encounter", "")])
        pages.append(("consent", place.response))
        pages.append(("nothing chosen", try browser.submit(place, [("decision", "allow")]).response))
        pages.append(("own page", try browser.get("/apps").response))
        pages.append(("own sign-in", try Browser(server).get("/apps").response))
        pages.append(("nothing there", try server.page("/none", headers: [("Accept", "text/html")])))
        return pages
    }

    @Test func `no framing, no sniffing, no referrer, no store, nothing from elsewhere`() async throws {
        let server = try await TestServer.started()
        defer { server.stop() }
        for (name, response) in try pages(server) {
            #expect(response.headers["content-type"] == "text/html; charset=utf-8", "\(name)")
            let policy = response.headers.values("content-security-policy")
            #expect(policy.count == 1, "\(name)")
            let directives = Set(
                (policy.first ?? "").split(separator: ";").map { $0.drop { $0 == " " } }.map(String.init))
            #expect(directives.contains("default-src 'none'") && directives.contains("frame-ancestors 'none'"))
            #expect(directives.contains("base-uri 'none'") && directives.contains("style-src 'self'"))
            #expect(!directives.contains { $0.hasPrefix("script-src") || $0.contains("unsafe") || $0.contains("*") })
            let formAction = directives.first { $0.hasPrefix("form-action") } ?? ""
            #expect(["form-action 'self'", "form-action 'self' https://app.example"].contains(formAction), "\(name)")
            #expect(response.headers.values("x-frame-options") == ["DENY"], "\(name)")
            #expect(response.headers.values("x-content-type-options") == ["nosniff"], "\(name)")
            #expect(response.headers.values("referrer-policy") == ["no-referrer"], "\(name)")
            #expect(response.headers.values("cross-origin-opener-policy") == ["same-origin"], "\(name)")
            #expect(response.headers.values("cache-control") == ["no-store"], "\(name)")
            #expect(response.headers["access-control-allow-origin"] == nil, "\(name)")
            #expect(response.headers["strict-transport-security"] == nil, "only over TLS: \(name)")
            let html = response.text
            for bad in ["<script", "<iframe", "<object", "<embed", "style=\"", "@import", " src=\"http", " src=\"//"] {
                #expect(!html.contains(bad), "\(name) \(bad)")
            }
            for link in html.split(separator: "<link ").dropFirst() {
                let isOwn =
                    link.hasPrefix("rel=\"stylesheet\" href=\"/") || link.hasPrefix("rel=\"icon\" href=\"data:,\">")
                #expect(isOwn, "\(name)")
            }
        }
    }

    @Test func `AUTHZ-37: only the EHRs that are named may frame the pages`() async throws {
        let server = try await TestServer.started { $0.frameAncestors = ["https://ehr.example", "https://b.example"] }
        defer { server.stop() }
        for (name, response) in try pages(server) {
            let policy = response.headers["content-security-policy"] ?? ""
            #expect(policy.contains("frame-ancestors https://ehr.example https://b.example"), "\(name)")
            #expect(response.headers["x-frame-options"] == nil, "\(name): it has no word for these two")
        }
    }

    @Test func `over https they are held to TLS`() async throws {
        let server = try await TestServer.started { configuration in
            if let issuer = Issuer("https://auth.example") { configuration.issuer = issuer }
        }
        defer { server.stop() }
        for path in ["/authorize", "/consent"] {
            #expect(try server.page(path).headers["strict-transport-security"]?.hasPrefix("max-age=") == true)
        }
    }

    @Test func `SE-11: redirects and the protocol's answers are not stored either`() async throws {
        let server = try await TestServer.started()
        defer { server.stop() }
        let browser = Browser(server)
        let place = try App.publicApp.launch(browser, as: "patient", scope: App.scope)
        let token = try App.publicApp.redeem(place.parameters["code"] ?? "", server)
        let refresh = try App.publicApp.refresh(token.json["refresh_token"]?.stringValue ?? "", server)
        let answers = [
            try server.page(App.publicApp.authorizePath(scope: App.scope)), place.response, token, refresh,
            try server.introspected(token.json["access_token"]?.stringValue ?? ""),
            try server.openLaunch(["client_id": "public-app"]),
            try server.post("/token", []), try server.post("/introspect", []), try server.send(.post, "/launches"),
        ]
        for answer in answers {
            #expect(answer.headers.values("cache-control") == ["no-store"], "\(answer.status)")
            #expect(answer.headers.values("pragma") == ["no-cache"])
        }
    }

    @Test func `SE-15: no origin is let in with credentials, and none at all to pages`() async throws {
        let server = try await TestServer.started()
        defer { server.stop() }
        for origin in [
            "https://evil.example", "null", "https://app.example", "https://app.example.evil.example",
            TestServer.issuer,
        ] {
            for path in [
                "/authorize", "/sign-in", "/consent", "/select-patient", "/launches", "/introspect", "/token", "/jwks",
            ] {
                for method in [HTTP.Method.get, .post, .options] {
                    let response = try server.send(
                        method, path, headers: [("Origin", origin), ("Access-Control-Request-Method", "POST")])
                    #expect(response.headers["access-control-allow-credentials"] == nil)
                    let allowed = response.headers["access-control-allow-origin"]
                    if ["/authorize", "/sign-in", "/consent", "/select-patient", "/launches"].contains(path) {
                        #expect(allowed == nil)
                    }
                    if allowed == origin { #expect(origin == "https://app.example") }
                }
            }
        }
    }
}
