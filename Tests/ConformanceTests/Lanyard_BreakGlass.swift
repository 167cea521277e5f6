import Encoding
import HTTP
import JOSE
import Policy
import SMART
import Storage
import TestSupport
import Testing

@testable import AuthorizationServer

/// A signed-in holder of the right asks for one patient with a written reason.
@Suite struct `Break-glass` {
    private static let reason = "Unconscious in the resuscitation room, allergies unknown"

    private static let roles = [
        TestPolicies.file(
            "responder",
            [
                "holders": ["Practitioner"],
                "rules": [
                    ["id": "own", "allow": "user/*.cruds"],
                    ["id": "emergency", "allow": "user/*.rs", "purposes": ["BTG"]],
                    [
                        "id": "restricted", "deny": "user/*.cruds?_security=V", "unless": "break-glass",
                        "because": "Very restricted",
                    ],
                    ["id": "never", "deny": "user/Observation.cruds?_security=N"],
                ],
            ]),
        TestPolicies.file(
            "clerk", ["holders": ["Practitioner"], "rules": [["id": "own", "allow": "user/*.cruds"]]]),
    ]

    private static let scope = "openid fhirUser launch/patient patient/*.cruds user/Observation.rs offline_access"
    private let emergency: [(String, String?)] = [("purpose_of_use", "BTG")]

    private func server(_ change: (inout Configuration) -> Void = { _ in }) async throws -> TestServer {
        let server = try await TestServer.withSamples { configuration in
            configuration.policies += Self.roles
            change(&configuration)
        }
        for (name, role, record) in [
            ("responder", "responder", "Practitioner/70"), ("clerk", "clerk", "Practitioner/71"),
        ] {
            try await server.administer(
                .post, "/admin/v1/users",
                [
                    "username": .string(name), "password": .string(TestServer.password), "fhirUser": .string(record),
                    "roles": [.string(role)],
                ])
        }
        return server
    }

    /// To the page that asks for the reason, or wherever else the browser comes.
    private func page(_ browser: Browser, as user: String, _ changes: [(String, String?)]) throws -> Browser.Place {
        var place = try browser.get(App.publicApp.authorizePath(scope: Self.scope, changes))
        if place.address.hasPrefix("/sign-in") {
            place = try browser.submit(place, [("username", user), ("password", TestServer.password)])
        }
        if place.address.hasPrefix("/select-patient") { place = try browser.submit(place, [("patient", "2")]) }
        return place
    }

    private func open(_ server: TestServer, reason: String = reason) throws -> JSON {
        let browser = Browser(server)
        let place = try page(browser, as: "responder", emergency)
        let answer = try browser.submit(place, [("reason", reason), ("decision", "open")])
        return try App.publicApp.redeem(try #require(answer.parameters["code"], "\(answer.html)"), server).json
    }

    @Test func `a token of at most 15 minutes, rs only, no refresh, one patient, purpose BTG`() async throws {
        let server = try await server()
        defer { server.stop() }
        let tokens = try open(server)
        #expect(tokens["expires_in"]?.integerValue == 900)
        #expect(tokens["refresh_token"] == nil)
        #expect(tokens["patient"] == "2")
        #expect(
            tokens.grantedScopes == ["openid", "fhirUser", "launch/patient", "patient/*.rs", "user/Observation.rs"])
        let answer = try server.introspect(try #require(tokens["access_token"]?.stringValue))
        #expect(answer["purpose_of_use"] == "BTG")
        let allow = try #require(answer["authorization_details"]?.arrayValue?.first?["allow"]?.objectValue)
        #expect(!allow.isEmpty)
        for rows in allow.members.map(\.value) {
            for row in rows.arrayValue ?? [] {
                #expect(row["interactions"] == "rs")
                #expect(row["compartment"] == "Patient/2")
            }
        }
        server.clock.advance(901)
        #expect(try !server.isActive(tokens))
    }

    @Test func `only denies with unless break-glass open`() async throws {
        let server = try await server()
        defer { server.stop() }
        let opened = try server.introspect(try #require(try open(server)["access_token"]?.stringValue))
        #expect(
            opened["authorization_details"]?.arrayValue?.first?["deny"]
                == ["Observation": [["interactions": "cruds", "criteria": "_security=N"]]])
        let usual = try App.publicApp.tokens(server, as: "responder", scope: Self.scope, patient: "2")
        let closed = try server.introspect(try #require(usual["access_token"]?.stringValue))
        #expect(closed["authorization_details"]?.arrayValue?.first?["deny"]?["*"] != nil)
    }

    @Test func `step-up: who is signed in signs in again`() async throws {
        let server = try await server()
        defer { server.stop() }
        let browser = Browser(server)
        _ = try App.publicApp.launch(browser, as: "responder", scope: Self.scope, patient: "2")
        let place = try browser.get(App.publicApp.authorizePath(scope: Self.scope, emergency))
        #expect(place.address.hasPrefix("/sign-in"))
        let silent = try browser.get(App.publicApp.authorizePath(scope: Self.scope, emergency + [("prompt", "none")]))
        #expect(silent.parameters["error"] == "login_required")
    }

    @Test(arguments: [
        "", "because", "          .         ", String(repeating: "x", count: 501), "allergies unknown \u{202E}txt",
        "allergies\u{200B} unknown", "allergies \u{2066}unknown\u{2069}", "allergies unknown \u{E000}",
        "allergies unknown \u{E0041}",
    ])
    func `without a written reason nothing opens`(reason: String) async throws {
        let server = try await server()
        defer { server.stop() }
        let browser = Browser(server)
        let place = try page(browser, as: "responder", emergency)
        let again = try browser.submit(place, [("reason", reason), ("decision", "open")])
        #expect(again.status == 400)
        #expect(again.html.contains("Write down the reason"))
        #expect(try await accesses(server).isEmpty)
    }

    @Test func `who does not hold the right is refused, and the try is recorded`() async throws {
        let server = try await server()
        defer { server.stop() }
        let place = try page(Browser(server), as: "clerk", emergency)
        #expect(place.parameters["error"] == "access_denied")
        let audit = try server.authorization.database.read { (transaction) throws(StorageError) in
            try transaction.auditRecords(after: nil, limit: 1000)
        }
        #expect(audit.contains { $0.record.action == "emergency-access" && $0.record.outcome.hasPrefix("refused") })
    }

    @Test func `the consent page does not stand in for the reason`() async throws {
        let server = try await server()
        defer { server.stop() }
        let browser = Browser(server)
        let place = try page(browser, as: "responder", emergency)
        let elsewhere = try browser.post(
            "/consent",
            browser.hidden(place.html) + [("decision", "allow"), ("scope", "patient/*.rs"), ("scope", "openid")])
        #expect(elsewhere.parameters["code"] == nil)
        #expect(elsewhere.address.hasPrefix("/break-glass"))
    }

    @Test func `a client alone breaks no glass`() async throws {
        let server = try await server()
        defer { server.stop() }
        let response = try server.post(
            "/token",
            [("grant_type", "client_credentials"), ("scope", "auth/Token.r"), ("purpose_of_use", "BTG")],
            headers: [App.basic("ehr", "ehr-secret-0123456789012345")])
        #expect(response.status == 400)
        #expect(response.json["error"] == "invalid_request")
    }

    @Test func `it is on the review list with its reason, and is reviewed once`() async throws {
        let server = try await server()
        defer { server.stop() }
        _ = try open(server)
        let entry = try #require(try await accesses(server).first)
        #expect(entry["username"] == "responder")
        #expect(entry["patient"] == "2")
        #expect(entry["reason"] == .string(Self.reason))
        #expect(entry["reviewed"] == false)
        let path = "/admin/v1/emergency-accesses/\(try #require(entry["id"]?.integerValue))/review"
        let reviewed = try await server.administer(.post, path, ["note": "Justified"])
        #expect(reviewed["note"] == "Justified")
        await #expect(throws: TestFailure.self) { try await server.administer(.post, path, ["note": "Again"]) }
        #expect(try await accesses(server, query: "unreviewed=true").isEmpty)
    }

    @Test func `a security event token tells the receiver at once, until it has it`() async throws {
        let receiver = try LogoutReceiver(.answer(503))
        defer { receiver.stop() }
        let server = try await server { $0.eventReceiver = WebURL(receiver.address) }
        defer { server.stop() }
        _ = try open(server)
        #expect(receiver.wait(for: 1))
        receiver.behave(.answer(202))
        // The wait for the next attempt begins when the sender has read the answer, which may be later than now.
        let hasIt = settles {
            server.clock.advance(6)
            return receiver.requests.count >= 2
        }
        #expect(hasIt)
        let request = try #require(receiver.requests.last)
        #expect(request.headers["content-type"] == "application/secevent+jwt")
        let token = try JWS(compact: request.body)
        #expect(token.type == "secevent+jwt")
        let claims = try JSON(parsing: token.payload)
        let event = claims["events"]?["\(TestServer.issuer)/events/emergency-access"]
        #expect(event?["reason"] == .string(Self.reason))
        #expect(event?["patient"] == "2")
        // As an access token or an id_token it is nothing.
        #expect(try server.introspect(String(decoding: request.body, as: UTF8.self)) == ["active": false])
    }

    private func accesses(_ server: TestServer, query: String = "") async throws -> [JSON] {
        let request = Request(
            method: .get, path: "/admin/v1/emergency-accesses", query: Array(query.utf8))
        let response = await server.administration.respond(to: request)
        return try JSON(parsing: response.body)["emergency_accesses"]?.arrayValue ?? []
    }
}
