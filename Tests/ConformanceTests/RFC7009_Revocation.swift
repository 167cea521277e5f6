import Encoding
import HTTP
import TestSupport
import Testing

@testable import AuthorizationServer
@testable import Storage

@Suite struct `RFC 7009: revocation` {
    let server: TestServer
    private static let scope = "openid fhirUser launch/patient patient/*.rs offline_access"

    init() async throws {
        server = try await TestServer.withSamples()
    }

    private func granted(_ app: App = .publicApp) throws -> JSON {
        try app.tokens(server, as: "patient", scope: Self.scope, patient: "1")
    }

    private func text(_ tokens: JSON, _ member: String) throws -> String {
        try #require(tokens[member]?.stringValue, "\(tokens.text)")
    }

    private func revoke(_ token: String, as app: App, _ more: [(String, String)] = []) throws -> ClientResponse {
        let form = [("token", token)] + more
        guard let secret = app.secret else { return try server.post("/revoke", form + [("client_id", app.clientID)]) }
        return try server.post("/revoke", form, headers: [App.basic(app.clientID, secret)])
    }

    private func expectDone(_ response: ClientResponse, sourceLocation: SourceLocation = #_sourceLocation) {
        #expect(response.status == 200 && response.body.isEmpty, "\(response.text)", sourceLocation: sourceLocation)
        #expect(response.headers["cache-control"] == "no-store", sourceLocation: sourceLocation)
    }

    private func expectOver(_ tokens: JSON, _ app: App, sourceLocation: SourceLocation = #_sourceLocation) throws {
        #expect(try !server.isActive(tokens), sourceLocation: sourceLocation)
        expectRefusal(
            try app.refresh(try text(tokens, "refresh_token"), server), 400, "invalid_grant",
            sourceLocation: sourceLocation)
    }

    @Test(arguments: ["access_token", "refresh_token"], [nil, "access_token", "refresh_token", "nonsense"])
    func `REV-2, REV-4, RV-01: a token takes its whole grant along, whatever the hint says`(
        kind: String, hint: String?
    ) throws {
        defer { server.stop() }
        for app in [App.publicApp, .secretApp] {
            let first = try granted(app), other = try granted(app)
            let second = try app.refresh(try text(first, "refresh_token"), server).json
            expectDone(try revoke(try text(second, kind), as: app, hint.map { [("token_type_hint", $0)] } ?? []))
            try expectOver(first, app)
            try expectOver(second, app)
            #expect(try server.isActive(other), "another grant of the same person and app lives on")
            expectDone(try revoke(try text(second, kind), as: app))
        }
    }

    @Test func `REV-4: a refresh token that was rotated away still ends its family`() throws {
        defer { server.stop() }
        let first = try granted()
        let second = try App.publicApp.refresh(try text(first, "refresh_token"), server).json
        expectDone(try revoke(try text(first, "refresh_token"), as: .publicApp))
        try expectOver(second, .publicApp)
    }

    @Test(arguments: ["access_token", "refresh_token"])
    func `RV-01, RT-06: another client's token is 200, and nothing happens`(kind: String) throws {
        defer { server.stop() }
        let tokens = try granted(.publicApp)
        expectDone(try revoke(try text(tokens, kind), as: .secretApp))
        expectDone(
            try server.post(
                "/revoke", [("token", try text(tokens, kind))],
                headers: [App.basic("fhir-server", "fhir-server-secret-0123456789")]))
        #expect(try server.isActive(tokens))
        #expect(try App.publicApp.refresh(try text(tokens, "refresh_token"), server).status == 200)
    }

    /// What cannot be read of a grant keeps nobody from ending it.
    @Test func `a grant whose row is damaged is given up, and ended by a token that comes again, all the same`()
        async throws
    {
        defer { server.stop() }
        let (given, otherwise, reused) = (try granted(), try granted(), try granted())
        _ = try App.publicApp.refresh(try text(reused, "refresh_token"), server)
        server.clock.advance(server.authorization.configuration.lifetimes.refreshGrace)
        try await server.authorization.database.write { transaction in
            _ = try transaction.connection.run("UPDATE grants SET context = '{', scope = 'patient/'")
        }
        expectDone(try revoke(try text(given, "access_token"), as: .publicApp))
        expectDone(try revoke(try text(otherwise, "refresh_token"), as: .publicApp))
        expectRefusal(
            try App.publicApp.refresh(try text(reused, "refresh_token"), server), 400, "invalid_grant")
        for tokens in [given, otherwise, reused] { #expect(try !server.isActive(tokens)) }
        #expect(try audit().map(\.action).suffix(3) == ["grant-revoked", "grant-revoked", "refresh-token-reused"])
    }

    @Test(arguments: ["x", String(repeating: "A", count: 54), "e30.e30.e30", "' OR 1=1 --"])
    func `REV-3: an unknown token is 200`(token: String) throws {
        defer { server.stop() }
        expectDone(try revoke(token, as: .publicApp))
    }

    @Test func `REV-3: a token that is over is 200, and writes nothing`() throws {
        defer { server.stop() }
        let tokens = try granted()
        expectDone(try revoke(try text(tokens, "access_token"), as: .publicApp))
        let records = try audit()
        expectDone(try revoke(try text(tokens, "access_token"), as: .publicApp))
        expectDone(try revoke(try text(tokens, "refresh_token"), as: .publicApp))
        #expect(try audit() == records)
    }

    @Test func `AU-01: the record says who gave up what, beside the deed`() throws {
        defer { server.stop() }
        expectDone(try revoke(try text(try granted(), "refresh_token"), as: .publicApp))
        let record = try #require(try audit().last)
        #expect(record.action == "grant-revoked" && record.client == "public-app" && record.patient == "1")
        #expect(record.actor?.hasPrefix("u_") == true && record.outcome == "revoked by its client")
    }

    private func audit() throws -> [AuditRecord] {
        try server.authorization.database.read { (transaction) throws(StorageError) in
            try transaction.auditRecords(after: nil, limit: 1000).map(\.record)
        }
    }

    @Test func `REV-3: an id_token cannot be revoked, and the client is told`() throws {
        defer { server.stop() }
        let tokens = try granted()
        expectRefusal(try revoke(try text(tokens, "id_token"), as: .publicApp), 400, "unsupported_token_type")
        #expect(try server.isActive(tokens))
    }

    @Test func `REV-2, REV-3: the client authenticates as at the token endpoint`() throws {
        defer { server.stop() }
        let tokens = try granted(.secretApp)
        let form = [("token", try text(tokens, "refresh_token"))]
        for (more, header) in [
            ([], nil), ([("client_id", "secret-app")], nil), ([("client_id", "unknown")], nil),
            ([], App.basic("secret-app", "wrong")), ([], App.basic("unknown", "x")),
            ([], ("Authorization", "Bearer " + (try text(tokens, "access_token")))),
        ] as [([(String, String)], (String, String)?)] {
            expectRefusal(
                try server.post("/revoke", form + more, headers: header.map { [$0] } ?? []), 401, "invalid_client")
        }
        #expect(try server.isActive(tokens))
    }

    @Test func `TK-01, AZ-07: one form, in the body of a POST, with each parameter once`() throws {
        defer { server.stop() }
        let tokens = try granted()
        let token = try text(tokens, "refresh_token")
        let form = [("client_id", "public-app"), ("token", token)]
        expectRefusal(try server.post("/revoke", [("client_id", "public-app")]), 400, "invalid_request")
        expectRefusal(try server.post("/revoke", form + [("token", token)]), 400, "invalid_request")
        expectRefusal(
            try server.send(.post, "/revoke", headers: [("Content-Type", "application/json")], body: "{}"), 400,
            "invalid_request")
        #expect(try server.send(.get, "/revoke?" + FormParameters(form).serialized()).status == 405)
        #expect(try server.isActive(tokens))
    }

    @Test func `BS: a client on its own gives its token back too`() throws {
        defer { server.stop() }
        let token = try server.ehrToken()
        expectDone(try revoke(token, as: App(clientID: "ehr", secret: "ehr-secret-0123456789012345", redirectURI: "")))
        let response = try server.send(.post, "/launches", headers: [("Authorization", "Bearer " + token)], body: "{}")
        expectRefusal(response, 401, "invalid_token")
    }
}
