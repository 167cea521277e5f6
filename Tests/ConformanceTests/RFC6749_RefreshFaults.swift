import Encoding
import Foundation
import HTTP
import Storage
import TestSupport
import Testing

@testable import AuthorizationServer

/// What becomes of a refresh when the server, the way to it or the client fails.
@Suite struct `RFC 6749 §6: refresh when something fails` {
    let server: TestServer
    let app = App.publicApp
    let scope = "openid fhirUser launch/patient patient/*.rs offline_access"

    init() async throws {
        server = try await TestServer.withSamples()
    }

    private func refreshToken(_ tokens: JSON) throws -> String {
        try #require(tokens["refresh_token"]?.stringValue, "\(tokens.text)")
    }

    /// A server on what a crash leaves: the files as they are at this moment, with the log not yet moved home.
    private func crashed(_ name: String) throws -> TestServer {
        let copy = "\(server.directory)-\(name)"
        try FileManager.default.copyItem(atPath: server.directory, toPath: copy)
        return try TestServer(directory: copy, clock: server.clock)
    }

    @Test func `RT-05: after a crash before the claim, the token is good`() throws {
        defer { server.stop() }
        let first = try refreshToken(try app.tokens(server, as: "patient", scope: scope))
        let next = try crashed("before")
        defer { next.stop() }
        let retried = try app.refresh(first, next)
        #expect(retried.status == 200, "\(retried.text)")
        #expect(try next.isActive(retried.json))
    }

    @Test func `RT-05: after a crash between claim and answer, the retry gets the one successor`() throws {
        defer { server.stop() }
        let first = try refreshToken(try app.tokens(server, as: "patient", scope: scope))
        let lost = try app.refresh(first, server).json
        let next = try crashed("after")
        defer { next.stop() }
        server.clock.advance(29)
        let retried = try app.refresh(first, next).json
        #expect(try refreshToken(retried) == refreshToken(lost), "one chain, whether the answer arrived or not")
        #expect(try next.isActive(retried))
        #expect(retried["patient"] == "1" && retried["scope"] == lost["scope"])
        let successor = try app.refresh(try refreshToken(retried), next).json
        server.clock.advance(31)
        expectRefusal(try app.refresh(first, next), 400, "invalid_grant", "the grace does not begin anew (RT-02)")
        #expect(try !next.isActive(successor))
    }

    @Test(arguments: [nil, "patient/*.cruds", "nonsense", "openid"])
    func `RT-02: a late repeat ends the family and is on record, whatever it asks for`(asked: String?) throws {
        defer { server.stop() }
        let first = try app.tokens(server, as: "patient", scope: scope)
        let second = try app.refresh(try refreshToken(first), server).json
        server.clock.advance(30)
        expectRefusal(
            try app.refresh(try refreshToken(first), server, scope: asked), 400, "invalid_grant")
        for tokens in [first, second] { #expect(try !server.isActive(tokens)) }
        expectRefusal(try app.refresh(try refreshToken(second), server), 400, "invalid_grant")
        let records = try server.authorization.database.read { (transaction) throws(StorageError) in
            try transaction.auditRecords(before: nil, limit: 100).map(\.record)
        }.filter { $0.action == AuditEvent.refreshTokenReused.rawValue }
        #expect(records.count == 1, "the family ends once")
        #expect(records.first?.client == "public-app" && records.first?.patient == "1")
        #expect(records.first?.actor != nil)
    }

    @Test func `RT-11: 256 random bits, in no log line and in no file`() throws {
        defer { server.stop() }
        let token = try refreshToken(try app.tokens(server, as: "patient", scope: scope))
        let octets = try #require(Base64URL.decode(token))
        #expect(octets.count == 8 + 32, "the row's number, and the secret")
        for name in try FileManager.default.contentsOfDirectory(atPath: server.directory) {
            guard let data = FileManager.default.contents(atPath: server.directory + "/" + name) else { continue }
            #expect(data.range(of: Data(octets.suffix(32))) == nil && data.range(of: Data(token.utf8)) == nil)
        }
    }
}
