import Encoding
import HTTP
import Storage
import TestSupport
import Testing

@testable import AuthorizationServer

@Suite struct `TK-05, CLA-5: client secrets replace one another` {
    private static let path = "/admin/v1/clients/ehr/secrets"
    private static let first = "ehr-secret-0123456789012345"

    private struct Rotated {
        let secret: String
        let ids: [Int64]
        let ends: [Int64?]
    }

    private func rotate(_ server: TestServer, _ json: JSON = [:]) async throws -> Rotated {
        let answer = try await server.administer(.post, Self.path, json)
        let secrets = answer["secrets"]?.arrayValue ?? []
        return Rotated(
            secret: try #require(answer["client_secret"]?.stringValue),
            ids: secrets.compactMap { $0["id"]?.integerValue },
            ends: secrets.map { $0["expires_at"]?.integerValue })
    }

    /// At both doors: the token endpoint, and introspection, where Basic credentials are remembered. Asked twice, so that
    /// the second answer comes from memory.
    private func works(_ secret: String, _ server: TestServer) throws -> Bool {
        let basic = App.basic("ehr", secret)
        var statuses: Set<Int> = []
        for _ in 0..<2 {
            let form = [("grant_type", "client_credentials"), ("scope", "auth/Token.r")]
            let token = try server.post("/token", form, headers: [basic])
            let introspection = try server.post("/introspect", [("token", "x")], headers: [basic])
            for response in [token, introspection] where response.status != 200 {
                expectRefused(response, 401, "invalid_client")
            }
            statuses.formUnion([token.status, introspection.status])
        }
        #expect(statuses.count == 1, "one secret, one answer")
        return statuses == [200]
    }

    private func audit(_ server: TestServer) throws -> [AuditRecord] {
        try server.authorization.database.read { (transaction) throws(StorageError) in
            try transaction.auditRecords(after: nil, limit: 1000).map(\.record)
        }.filter { $0.action.hasPrefix("client-secret") }
    }

    @Test func `old and new work during the overlap, then only the new one`() async throws {
        let server = try await TestServer.started()
        defer { server.stop() }
        #expect(try works(Self.first, server))
        let new = try await rotate(server, ["overlap_seconds": 600])
        #expect(new.secret.utf8.count == 43, "256 random bits")
        #expect(new.ends == [server.clock.now + 600, nil])
        #expect(try works(Self.first, server) && works(new.secret, server))
        server.clock.advance(599)
        #expect(try works(Self.first, server) && works(new.secret, server))
        server.clock.advance(1)
        #expect(try !works(Self.first, server))
        #expect(try works(new.secret, server))
        let records = try audit(server)
        #expect(records.map(\.action) == ["client-secret-rotated"])
        #expect(records.map(\.client) == ["ehr"] && records.allSatisfy { $0.actor == "operator" })
    }

    @Test func `the overlap is a day, and never makes an earlier end later`() async throws {
        let server = try await TestServer.started()
        defer { server.stop() }
        let start = server.clock.now
        _ = try await rotate(server)
        let listed = try await server.administer(.get, Self.path)["secrets"]?.arrayValue ?? []
        #expect(listed.map { $0["expires_at"] } == [.integer(start + 86_400), .null])
        #expect(listed.map { $0["created_at"]?.integerValue } == [start, start])
        server.clock.advance(100)
        #expect(try await rotate(server).ends == [start + 86_400, start + 86_500, nil])
    }

    @Test func `a revoked secret stops at the next request, and without overlap all the old ones do`() async throws {
        let server = try await TestServer.started()
        defer { server.stop() }
        let second = try await rotate(server)
        #expect(try works(Self.first, server), "and is remembered now")
        try await server.administer(.delete, "\(Self.path)/\(second.ids[0])")
        #expect(try !works(Self.first, server))
        #expect(try works(second.secret, server))
        let third = try await rotate(server, ["overlap_seconds": 0])
        #expect(try !works(second.secret, server))
        #expect(try works(third.secret, server))
        #expect(third.ends == [nil])
        #expect(
            try audit(server).map(\.action).sorted() == [
                "client-secret-revoked", "client-secret-rotated", "client-secret-rotated",
            ])
    }

    @Test func `a client keeps its current secret, until it is removed itself`() async throws {
        let server = try await TestServer.started()
        defer { server.stop() }
        let only = try await server.administer(.get, Self.path)["secrets"]?.arrayValue?.first?["id"]?.integerValue
        #expect(await server.administered(.delete, "\(Self.path)/\(try #require(only))", .null).status == 409)
        let rotated = try await rotate(server)
        // The old one ends by itself, so the current one is still the last.
        #expect(await server.administered(.delete, "\(Self.path)/\(rotated.ids[1])", .null).status == 409)
        #expect(try works(rotated.secret, server) && works(Self.first, server))
        #expect(try audit(server).count == 1, "nothing is recorded of what was refused")
        try await server.administer(.delete, "/admin/v1/clients/ehr")
        #expect(try !works(rotated.secret, server))
        #expect(await server.administered(.get, Self.path, .null).status == 404)
    }

    @Test func `at most five work at once; those that have ended leave room`() async throws {
        let server = try await TestServer.started()
        defer { server.stop() }
        for _ in 0..<4 { _ = try await rotate(server) }
        let refusal = await server.administered(.post, Self.path, [:])
        #expect(refusal.status == 409)
        #expect(!refusal.text.contains("client_secret\""))
        #expect(try await server.administer(.get, Self.path)["secrets"]?.arrayValue?.count == 5)
        #expect(try works(Self.first, server), "nothing half done is kept")
        server.clock.advance(86_400)
        #expect(try await rotate(server).ends.count == 2)
        #expect(try await rotate(server, ["overlap_seconds": 0]).ends.count == 1)
    }

    @Test func `eight rotations at once leave at most five, of which one has no end`() async throws {
        let server = try await TestServer.started()
        defer { server.stop() }
        let statuses = await withTaskGroup(of: Int.self) { group in
            for _ in 0..<8 { group.addTask { await server.administered(.post, Self.path, [:]).status } }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(statuses.filter { $0 == 201 }.count == 4)
        #expect(statuses.filter { $0 == 409 }.count == 4)
        let ends = try await server.administer(.get, Self.path)["secrets"]?.arrayValue?.map { $0["expires_at"] } ?? []
        #expect(ends.count == 5 && ends.filter { $0 == .null }.count == 1)
    }

    @Test func `a chosen secret rotates as well, but not into one that there is`() async throws {
        let server = try await TestServer.started()
        defer { server.stop() }
        let chosen = "provisioned elsewhere 0123456789"
        #expect(try await rotate(server, ["client_secret": .string(chosen), "overlap_seconds": 60]).secret == chosen)
        #expect(try works(chosen, server) && works(Self.first, server))
        let made = try await rotate(server)
        for same in [chosen, Self.first, made.secret] {
            let refusal = await server.administered(.post, Self.path, ["client_secret": .string(same)])
            #expect(refusal.status == 422 && refusal.text.contains("client_secret"))
            #expect(!refusal.text.contains(same))
        }
        server.clock.advance(60)
        #expect(try !works(Self.first, server))
        #expect(try works(chosen, server) && works(made.secret, server))
        server.clock.advance(86_400 - 60)
        #expect(try !works(chosen, server))
        #expect(try works(made.secret, server))
    }

    @Test func `neither list nor registration tells a secret or what it is checked against`() async throws {
        let server = try await TestServer.started()
        defer { server.stop() }
        let new = try await rotate(server)
        for path in [Self.path, "/admin/v1/clients/ehr", "/admin/v1/clients"] {
            let text = await server.administered(.get, path, .null).text
            for hidden in [new.secret, Self.first, "sha256:", "scrypt", "verifier", "\"client_secret\""] {
                #expect(!text.contains(hidden), "\(path): \(hidden)")
            }
        }
        let listed = try await server.administer(.get, Self.path)["secrets"]?.arrayValue ?? []
        for secret in listed { #expect(secret.objectValue?.names == ["id", "created_at", "expires_at"]) }
        // RFC 7591 §3.2.1: the secret that is the client's does not expire.
        #expect(try await server.administer(.get, "/admin/v1/clients/ehr")["client_secret_expires_at"] == 0)
        let stored = try server.authorization.database.read { (transaction) throws(StorageError) in
            try transaction.clientSecrets("ehr").map(\.verifier)
        }
        #expect(stored.count == 2 && !stored.contains { $0.contains(new.secret) || $0.contains(Self.first) })
    }

    @Test(
        arguments: [
            (["overlap_seconds": -1], "overlap_seconds"), (["overlap_seconds": "60"], "overlap_seconds"),
            (["overlap_seconds": 7_776_001], "overlap_seconds"), (["overlap_seconds": .null], "overlap_seconds"),
            (["client_secret": "short"], "client_secret"), (["client_secret": 1], "client_secret"),
            (["secret": "0123456789012345"], "secret"), ([], "object"),
        ] as [(JSON, String)])
    func `what cannot be read is named, and changes nothing`(json: JSON, member: String) async throws {
        let server = try await TestServer.started()
        defer { server.stop() }
        let refusal = await server.administered(.post, Self.path, json)
        #expect(refusal.status == 422)
        #expect(refusal.text.contains(member), "\(refusal.text)")
        #expect(try await server.administer(.get, Self.path)["secrets"]?.arrayValue?.count == 1)
    }

    @Test func `secrets are their client's own, and only of clients that use one`() async throws {
        let server = try await TestServer.started()
        defer { server.stop() }
        let other = try await server.administer(.post, "/admin/v1/clients/secret-app/secrets")
        let id = try #require(other["secrets"]?.arrayValue?.first?["id"]?.integerValue)
        _ = try await rotate(server)
        for wrong in ["\(id)", "x", "-1", "99999999999999999999"] {
            #expect(await server.administered(.delete, "\(Self.path)/\(wrong)", .null).status == 404)
        }
        #expect(await server.administered(.post, "/admin/v1/clients/public-app/secrets", [:]).status == 409)
        #expect(await server.administered(.post, "/admin/v1/clients/none/secrets", [:]).status == 404)
        #expect(
            try await server.administer(.get, "/admin/v1/clients/secret-app/secrets")["secrets"]?.arrayValue?.count == 2
        )
    }

    @Test func `PW-06: a new secret gives a guesser no new tries`() async throws {
        let server = try await TestServer.started()
        defer { server.stop() }
        let form = [("grant_type", "client_credentials"), ("scope", "auth/Token.r")]
        for number in 0..<20 {
            let guess = App.basic("ehr", "guess number \(number) of many")
            expectRefused(try server.post("/token", form, headers: [guess]), 401, "invalid_client")
        }
        let new = try await rotate(server)
        for secret in [Self.first, new.secret, "another guess altogether"] {
            #expect(try server.post("/token", form, headers: [App.basic("ehr", secret)]).status == 429)
        }
        server.clock.advance(61)
        #expect(try works(new.secret, server))
    }

    @Test func `all of it holds after a restart`() async throws {
        let server = try await TestServer.started()
        let new = try await rotate(server, ["overlap_seconds": 60])
        server.stop(keepingData: true)
        let next = try TestServer(directory: server.directory, clock: server.clock)
        defer { next.stop() }
        #expect(try works(Self.first, next) && works(new.secret, next))
        next.clock.advance(60)
        #expect(try !works(Self.first, next))
        #expect(try works(new.secret, next))
    }
}
