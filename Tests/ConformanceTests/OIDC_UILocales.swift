import Encoding
import HTTP
import SMART
import TestSupport
import Testing

@testable import AuthorizationServer

@Suite struct `OpenID Connect Core §3.1.2.1: ui_locales, and what the pages speak` {
    private func get(_ server: TestServer, _ path: String, _ accept: String? = nil) throws -> String {
        try server.send(.get, path, headers: accept.map { [("Accept-Language", $0)] } ?? []).text
    }

    @Test func `the app's wish goes along through the whole interaction`() async throws {
        let server = try await TestServer.withSamples()
        defer { server.stop() }
        let browser = Browser(server)
        let scope = "openid launch/patient launch/encounter patient/Patient.rs"
        var place = try browser.get(App.publicApp.authorizePath(scope: scope, [("ui_locales", "fr es-MX en")]))
        #expect(place.html.contains("lang=\"es\"") && place.html.contains("Iniciar sesión"))
        place = try browser.submit(place, [("username", "parent"), ("password", "x")])
        #expect(place.html.contains("no coinciden"))
        place = try browser.submit(place, [("username", "parent"), ("password", TestServer.password)])
        #expect(place.html.contains("Elija un paciente"))
        place = try browser.submit(place, [("patient", "2")])
        #expect(place.html.contains("Elija una consulta"))
        place = try browser.submit(place, [("encounter", "")])
        #expect(place.html.contains("¿Permitir que"))
        #expect(try App.publicApp.allow(browser, place).parameters["code"] != nil)
    }

    @Test func `the browser's wish comes next, then the setting`() async throws {
        let server = try await TestServer.withSamples { $0.language = .spanish }
        defer { server.stop() }
        #expect(try get(server, "/authorize?client_id=none").contains("Este enlace no funciona"))
        #expect(try get(server, "/authorize?client_id=none", "en").contains("This link does not work"))
        #expect(try get(server, "/authorize?client_id=none", "fr").contains("Este enlace no funciona"))
        #expect(try get(server, "/authorize?client_id=none&ui_locales=en", "es").contains("This link does not work"))
        #expect(try get(server, "/apps/sign-in?ui_locales=en").contains("Sign in"))
    }

    @Test func `a link in the footer changes the language, and the next pages keep it`() async throws {
        let server = try await TestServer.withSamples()
        defer { server.stop() }
        let browser = Browser(server)
        var place = try browser.get(App.publicApp.authorizePath(scope: "openid", [("ui_locales", "en")]))
        let link = try #require(place.html.value(after: "<li><a href=\"/sign-in", until: "\""))
        place = try browser.get("/sign-in" + link.unescapedForTest)
        #expect(place.html.contains("Iniciar sesión"))
        place = try browser.submit(place, [("username", "patient"), ("password", TestServer.password)])
        #expect(place.html.contains("¿Permitir que"))
        #expect(try browser.get("/apps").html.contains("Aplicaciones con acceso"))
    }

    @Test func `a page that is not there is a page in the person's language, and one line for programs`() async throws {
        let server = try await TestServer.withSamples()
        defer { server.stop() }
        let page = try server.send(
            .get, "/nowhere", headers: [("Accept", "text/html,*/*"), ("Accept-Language", "es")])
        #expect(page.status == 404 && page.text.contains("Página no encontrada"))
        #expect(page.headers["content-security-policy"]?.contains("default-src 'none'") == true)
        let line = try server.send(.get, "/nowhere", headers: [("Accept", "application/json")])
        #expect(line.status == 404 && line.headers["content-type"]?.hasPrefix("text/plain") == true)
        let method = try server.send(.put, "/apps", headers: [("Accept", "text/html")])
        #expect(method.status == 405 && method.headers["allow"]?.contains("GET") == true)
        #expect(method.text.hasPrefix("<!doctype html>"))
    }

    @Test func `SE-12: a logo is served by its content, and an SVG in a sandbox`() async throws {
        let svg = Array("<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>".utf8)
        let logo = try #require(Logo(content: svg))
        let server = try await TestServer.withSamples { $0.branding = Branding(name: "St. Mary", logo: logo) }
        defer { server.stop() }
        #expect(try get(server, "/apps/sign-in").contains("src=\"\(logo.path)\""))
        let response = try server.send(.get, logo.path)
        #expect(response.body == svg && response.headers["content-type"] == "image/svg+xml")
        #expect(response.headers["x-content-type-options"] == "nosniff")
        let policy = response.headers["content-security-policy"] ?? ""
        #expect(policy.contains("default-src 'none'") && policy.hasSuffix("sandbox"))
    }
}

extension String {
    fileprivate var unescapedForTest: String { split(separator: "&amp;").joined(separator: "&") }
}
