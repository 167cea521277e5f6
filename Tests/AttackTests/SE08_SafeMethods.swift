import Encoding
import HTTP
import Storage
import TestSupport
import Testing

@testable import AuthorizationServer

/// Every route of the table, so that a new one is held to this from its first day.
@Suite struct `SE-08, SE-11 what holds for every route` {
    /// Those whose GET has an effect by its specification: an authorization request begins an interaction, and
    /// RP-Initiated Logout 1.0 §2 ends a session that its hint proves.
    private static let effective: Set<String> = ["/authorize", "/logout"]

    @Test func `SE-08: no GET of a page writes anything, whoever is signed in`() async throws {
        let server = try await TestServer.started()
        defer { server.stop() }
        let browser = Browser(server)
        let place = try App.publicApp.consentPage(browser, as: "patient")
        let interaction = browser.hidden(place.html).first { $0.0 == "interaction" }?.1 ?? ""
        let (database, cookies) = (server.authorization.database, browser.cookies)
        let routes = server.authorization.routes.filter { $0.method == .get && !Self.effective.contains($0.pattern) }
        #expect(routes.count > 15)
        let queries = [
            "", "?interaction=\(interaction)", "?interaction=\(interaction)&decision=allow&scope=openid",
            "?interaction=\(interaction)&patient=1&encounter=e1&q=Doe&after=x", "?language=es&withdrawn=public-app",
            "?client_id=public-app&csrf=x",
        ]
        for route in routes {
            for query in queries {
                // The sweeper commits beside us now and then; a page that writes does so each time.
                let isRead = try (0..<12).contains { _ in
                    let before = database.commitCount
                    _ = try server.page(route.pattern + query, cookies: cookies)
                    return database.commitCount == before
                }
                #expect(isRead, "\(route.pattern)\(query)")
            }
        }
        #expect(try App.publicApp.allow(browser, place).parameters["code"] != nil, "and nothing was used up")
    }

    @Test func `SE-11: nothing may be stored of any answer but those of the published documents`() async throws {
        let server = try await TestServer.started()
        defer { server.stop() }
        let browser = Browser(server)
        _ = try App.publicApp.consentPage(browser, as: "patient")
        for route in server.authorization.routes where route.method != .options {
            let path = route.pattern.replacing("{id}", with: "none")
            for cookies in [[:], browser.cookies] {
                let answer =
                    route.method == .post
                    ? try server.submit(path, [], cookies: cookies, headers: TestServer.sameOrigin)
                    : try server.page(path, cookies: cookies)
                // Of a FHIR server that is not there, there is none.
                let isDocument =
                    route.endpoint is DocumentEndpoint || route.endpoint is JWKSEndpoint
                    || route.endpoint is OpenAPIEndpoint
                    || (route.endpoint is FHIRServerDocumentEndpoint && answer.status == 200)
                let told = answer.headers.values("cache-control")
                let comment: Comment = "\(route.method.name) \(route.pattern): \(answer.status) \(told)"
                #expect(isDocument ? told.first?.hasPrefix("public") == true : told == ["no-store"], comment)
                if isDocument { #expect(answer.headers.values("set-cookie").isEmpty, comment) }
            }
        }
    }

    @Test func `SE-07: every form of a page is refused from another site`() async throws {
        let server = try await TestServer.started()
        defer { server.stop() }
        let browser = Browser(server)
        _ = try App.publicApp.consentPage(browser, as: "patient")
        // What apps and resource servers post, and what other sites may begin by a form.
        let fromElsewhere: Set<String> = [
            "/authorize", "/logout", "/token", "/revoke", "/userinfo", "/introspect", "/launches", "/explain",
            "/access/v1/evaluation", "/access/v1/evaluations",
        ]
        let forms = server.authorization.routes.filter { $0.method == .post && !fromElsewhere.contains($0.pattern) }
        #expect(forms.count >= 8)
        for form in forms {
            for headers in [
                [("Origin", "https://evil.example")], [("Origin", "null")], [("Sec-Fetch-Site", "cross-site")],
                [("Origin", TestServer.issuer), ("Sec-Fetch-Site", "same-site")],
            ] {
                for cookies in [[:], browser.cookies] {
                    let answer = try server.submit(form.pattern, [("csrf", "x")], cookies: cookies, headers: headers)
                    #expect(answer.status == 403, "\(form.pattern) \(headers)")
                    expectPage(answer)
                }
            }
        }
    }
}
