import Crypto
import Encoding
import HTTP
import TestSupport
import Testing

@testable import AuthorizationServer

@Suite struct `PW-03, PW-04, PW-06 guessing` {
    private func signInPage(_ server: TestServer) throws -> (form: [(String, String)], cookies: [String: String]) {
        let browser = Browser(server)
        let place = try browser.get(App.publicApp.authorizePath(scope: App.scope))
        return (browser.hidden(place.html), browser.cookies)
    }

    private func guess(
        _ server: TestServer, _ page: (form: [(String, String)], cookies: [String: String]), _ name: String,
        _ password: String
    ) throws -> ClientResponse {
        try server.submit(
            "/sign-in", page.form + [("username", name), ("password", password)], cookies: page.cookies,
            headers: TestServer.sameOrigin)
    }

    @Test func `PW-03: an unknown name, a wrong password and a disabled account look the same`() async throws {
        let server = try await TestServer.started()
        defer { server.stop() }
        try await server.administer(.post, "/admin/v1/users/nobody/disable")
        let page = try signInPage(server)
        var seen: Set<String> = []
        for (name, password) in [
            ("physician", "wrong password wrong"), ("stranger0", TestServer.password), ("nobody", TestServer.password),
            ("nobody", "wrong password wrong"), ("physician", ""), ("stranger0", ""),
        ] {
            let response = try guess(server, page, name, password)
            #expect(response.status == 400)
            #expect(response.headers.values("set-cookie").isEmpty)
            #expect(response.headers["cache-control"] == "no-store")
            let names = response.headers.all.filter { !["date", "content-length"].contains($0.name.lowercased()) }
            seen.insert(
                response.text.split(separator: "value=\"\(name)\"").joined(separator: "value=\"NAME\"")
                    + names.map { "\($0.name): \($0.value)" }.joined(separator: "\n"))
        }
        #expect(seen.count == 1)
    }

    @Test func `PW-03: and are kept waiting the same`() async throws {
        let server = try await TestServer.started()
        defer { server.stop() }
        let page = try signInPage(server)
        var answers: Set<String> = []
        for name in ["physician", "stranger0"] {
            var statuses: [Int] = []
            for _ in 0..<12 { statuses.append(try guess(server, page, name, "wrong password wrong").status) }
            let last = try guess(server, page, name, "wrong password wrong")
            #expect(last.headers["cache-control"] == "no-store")
            answers.insert(
                "\(statuses)" + last.text.split(separator: "value=\"\(name)\"").joined(separator: "value=\"NAME\""))
        }
        #expect(answers.count == 1)
    }

    @Test func `PW-04: of 64 parallel guesses, in all letter cases, no more than the limit are checked`() async throws {
        let server = try await TestServer.started()
        defer { server.stop() }
        let page = try signInPage(server)
        let spellings = ["physician", "PHYSICIAN", "Physician", "pHYSICIAN", "physiciaN", "PhYsIcIaN"]
        let answers = try race(64) { thread in
            try guess(server, page, spellings[thread % spellings.count], "wrong password number \(thread)")
        }
        #expect(answers.filter { $0.status == 400 }.count == 10)
        #expect(answers.filter { $0.status == 429 }.count == 54)
        // Now the right one is not looked at either, in no spelling.
        for name in spellings {
            let late = try guess(server, page, name, TestServer.password)
            #expect(late.status == 429)
            #expect(late.headers.values("set-cookie").isEmpty)
        }
        // Others are not kept out, and after the wait the person is let in.
        #expect(try guess(server, page, "patient", TestServer.password).status == 303)
        server.clock.advance(900)
        let again = try signInPage(server)
        #expect(try guess(server, again, "physician", TestServer.password).status == 303)
    }

    @Test func `PW-04: one address tries many names no more often than its own limit`() async throws {
        let server = try await TestServer.started { $0.guessing.perAddress = 20 }
        defer { server.stop() }
        let page = try signInPage(server)
        let answers = try race(48) { thread in try guess(server, page, "name\(thread)", "wrong password wrong") }
        #expect(answers.filter { $0.status == 400 }.count == 20)
        #expect(answers.filter { $0.status == 429 }.count == 28)
        #expect(try guess(server, page, "patient", TestServer.password).status == 429)
    }

    @Test func `PW-04: those who know their password do not use up the tries of their address`() async throws {
        let server = try await TestServer.started { $0.guessing.perAddress = 5 }
        defer { server.stop() }
        for _ in 0..<8 {
            let page = try signInPage(server)
            #expect(try guess(server, page, "physician", TestServer.password).status == 303)
        }
        let page = try signInPage(server)
        let answers = try (0..<7).map { try guess(server, page, "name\($0)", "wrong password wrong").status }
        #expect(answers == [400, 400, 400, 400, 400, 429, 429])
    }

    @Test func `PW-04: what the browser says of its address does not reset the count`() async throws {
        let server = try await TestServer.started { $0.guessing.perAddress = 5 }
        defer { server.stop() }
        let page = try signInPage(server)
        var statuses: [Int] = []
        for number in 0..<8 {
            let spoof = "203.0.113.\(number)"
            let response = try server.submit(
                "/sign-in", page.form + [("username", "name\(number)"), ("password", "x")], cookies: page.cookies,
                headers: TestServer.sameOrigin + [
                    ("X-Forwarded-For", spoof), ("Forwarded", "for=\(spoof)"), ("X-Real-IP", spoof),
                ])
            statuses.append(response.status)
        }
        #expect(statuses == [400, 400, 400, 400, 400, 429, 429, 429])
    }

    @Test func `PW-06: a client secret is guessed twenty times a minute, and then the right one waits too`()
        async throws
    {
        let server = try await TestServer.started()
        defer { server.stop() }
        let form = [("grant_type", "client_credentials"), ("scope", "auth/Token.r")]
        // In use, and so remembered: no shorter way may tell the right one from a guess.
        for _ in 0..<3 {
            let right = [App.basic("ehr", "ehr-secret-0123456789012345")]
            #expect(try server.post("/token", form, headers: right).status == 200)
        }
        for number in 0..<20 {
            let response = try server.post(
                "/token", form, headers: [App.basic("ehr", "guess number \(number) of many")])
            expectRefused(response, 401, "invalid_client")
        }
        let late = try server.post("/token", form, headers: [App.basic("ehr", "ehr-secret-0123456789012345")])
        #expect(late.status == 429)
        #expect(late.headers["retry-after"] != nil && late.headers["cache-control"] == "no-store")
        #expect(late.json["access_token"] == nil)
        // The same at introspection, which is another door to the same secret.
        let other = try server.post(
            "/introspect", [("token", "x")], headers: [App.basic("ehr", "ehr-secret-0123456789012345")])
        #expect(other.status == 429)
        #expect(try server.introspected("x").status == 200)
        server.clock.advance(61)
        #expect(
            try server.post("/token", form, headers: [App.basic("ehr", "ehr-secret-0123456789012345")]).status == 200)
    }

    /// Chosen secrets are checked by scrypt, on threads of its own: all 48 would be on their way before the first is counted.
    @Test func `PW-06: of 48 parallel guesses of a chosen secret twenty are checked`() async throws {
        let cost = try #require(PasswordHash.Cost(logN: 14))
        let server = try await TestServer.started { $0.passwordCost = cost }
        defer { server.stop() }
        let form = [("grant_type", "client_credentials"), ("scope", "auth/Token.r")]
        let answers = try race(48) { thread in
            try server.post("/token", form, headers: [App.basic("ehr", "guess number \(thread) of many")])
        }
        #expect(answers.count { $0.status == 401 } == 20)
        #expect(answers.count { $0.status == 429 } == 28)
        #expect(answers.allSatisfy { $0.status == 401 || $0.headers["retry-after"] != nil })
        server.clock.advance(61)
        let right = [App.basic("ehr", "ehr-secret-0123456789012345")]
        #expect(try server.post("/token", form, headers: right).status == 200)
    }

    /// As after a restart, when nothing is remembered. They are more than the guesses and more than what may wait for scrypt.
    @Test func `PW-06: one secret at once is one guess, and 90 parallel uses of the right one succeed`() async throws {
        let cost = try #require(PasswordHash.Cost(logN: 14))
        let server = try await TestServer.started { $0.passwordCost = cost }
        defer { server.stop() }
        let form = [("grant_type", "client_credentials"), ("scope", "auth/Token.r")]
        let right = [App.basic("ehr", "ehr-secret-0123456789012345")]
        let answers = try race(90) { _ in try server.post("/token", form, headers: right) }
        #expect(answers.allSatisfy { $0.status == 200 }, "\(answers.map(\.status))")
        // None of them has used up a guess.
        let guesses = try race(48) { thread in
            try server.post("/token", form, headers: [App.basic("ehr", "guess number \(thread) of many")])
        }
        #expect(guesses.count { $0.status == 401 } == 20)
    }

    @Test func `TK-03: an unknown client and a wrong secret get the same answer`() async throws {
        let server = try await TestServer.started()
        defer { server.stop() }
        let form = [("grant_type", "client_credentials"), ("scope", "auth/Token.r")]
        var seen: Set<String> = []
        for (id, secret) in [
            ("ehr", "wrong-secret-wrong-secret"), ("stranger", "wrong-secret-wrong-secret"), ("public-app", "x"),
            ("fhir-server", "wrong"), ("EHR", "ehr-secret-0123456789012345"),
        ] {
            let response = try server.post("/token", form, headers: [App.basic(id, secret)])
            expectRefused(response, 401, "invalid_client")
            let requestID = response.json["request_id"]?.stringValue ?? "-"
            seen.insert(
                response.text.split(separator: requestID).joined() + (response.headers["www-authenticate"] ?? ""))
        }
        #expect(seen.count == 1)
    }
}
