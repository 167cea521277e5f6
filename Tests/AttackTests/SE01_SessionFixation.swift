import Encoding
import Foundation
import HTTP
import SMART
import TestSupport
import Testing

@testable import AuthorizationServer

@Suite struct `SE-01, SE-02 a session is made by the server, at each sign-in anew` {
    private static let session = "lanyard-session"

    @Test func `an id that the browser brings is not taken over`() async throws {
        let server = try await TestServer.started()
        defer { server.stop() }
        let other = Browser(server)
        _ = try App.publicApp.consentPage(other, as: "patient")
        let planted = [
            "x", "", String(repeating: "A", count: 54), Base64URL.encode(Array(repeating: 1, count: 40)),
            other.cookies[Self.session] ?? "",
        ]
        for id in planted {
            let browser = Browser(server)
            let place = try browser.get(App.publicApp.authorizePath(scope: App.scope, [("prompt", "login")]))
            #expect(place.address.hasPrefix("/sign-in"))
            browser.cookies[Self.session] = id
            server.clock.advance(1)
            let page = try browser.get(App.publicApp.authorizePath(scope: App.scope, [("prompt", "login")]))
            let consent = try browser.submit(page, [("username", "patient"), ("password", TestServer.password)])
            #expect(consent.address.hasPrefix("/consent"))
            #expect(browser.cookies[Self.session] != id)
        }
    }

    @Test func `a new sign-in ends the old session at that browser`() async throws {
        let server = try await TestServer.started()
        defer { server.stop() }
        let browser = Browser(server)
        _ = try App.publicApp.consentPage(browser, as: "patient")
        let old = browser.cookies[Self.session] ?? ""
        server.clock.advance(10)
        let place = try browser.get(App.publicApp.authorizePath(scope: App.scope, [("prompt", "login")]))
        _ = try browser.submit(place, [("username", "patient"), ("password", TestServer.password)])
        let new = browser.cookies[Self.session] ?? ""
        #expect(new != old && !new.isEmpty)
        let thief = Browser(server)
        thief.cookies[Self.session] = old
        #expect(try thief.get(App.publicApp.authorizePath(scope: App.scope)).address.hasPrefix("/sign-in"))
        let owner = Browser(server)
        owner.cookies[Self.session] = new
        #expect(try owner.get(App.publicApp.authorizePath(scope: App.scope)).address.hasPrefix("/consent"))
    }

    /// The number says where the session is kept; the secret beside it, whose it is.
    @Test func `SE-02: a session's number opens nothing with another secret`() async throws {
        let server = try await TestServer.started()
        defer { server.stop() }
        let browser = Browser(server)
        _ = try App.publicApp.consentPage(browser, as: "patient")
        let handle = try #require(Base64URL.decode(browser.cookies[Self.session] ?? ""))
        let other = Browser(server)
        for secret in [[UInt8](repeating: 1, count: 32), handle.dropFirst(8).map { $0 ^ 1 }] {
            other.cookies[Self.session] = Base64URL.encode(Array(handle.prefix(8)) + secret)
            #expect(try other.get(App.publicApp.authorizePath(scope: App.scope)).address.hasPrefix("/sign-in"))
            #expect(try other.get("/apps").address.hasPrefix("/apps/sign-in"))
        }
    }

    @Test func `two cookies of that name are none`() async throws {
        let server = try await TestServer.started()
        defer { server.stop() }
        let (one, two) = (Browser(server), Browser(server))
        _ = try App.publicApp.consentPage(one, as: "patient")
        _ = try App.publicApp.consentPage(two, as: "physician")
        let cookies =
            "\(Self.session)=\(one.cookies[Self.session] ?? ""); \(Self.session)=\(two.cookies[Self.session] ?? "")"
        let path = App.publicApp.authorizePath(scope: App.scope, [("prompt", "none")])
        let response = try server.page(path, headers: [("Cookie", cookies)])
        #expect(response.headers["location"]?.contains("error=login_required") == true)
    }

    @Test func `SE-02: no octet of a session, code or refresh token is in the files`() async throws {
        let server = try await TestServer.started()
        defer { server.stop() }
        let browser = Browser(server)
        let place = try App.secretApp.launch(browser, as: "patient", scope: App.scope)
        let code = place.parameters["code"] ?? ""
        let tokens = try App.secretApp.redeem(code, server).json
        let refresh = tokens["refresh_token"]?.stringValue ?? ""
        let next = try App.secretApp.refresh(refresh, server).json["refresh_token"]?.stringValue ?? ""
        let launch = try server.openLaunch(["client_id": "public-app"]).json["launch"]?.stringValue ?? ""
        var files = Data()
        for name in try FileManager.default.contentsOfDirectory(atPath: server.directory)
        where name.hasPrefix("lanyard") {
            files += try Data(contentsOf: URL(fileURLWithPath: server.directory + "/" + name))
        }
        #expect(files.range(of: Data("public-app".utf8)) != nil)
        for handle in [browser.cookies[Self.session] ?? "", code, refresh, next, launch] {
            #expect(handle.count == 54)
            #expect(files.range(of: Data(handle.utf8)) == nil)
            #expect(files.range(of: Data((Base64URL.decode(handle) ?? []).dropFirst(8))) == nil)
        }
        for secret in [TestServer.password, App.secretApp.secret ?? "", tokens["access_token"]?.stringValue ?? ""] {
            #expect(files.range(of: Data(secret.utf8)) == nil)
        }
    }

    @Test func `SE-04: idle and old sessions are over`() async throws {
        let server = try await TestServer.started()
        defer { server.stop() }
        let browser = Browser(server)
        _ = try App.publicApp.consentPage(browser, as: "patient")
        let silent = App.publicApp.authorizePath(scope: App.scope, [("prompt", "none")])
        #expect(try browser.get(silent).parameters["error"] == "consent_required")
        server.clock.advance(1800)
        #expect(try browser.get(silent).parameters["error"] == "login_required")
        let kept = Browser(server)
        _ = try App.publicApp.launch(kept, as: "patient", scope: App.scope)
        for _ in 0..<24 {
            #expect(try kept.get(silent).parameters["error"] == "consent_required")
            server.clock.advance(1799)
            _ = try App.publicApp.launch(kept, as: "patient", scope: App.scope)
        }
        server.clock.advance(43_200 - 24 * 1799)
        #expect(try kept.get(silent).parameters["error"] == "login_required")
    }
}

@Suite struct `SE-03 cookies` {
    private func attributes(_ cookie: String) -> Set<String> {
        Set(cookie.split(separator: ";").dropFirst().map { $0.filter { $0 != " " }.lowercased() })
    }

    private func name(_ cookie: String) -> String { String(cookie.prefix { $0 != "=" }) }

    /// The cookies of the request and of the sign-in, over whichever issuer.
    private func cookies(_ server: TestServer, issuer: String) throws -> [String] {
        let begin = try server.page(App.publicApp.authorizePath(scope: App.scope))
        #expect(begin.status == 303)
        let first = begin.headers.values("set-cookie")
        let pair = first.first?.prefix { $0 != ";" } ?? ""
        let path = String((begin.headers["location"] ?? "").dropFirst(issuer.count))
        let page = try server.page(path, headers: [("Cookie", String(pair))])
        let form = Browser(server).hidden(page.text) + [("username", "patient"), ("password", TestServer.password)]
        let signedIn = try server.submit(
            "/sign-in", form,
            headers: [("Cookie", String(pair)), ("Origin", issuer), ("Sec-Fetch-Site", "same-origin")])
        #expect(signedIn.status == 303)
        return first + signedIn.headers.values("set-cookie")
    }

    @Test func `over https: the __Host- prefix, Secure, HttpOnly, SameSite=Lax, Path=/, no Domain`() async throws {
        let server = try await TestServer.started { configuration in
            if let issuer = Issuer("https://auth.example") { configuration.issuer = issuer }
        }
        defer { server.stop() }
        let cookies = try cookies(server, issuer: "https://auth.example")
        #expect(cookies.count == 2)
        for cookie in cookies {
            let attributes = attributes(cookie)
            #expect(name(cookie).hasPrefix("__Host-lanyard-"))
            #expect(attributes.isSuperset(of: ["path=/", "httponly", "samesite=lax", "secure"]))
            #expect(!attributes.contains { $0.hasPrefix("domain") })
        }
        // The plain names mean nothing there.
        let session = cookies.first { name($0).hasSuffix("session") }?.split(separator: "=", maxSplits: 1).last ?? ""
        let value = session.prefix { $0 != ";" }
        let path = App.publicApp.authorizePath(scope: App.scope, [("prompt", "none")])
        for (name, place) in [
            ("__Host-lanyard-session", "https://auth.example/sign-in?"), ("lanyard-session", "error=login_required"),
        ] {
            let answer = try server.page(path, headers: [("Cookie", "\(name)=\(value)")])
            #expect(answer.headers["location"]?.contains(place) == true)
        }
    }

    @Test func `over loopback http, where browsers drop such cookies: the same without the prefix and Secure`()
        async throws
    {
        let server = try await TestServer.started()
        defer { server.stop() }
        let cookies = try cookies(server, issuer: TestServer.issuer)
        #expect(cookies.count == 2)
        for cookie in cookies {
            let attributes = attributes(cookie)
            #expect(name(cookie).hasPrefix("lanyard-"))
            #expect(attributes.isSuperset(of: ["path=/", "httponly", "samesite=lax"]))
            #expect(!attributes.contains("secure") && !attributes.contains { $0.hasPrefix("domain") })
        }
        #expect(cookies.contains { name($0) == "lanyard-session" && !$0.contains("Max-Age") })
    }

    @Test func `the cookie of an interaction goes with its decision`() async throws {
        let server = try await TestServer.started()
        defer { server.stop() }
        let browser = Browser(server)
        let place = try App.publicApp.launch(browser, as: "patient", scope: App.scope)
        let cleared = place.response.headers.values("set-cookie")
        #expect(cleared.count == 1 && cleared[0].contains("lanyard-interaction-") && cleared[0].contains("Max-Age=0"))
        #expect(Set(browser.cookies.keys) == ["lanyard-session"])
    }
}
