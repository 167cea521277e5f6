import Encoding
import HTTP
import Storage
import TestSupport
import Testing

@testable import AuthorizationServer

@Suite struct `PW-08 a password that an administrator set is changed before anything else` {
    private static let given = "the administrator knows it"
    private static let own = "a sentence of my own, long"

    private func server() async throws -> TestServer {
        let server = try await TestServer.started()
        try await server.administer(
            .post, "/admin/v1/users",
            [
                "username": "new", "password": .string(Self.given), "fhirUser": "Patient/1", "name": "New Person",
                "must_change_password": true,
            ])
        return server
    }

    private func signIn(_ browser: Browser, _ password: String) throws -> Browser.Place {
        let place = try browser.get(App.publicApp.authorizePath(scope: App.scope))
        return try browser.submit(place, [("username", "new"), ("password", password)])
    }

    @Test func `in a launch`() async throws {
        let server = try await server()
        defer { server.stop() }
        let browser = Browser(server)
        var place = try signIn(browser, Self.given)
        #expect(place.address.hasPrefix("/new-password") && place.html.contains("Choose a new password"))
        let bad: [(String, String)] = [
            ("short", "short"), (Self.given, Self.given), (Self.own, Self.own + "!"),
            ("new person new person", "new person new person"), ("aaaaaaaaaaaaaaaaaaaaaaa", "aaaaaaaaaaaaaaaaaaaaaaa"),
            ("", ""),
        ]
        for (password, repeated) in bad {
            place = try browser.submit(place, [("password", password), ("repeated", repeated)])
            #expect(place.status == 400 && place.html.contains("Problem"), "\(password): \(place.status)")
        }
        // No other page opens before.
        let handle = try #require(browser.hidden(place.html).first { $0.0 == "interaction" })
        #expect(try browser.get("/consent?interaction=" + handle.1).address.hasPrefix("/new-password"))
        place = try browser.submit(place, [("password", Self.own), ("repeated", Self.own)])
        #expect(place.address.hasPrefix("/consent"), "\(place.status) \(place.address)")
        place = try App.publicApp.allow(browser, place)
        #expect(place.parameters["code"] != nil)
        let records = try server.auditRecords("password-set")
        #expect(records.count == 1 && records.first?.actor?.hasPrefix("u_") == true)
        #expect(try signIn(Browser(server), Self.given).status == 400)
        #expect(try signIn(Browser(server), Self.own).address.hasPrefix("/consent"))
    }

    @Test func `without the form's own token nothing is changed`() async throws {
        let server = try await server()
        defer { server.stop() }
        let browser = Browser(server)
        let place = try signIn(browser, Self.given)
        let handle = try #require(browser.hidden(place.html).first { $0.0 == "interaction" })
        let forged = try browser.post(
            "/new-password", [handle, ("csrf", "x"), ("password", Self.own), ("repeated", Self.own)])
        #expect(forged.address.hasPrefix("/new-password"))
        #expect(try signIn(Browser(server), Self.own).status == 400)
    }

    @Test func `on the person's own page, and every other session ends`() async throws {
        let server = try await server()
        defer { server.stop() }
        func signInToOwnPage(_ browser: Browser, _ password: String) throws -> Browser.Place {
            try browser.submit(try browser.get("/apps"), [("username", "new"), ("password", password)])
        }
        let (one, other) = (Browser(server), Browser(server))
        _ = try signInToOwnPage(other, Self.given)
        let place = try signInToOwnPage(one, Self.given)
        #expect(place.address.hasPrefix("/apps/new-password"))
        #expect(try one.submit(place, [("password", Self.own), ("repeated", Self.own)]).address == "/apps")
        #expect(try other.get("/apps").address.hasPrefix("/apps/sign-in"))
    }

    @Test func `set by an administrator anew, it is to be changed anew`() async throws {
        let server = try await server()
        defer { server.stop() }
        let second = "the administrator's second"
        try await server.administer(
            .put, "/admin/v1/users/new/password", ["password": .string(second), "must_change_password": true])
        #expect(try signIn(Browser(server), second).address.hasPrefix("/new-password"))
        try await server.administer(.put, "/admin/v1/users/new/password", ["password": .string(Self.own)])
        #expect(try signIn(Browser(server), Self.own).address.hasPrefix("/consent"))
    }
}
