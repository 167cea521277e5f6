import Encoding
import HTTP
import Storage
import TestSupport
import Testing

@testable import AuthorizationServer

@Suite struct `AD-01: registration is limited in count and rate` {
    private func server(_ policy: RegistrationPolicy) async throws -> TestServer {
        try await TestServer.started { $0.registration = policy }
    }

    /// No two look alike, as those with i and l would.
    private func names(_ count: Int) -> [JSONObject] {
        "abcdefghijkmnopq".prefix(count).map { TestServer.application(["client_name": .string("App \($0)q")]) }
    }

    private func expectLimited(
        _ response: ClientResponse, _ status: Int, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(response.status == status, "\(response.text)", sourceLocation: sourceLocation)
        #expect(response.headers["content-type"] == "application/problem+json", sourceLocation: sourceLocation)
        #expect(response.headers["cache-control"] == "no-store", sourceLocation: sourceLocation)
        #expect(Int(response.headers["retry-after"] ?? "") ?? 0 > 0, sourceLocation: sourceLocation)
        #expect(response.json["client_id"] == nil, sourceLocation: sourceLocation)
    }

    @Test func `one address registers so many an hour, and refusals do not count`() async throws {
        let server = try await server(TestServer.registrationPolicy { $0.perAddressPerHour = 3 })
        defer { server.stop() }
        let all = names(5)
        for metadata in all.prefix(2) { #expect(try server.register(metadata).status == 201) }
        for _ in 0..<5 { expectRefused(try server.register(all[0]), 400, "invalid_client_metadata") }
        #expect(try server.register(all[2]).status == 201)
        expectLimited(try server.register(all[3]), 429)
        server.clock.advance(3599)
        expectLimited(try server.register(all[3]), 429)
        server.clock.advance(1)
        #expect(try server.register(all[3]).status == 201)
    }

    /// What one address sends, with the addresses that the socket cannot give.
    private func register(_ metadata: JSONObject, from address: String, _ server: TestServer) async throws -> Response {
        try await Router(server.authorization.routes, onError: server.authorization.onError).respond(
            to: Request(
                method: .post, path: "/register", headers: Headers([("Content-Type", "application/json")]),
                body: JSON.object(metadata).serialized(), peer: Peer(address: address, isLocalSocket: false)))
    }

    @Test func `all addresses of one subscriber are one: an IPv6 /64`() async throws {
        let server = try await server(TestServer.registrationPolicy { $0.perAddressPerHour = 1 })
        defer { server.stop() }
        let all = names(3)
        #expect(try await register(all[0], from: "2001:db8:1:2::1", server).status == 201)
        #expect(try await register(all[1], from: "2001:db8:1:2:ffff::9", server).status == 429)
        #expect(try await register(all[1], from: "2001:db8:1:3::1", server).status == 201)
    }

    @Test func `tries count before they are read, those that are refused too`() async throws {
        let server = try await server(TestServer.registrationPolicy { $0.perAddressPerHour = 2 })
        defer { server.stop() }
        let (all, wrong) = (names(2), TestServer.application(["redirect_uris": []]))
        for number in 0..<20 {
            let status = try await register(wrong, from: "2001:db8::\(number)", server).status
            #expect(status == 400, "\(number)")
        }
        #expect(try await register(wrong, from: "2001:db8::1", server).status == 429)
        #expect(try await register(all[0], from: "2001:db8::1", server).status == 429)
        #expect(try await register(all[0], from: "192.0.2.1", server).status == 201, "others are not held up")
        server.clock.advance(3600)
        #expect(try await register(all[1], from: "2001:db8::1", server).status == 201)
    }

    @Test func `who has waited for thirty days makes room for others`() async throws {
        let server = try await server(
            TestServer.registrationPolicy(approval: true) {
                $0.clientsAtMost = 3
            })
        defer { server.stop() }
        let all = names(6)
        let waiting = try server.register(all[0]).json
        let approved = try server.register(all[1]).json
        try await server.approve(approved["client_id"]?.stringValue ?? "")
        server.clock.advance(30 * 86_400)
        let later = try server.register(all[2]).json
        expectLimited(try server.register(all[3]), 503)
        server.clock.advance(1)
        #expect(try server.register(all[3]).status == 201)
        #expect(try server.manage(.get, waiting).status == 401)
        for answer in [approved, later] { #expect(try server.manage(.get, answer).status == 200) }
        expectLimited(try server.register(all[4]), 503)
    }

    @Test func `from everywhere together there are so many an hour`() async throws {
        let server = try await server(TestServer.registrationPolicy { $0.perHour = 2 })
        defer { server.stop() }
        let all = names(4)
        for metadata in all.prefix(2) { #expect(try server.register(metadata).status == 201) }
        expectLimited(try server.register(all[2]), 503)
        server.clock.advance(3600)
        #expect(try server.register(all[2]).status == 201)
    }

    @Test func `there are so many at once; one that goes makes room, and administrators are not held up`() async throws
    {
        let server = try await server(TestServer.registrationPolicy { $0.clientsAtMost = 2 })
        defer { server.stop() }
        let all = names(4)
        let first = try server.register(all[0]).json
        #expect(try server.register(all[1]).status == 201)
        expectLimited(try server.register(all[2]), 503)
        try await server.administer(
            .post, "/admin/v1/clients", ["client_name": "Ours", "redirect_uris": ["https://ours.example/cb"]])
        #expect(try server.manage(.delete, first).status == 204)
        #expect(try server.register(all[2]).status == 201)
        expectLimited(try server.register(all[3]), 503)
    }

    @Test func `the limit of clients holds against sixteen at once`() async throws {
        let server = try await server(TestServer.registrationPolicy { $0.clientsAtMost = 5 })
        defer { server.stop() }
        let all = names(16)
        let answers = try race(16) { try server.register(all[$0]) }
        #expect(answers.filter { $0.status == 201 }.count == 5)
        for loser in answers where loser.status != 201 { expectLimited(loser, 503) }
    }

    @Test func `the last use of an initial access token has one winner among sixteen`() async throws {
        let server = try await server(TestServer.registrationPolicy(.token))
        defer { server.stop() }
        let all = names(16)
        for _ in 0..<5 {
            let token = try await server.registrationToken()
            let answers = try race(16) { try server.register(all[$0], token: token) }
            let winners = answers.filter { $0.status == 201 }
            #expect(winners.count == 1)
            for loser in answers where loser.status != 201 { expectRefused(loser, 401, "invalid_token") }
            for winner in winners { #expect(try server.manage(.delete, winner.json).status == 204) }
        }
    }

    @Test func `the body is bounded`() async throws {
        let server = try await server(TestServer.registrationPolicy())
        defer { server.stop() }
        let metadata = TestServer.application(["x": .string(String(repeating: "x", count: 40_000))])
        #expect(try server.register(metadata).status == 413)
    }

    @Test func `ST-03: trouble of our own is 503, and never a word on the registration`() async throws {
        let server = try await server(TestServer.registrationPolicy())
        defer { server.stop() }
        let answer = try server.register(TestServer.application()).json
        server.authorization.database.close()
        for response in [
            try server.register(TestServer.application(["client_name": "Another"])), try server.manage(.get, answer),
            try server.manage(.delete, answer),
        ] {
            #expect(response.status == 503 && response.headers["retry-after"] != nil)
            #expect(response.json["error"] == nil && response.json["client_id"] == nil)
        }
    }
}
