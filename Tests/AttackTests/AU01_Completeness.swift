import Encoding
import HTTP
import Storage
import TestSupport
import Testing

@testable import AuthorizationServer

@Suite struct `AU-01 every event is written, with who, what, whose record, from where and how it ended` {
    /// What a record of an event must have beside its time, its action and its result.
    private struct Expected {
        var actor = true
        var client = false
        var patient = false
        var subject = false
        var address = true
        var failed = false
    }

    private static let driven: [AuditEvent: Expected] = [
        .signIn: Expected(), .signInFailure: Expected(failed: true), .signOut: Expected(),
        .sessionExpired: Expected(subject: true, address: false),
        .consent: Expected(client: true, patient: true), .deny: Expected(client: true, failed: true),
        .tokenIssued: Expected(client: true, patient: true), .tokenRefreshed: Expected(client: true, patient: true),
        .refreshTokenReused: Expected(client: true, patient: true, failed: true),
        .grantRevoked: Expected(client: true, patient: true),
        .launchOpened: Expected(client: true, patient: true),
        .clientRegistered: Expected(client: true), .clientRemoved: Expected(client: true),
        .clientSecretRotated: Expected(client: true), .clientSecretRevoked: Expected(client: true),
        .clientDisabled: Expected(client: true), .clientEnabled: Expected(client: true),
        .registrationTokenCreated: Expected(), .registrationTokenRevoked: Expected(),
        .userAdded: Expected(subject: true), .userDisabled: Expected(subject: true),
        .userEnabled: Expected(subject: true), .userUnlocked: Expected(subject: true),
        .passwordSet: Expected(subject: true), .patientsImported: Expected(),
        .roleAssigned: Expected(), .roleRevoked: Expected(subject: true), .rolePolicyChanged: Expected(),
        .rolePolicyRemoved: Expected(), .groupChanged: Expected(), .keyGenerated: Expected(address: false),
        .auditCheckpoint: Expected(address: false), .auditRemoved: Expected(address: false),
    ]

    /// Driven where they are tested, which look at their records there.
    private static let elsewhere: [AuditEvent: String] = [
        .userLocked: "PW04_ConsecutiveFailures", .logoutNoticeFailed: "OIDC_BackChannelLogout",
        .clientUpdated: "RFC7592_Management", .clientApproved: "RFC7591_Registration",
        .emergencyAccess: "Lanyard_BreakGlass", .emergencyAccessReviewed: "Lanyard_BreakGlass",
        .eventNoticeFailed: "Lanyard_BreakGlass",
        .administrationRefused: "AD07_Escalation", .sessionEnded: "AD08_Lists", .launchWithdrawn: "AD08_Lists",
        .userUpdated: "AD08_Lists", .userRemoved: "AD08_Lists", .patientRemoved: "AD08_Lists",
        .fhirServerAdded: "Lanyard_FHIRServers", .fhirServerChanged: "Lanyard_FHIRServers",
        .fhirServerRemoved: "Lanyard_FHIRServers", .configurationApplied: "ConfigurationFiles",
        .userImported: "Lanyard_Records", .passwordHashesExported: "Lanyard_Records",
        .keyRotated: "Lanyard_Keys", .keyRevoked: "Lanyard_Keys", .keyRemoved: "Lanyard_Keys",
        .keysReencrypted: "Lanyard_Keys", .backupMade: "CareProcessTests", .databaseRestored: "CareProcessTests",
        .auditForeignCheckpoint: "AU04_AuditManipulation",
    ]

    @Test func `no event is left out`() {
        #expect(Set(Self.driven.keys).union(Self.elsewhere.keys) == Set(AuditEvent.allCases))
        #expect(Set(Self.driven.keys).isDisjoint(with: Self.elsewhere.keys))
    }

    @Test func `through real flows`() async throws {
        let server = try await TestServer.started { $0.audit.retentionDays = 1 }
        defer { server.stop() }
        try await driveTokens(server)
        try await driveAdministration(server)
        server.clock.advance(13 * 3600)
        _ = try await server.authorization.database.sweep(now: server.clock.now)
        _ = try server.authorization.notary.seal()
        let records = try server.records()
        for (event, expected) in Self.driven where event != .auditRemoved {
            let found = records.filter { $0.action == event.rawValue }
            #expect(!found.isEmpty, "\(event.rawValue) is not written")
            // Services have neither a person nor a record.
            let full = found.filter { Self.fits($0, expected) }
            #expect(!full.isEmpty, "\(event.rawValue): \(found)")
            for record in found { #expect(record.at > 0 && !record.outcome.isEmpty) }
        }
        server.clock.advance(2 * 86_400)
        try server.authorization.notary.removeExpired()
        let left = try server.records()
        #expect(left.contains { $0.action == AuditEvent.auditRemoved.rawValue } && left.count < records.count)
        let verified = try AuditVerification.verify(
            server.authorization.database, trusted: server.authorization.auditKeys)
        #expect(verified.finding == nil && verified.isDone)
    }

    private static func fits(_ record: AuditRecord, _ expected: Expected) -> Bool {
        (record.actor != nil || !expected.actor) && (record.client != nil || !expected.client)
            && (record.patient != nil || !expected.patient) && (record.subject != nil || !expected.subject)
            && (record.address?.isEmpty == false || !expected.address)
            && (record.outcomeCode != .success) == expected.failed
    }

    private func driveTokens(_ server: TestServer) async throws {
        let browser = Browser(server)
        var place = try browser.get(App.secretApp.authorizePath(scope: App.scope))
        place = try browser.submit(place, [("username", "patient"), ("password", "not the password, no")])
        let other = Browser(server)
        let page = try App.publicApp.consentPage(other, as: "patient")
        #expect(try other.submit(page, [("decision", "deny")]).parameters["error"] == "access_denied")
        let tokens = try App.secretApp.tokens(server, as: "patient", scope: App.scope)
        let refresh = try #require(tokens["refresh_token"]?.stringValue)
        let renewed = try App.secretApp.refresh(refresh, server)
        #expect(renewed.status == 200)
        server.clock.advance(60)
        #expect(try App.secretApp.refresh(refresh, server).status == 400)
        let revoked = try App.secretApp.tokens(server, as: "patient", scope: App.scope)
        let token = try #require(revoked["refresh_token"]?.stringValue)
        _ = try server.post(
            "/revoke", [("token", token)], headers: [App.basic("secret-app", App.secretApp.secret ?? "")])
        #expect(try server.openLaunch(["client_id": "secret-app", "patient": "1"]).status < 300)
        let leaver = Browser(server)
        _ = try App.publicApp.launch(leaver, as: "patient", scope: App.scope)
        let question = try leaver.get("/logout")
        _ = try leaver.submit(question, [("decision", "allow")])
        _ = try App.publicApp.launch(Browser(server), as: "patient", scope: App.scope)
    }

    private func driveAdministration(_ server: TestServer) async throws {
        let users = "/admin/v1/users/nobody"
        try await server.administer(.post, users + "/disable")
        try await server.administer(.post, users + "/enable")
        try await server.administer(.post, users + "/unlock")
        try await server.administer(.put, users + "/password", ["password": .string(TestServer.password)])
        try await server.administer(.post, "/admin/v1/clients/ehr/secrets", ["overlap_seconds": 3600])
        let secrets = try await server.administer(.get, "/admin/v1/clients/ehr/secrets")["secrets"]?.arrayValue ?? []
        let ended = secrets.filter { $0["expires_at"]?.integerValue != nil }
        let old = try #require(ended.first?["id"]?.integerValue)
        try await server.administer(.delete, "/admin/v1/clients/ehr/secrets/\(old)")
        try await server.administer(.post, "/admin/v1/clients/ehr/disable")
        try await server.administer(.post, "/admin/v1/clients/ehr/enable")
        try await server.administer(.delete, "/admin/v1/clients/public-app")
        let token = try await server.administer(.post, "/admin/v1/registration-tokens", [:])
        try await server.administer(
            .delete, "/admin/v1/registration-tokens/\(token["id"]?.stringValue ?? "\(token["id"]?.integerValue ?? 0)")")
        try await server.administer(.post, "/admin/v1/groups", ["name": "nights"])
        try await server.administer(.put, "/admin/v1/groups/nights/members/physician")
        let roles = try await ask(server, .get, "role-assignments", [("user", "physician")])
        let role = try #require(roles["role_assignments"]?.arrayValue?.first?["id"]?.integerValue, "\(roles)")
        try await server.administer(.post, "/admin/v1/role-assignments/\(role)/revoke", ["reason": "the end of it"])
        let policy = TestPolicies.file("spare", ["rules": [["id": "own", "allow": "user/Patient.rs"]]])
        _ = try await ask(
            server, .put, "role-policies/spare", [("reason", "for the test")], [("Content-Type", "application/json")],
            policy.content)
        _ = try await ask(
            server, .delete, "role-policies/spare", [("reason", "needed no more")], [("If-Match", "*")])
    }

    /// An administrator's request with a query.
    private func ask(
        _ server: TestServer, _ method: HTTP.Method, _ path: String, _ query: [(String, String)],
        _ headers: [(String, String)] = [], _ body: [UInt8] = []
    ) async throws -> JSON {
        let response = await server.administration.respond(
            to: Request(
                method: method, path: "/admin/v1/" + path, query: Array(FormParameters(query).serialized().utf8),
                headers: Headers(headers), body: body))
        #expect(response.status < 300, "\(path): \(String(decoding: response.body, as: UTF8.self))")
        return response.body.isEmpty ? .null : try JSON(parsing: response.body)
    }
}

extension TestServer {
    /// All audit records, oldest first.
    func records() throws -> [AuditRecord] {
        try authorization.database.read { (transaction) throws(StorageError) in
            try transaction.auditRecords(after: nil, limit: 1000).map(\.record)
        }
    }
}
