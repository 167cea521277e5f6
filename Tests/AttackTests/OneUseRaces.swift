import Crypto
import Encoding
import HTTP
import TestSupport
import Testing

@testable import AuthorizationServer

/// Sixteen threads with a connection each show one secret at once. The thousand rounds are run against the storage itself
/// (StorageTests, AZ-25); here the whole way from the socket to the disk is in between.
@Suite(.serialized) struct `AZ-25, JW-05, RT-04: a secret of one use has one winner` {
    private static let threads = 16
    private static let rounds = 60

    @Test func `an authorization code gives tokens once, and its replays end what it gave`() async throws {
        let server = try await TestServer.started()
        defer { server.stop() }
        let browser = Browser(server)
        for _ in 0..<Self.rounds {
            guard let code = try App.publicApp.launch(browser, as: "patient", scope: App.scope).parameters["code"]
            else {
                throw TestFailure("no code")
            }
            let answers = try race(Self.threads) { _ in try App.publicApp.redeem(code, server) }
            let winners = answers.filter { $0.status == 200 }
            #expect(winners.count == 1)
            for loser in answers where loser.status != 200 { expectRefused(loser, 400, "invalid_grant") }
            // Fifteen replays: AZ-26.
            expectInactive(try server.introspected(winners.first?.json["access_token"]?.stringValue ?? ""))
        }
        #expect(try server.liveGrants() == 0)
    }

    @Test func `a launch handle gives one code to two consents and sixteen presses`() async throws {
        let server = try await TestServer.started()
        defer { server.stop() }
        let browsers = [Browser(server), Browser(server)]
        for _ in 0..<Self.rounds {
            let launch = try server.openLaunch(["client_id": "public-app", "patient": "1"]).json["launch"]?.stringValue
            let scope = "launch openid patient/Patient.rs"
            // Two authorization requests in two browsers, each at its consent page, with one launch.
            let consents = try browsers.map { browser in
                (browser, try App.publicApp.consentPage(browser, as: "physician", scope: scope, [("launch", launch)]))
            }
            let forms = consents.map { browser, place in
                let boxes = browser.values("scope", on: place, onlyChecked: true).map { ("scope", $0) }
                return (browser.hidden(place.html) + boxes + [("decision", "allow")], browser.cookies)
            }
            let answers = try race(Self.threads) { thread in
                let (form, cookies) = forms[thread % 2]
                return try server.submit("/consent", form, cookies: cookies, headers: TestServer.sameOrigin)
            }
            let codes = answers.filter { $0.headers["location"]?.contains("code=") == true }
            #expect(codes.count == 1)
            for loser in answers where loser.headers["location"]?.contains("code=") != true {
                let isTold = loser.headers["location"]?.contains("error=invalid_request") == true
                #expect(isTold || loser.status == 400)
                #expect(loser.headers["cache-control"] == "no-store")
            }
        }
        #expect(try server.liveGrants() == Self.rounds)
    }

    @Test func `a decision is taken once: one code from sixteen presses of Allow`() async throws {
        let server = try await TestServer.started()
        defer { server.stop() }
        let browser = Browser(server)
        for _ in 0..<Self.rounds {
            let place = try App.publicApp.consentPage(browser, as: "patient")
            let boxes = browser.values("scope", on: place, onlyChecked: true).map { ("scope", $0) }
            let (form, cookies) = (browser.hidden(place.html) + boxes + [("decision", "allow")], browser.cookies)
            let answers = try race(Self.threads) { _ in
                try server.submit("/consent", form, cookies: cookies, headers: TestServer.sameOrigin)
            }
            #expect(answers.filter { $0.headers["location"]?.contains("code=") == true }.count == 1)
            for loser in answers where loser.headers["location"]?.contains("code=") != true { expectPage(loser) }
        }
        #expect(try server.liveGrants() == Self.rounds)
    }

    @Test func `Allow and Don't allow at once: one of them counts`() async throws {
        let server = try await TestServer.started()
        defer { server.stop() }
        let browser = Browser(server)
        var grants = 0
        for _ in 0..<Self.rounds {
            let place = try App.publicApp.consentPage(browser, as: "patient")
            let boxes = browser.values("scope", on: place, onlyChecked: true).map { ("scope", $0) }
            let (hidden, cookies) = (browser.hidden(place.html), browser.cookies)
            let answers = try race(Self.threads) { thread in
                let decision = thread.isMultiple(of: 2) ? boxes + [("decision", "allow")] : [("decision", "deny")]
                return try server.submit(
                    "/consent", hidden + decision, cookies: cookies, headers: TestServer.sameOrigin)
            }
            let told = answers.compactMap { $0.headers["location"] }
            #expect(told.count == 1)
            if told.first?.contains("code=") == true { grants += 1 }
        }
        #expect(try server.liveGrants() == grants)
    }

    @Test(arguments: [App.publicApp, App.secretApp])
    func `a refresh token has one successor, whoever comes first`(app: App) async throws {
        let server = try await TestServer.started()
        defer { server.stop() }
        var token = try app.tokens(server, as: "patient", scope: App.scope)["refresh_token"]?.stringValue ?? ""
        let first = token
        for _ in 0..<Self.rounds {
            let presented = token
            let answers = try race(Self.threads) { _ in try app.refresh(presented, server) }
            #expect(answers.allSatisfy { $0.status == 200 })
            let successors = Set(answers.compactMap { $0.json["refresh_token"]?.stringValue })
            #expect(successors.count == 1)
            #expect(!successors.contains(presented))
            token = successors.first ?? ""
        }
        // The chain is one: the first of it, after its grace, ends the last of it (RT-02).
        server.clock.advance(31)
        expectRefused(try app.refresh(first, server), 400, "invalid_grant")
        expectRefused(try app.refresh(token, server), 400, "invalid_grant")
    }

    @Test func `after the window of grace no racer gets anything, and the family is dead`() async throws {
        let server = try await TestServer.started()
        defer { server.stop() }
        for _ in 0..<10 {
            let tokens = try App.publicApp.tokens(server, as: "patient", scope: App.scope)
            let used = tokens["refresh_token"]?.stringValue ?? ""
            let next = try App.publicApp.refresh(used, server).json
            server.clock.advance(31)
            let answers = try race(Self.threads) { _ in try App.publicApp.refresh(used, server) }
            for answer in answers { expectRefused(answer, 400, "invalid_grant") }
            expectInactive(try server.introspected(next["access_token"]?.stringValue ?? ""))
            expectRefused(
                try App.publicApp.refresh(next["refresh_token"]?.stringValue ?? "", server), 400, "invalid_grant")
        }
    }
}
