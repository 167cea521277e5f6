import Encoding
import HTTP
import SMART
import Storage
import TestSupport
import Testing

@testable import AuthorizationServer

/// What each refresh asks again: the patient, the person, the client and the consent.
@Suite struct `RFC 6749 §6: refresh asks again what is permitted` {
    let server: TestServer
    let scope = "openid fhirUser launch/patient patient/*.rs offline_access"

    init() async throws {
        server = try await TestServer.withSamples()
    }

    private func granted(_ app: App = .publicApp, as user: String = "patient", scope: String? = nil) throws -> JSON {
        try app.tokens(server, as: user, scope: scope ?? self.scope, patient: "1")
    }

    private func refreshToken(_ tokens: JSON) throws -> String {
        try #require(tokens["refresh_token"]?.stringValue, "\(tokens.text)")
    }

    @Test func `REF-13: a patient who may not be opened any more ends the refreshing`() async throws {
        defer { server.stop() }
        let kept = try App.publicApp.tokens(server, as: "parent", scope: scope, patient: "2")
        let lost = try App.publicApp.tokens(server, as: "parent", scope: scope, patient: "3")
        let staff = try App.publicApp.tokens(server, as: "physician", scope: scope, patient: "3")
        try await server.authorization.database.write { transaction in
            guard let parent = try transaction.user(usernameKey: "parent") else { throw TestFailure("no parent") }
            try transaction.setRepresentedPatients(userID: parent.id, ["2"])
        }
        expectRefusal(try App.publicApp.refresh(try refreshToken(lost), server), 400, "invalid_grant")
        #expect(try App.publicApp.refresh(try refreshToken(kept), server).json["patient"] == "2")
        #expect(try App.publicApp.refresh(try refreshToken(staff), server).status == 200)
    }

    @Test func `REF-13: what the client is registered for no more is dropped, and comes back with the registration`()
        async throws
    {
        defer { server.stop() }
        let first = try granted()
        try await reregister(scope: "openid launch/patient patient/Patient.r offline_access")
        let narrow = try App.publicApp.refresh(try refreshToken(first), server).json
        #expect(narrow.grantedScopes == ["openid", "launch/patient", "patient/Patient.r", "offline_access"])
        let asked = try App.publicApp.refresh(try refreshToken(narrow), server, scope: "patient/*.rs").json
        #expect(asked.grantedScopes == ["patient/Patient.r"])
        expectRefusal(
            try App.publicApp.refresh(try refreshToken(asked), server, scope: "fhirUser"), 400, "invalid_grant")
        try await reregister(scope: "openid fhirUser launch/patient patient/*.rs offline_access")
        let wide = try App.publicApp.refresh(try refreshToken(asked), server).json
        #expect(wide["scope"] == first["scope"])
    }

    @Test func `RT-10: what the client is registered for no more when it redeems its code is not in the token`()
        async throws
    {
        defer { server.stop() }
        func code() throws -> String {
            let place = try App.publicApp.launch(Browser(server), as: "patient", scope: scope, patient: "1")
            return try #require(place.parameters["code"])
        }
        let (less, nothing) = (try code(), try code())
        try await reregister(scope: "openid launch/patient patient/Patient.r offline_access")
        let narrow = try App.publicApp.redeem(less, server).json
        #expect(narrow.grantedScopes == ["openid", "launch/patient", "patient/Patient.r", "offline_access"])
        let token = try #require(narrow["access_token"]?.stringValue)
        #expect(try server.introspect(token)["scope"]?.stringValue?.contains("patient/*") == false)
        try await reregister(scope: "launch/patient")
        expectRefusal(try App.publicApp.redeem(nothing, server), 400, "invalid_grant")
    }

    @Test(arguments: [true, false])
    func `RT-10: a code of a person who was stopped, or of a grant that was taken back, gives nothing`(
        isPersonStopped: Bool
    ) async throws {
        defer { server.stop() }
        let place = try App.publicApp.launch(Browser(server), as: "patient", scope: scope, patient: "1")
        let code = try #require(place.parameters["code"])
        let now = server.clock.now
        try await server.authorization.database.write { transaction in
            guard let user = try transaction.user(usernameKey: "patient") else { throw TestFailure("no user") }
            if isPersonStopped {
                _ = try transaction.disableUser(user.id, now: now)
            } else {
                _ = try transaction.revokeGrants(
                    userID: user.id, clientID: "public-app", reason: "taken back", now: now)
            }
        }
        expectRefusal(try App.publicApp.redeem(code, server), 400, "invalid_grant")
    }

    struct Written: Sendable, CustomTestStringConvertible {
        let testDescription: String
        var isPersonStopped = false
        var hasSession = true
        var status = 400
    }

    /// Whoever stops a person, or ends a session, ends the grants that there are: none may come to life after them.
    @Test(arguments: [
        Written(testDescription: "in a session", status: 200),
        Written(testDescription: "of somebody who was stopped", isPersonStopped: true),
        Written(testDescription: "for online access without a session", hasSession: false),
    ])
    func `RT-09, RT-10: a grant gives nothing without the person and the session that it is of`(_ row: Written)
        async throws
    {
        defer { server.stop() }
        let (code, refreshToken) = try await write(row)
        for response in [
            try App.publicApp.refresh(refreshToken, server), try App.publicApp.redeem(code, server),
        ] {
            #expect(response.status == row.status, "\(response.text)")
            #expect(row.status == 200 || response.json["error"] == "invalid_grant")
        }
    }

    /// Straight into the database: a code and a refresh token of one grant.
    private func write(_ row: Written) async throws -> (code: String, refreshToken: String) {
        let (now, scope) = (server.clock.now, "openid launch/patient patient/*.rs online_access")
        let secret = try HandleSecret(server.authorization.random)
        let (code, refreshToken) = try await server.authorization.database.write { transaction in
            guard let user = try transaction.user(usernameKey: "patient") else { throw TestFailure("no user") }
            if row.isPersonStopped { _ = try transaction.disableUser(user.id, now: now) }
            let session =
                row.hasSession
                ? try transaction.insertSession(
                    secretHash: secret.hash, userID: user.id, authTime: now, now: now, expiresAt: now + 3600) : nil
            let grant = try transaction.insertGrant(
                userID: user.id, clientID: "public-app", audience: TestServer.fhirBase, scope: scope,
                context: #"{"patient": "1"}"#, sessionID: session, nonce: nil, authTime: now, refresh: .online,
                now: now, expiresAt: now + 3600)
            return (
                try transaction.insertCode(
                    secretHash: secret.hash, grantID: grant, clientID: "public-app",
                    redirectURI: App.publicApp.redirectURI, codeChallenge: App.challenge, now: now, expiresAt: now + 60),
                try transaction.insertRefreshToken(
                    secretHash: secret.hash, grantID: grant, generation: 1, now: now, expiresAt: now + 3600)
            )
        }
        return (Handle(id: code, secret: secret).text, Handle(id: refreshToken, secret: secret).text)
    }

    private func reregister(scope: String) async throws {
        let (database, now) = (server.authorization.database, server.clock.now)
        try await database.write { transaction in
            guard let stored = try transaction.client("public-app"),
                var metadata = try JSON(parsing: Array(stored.metadata.utf8)).objectValue
            else { throw TestFailure("no client") }
            metadata["scope"] = .string(scope)
            _ = try transaction.replaceClient(id: "public-app", metadata: JSON.object(metadata).text, now: now)
        }
        server.authorization.clients.forget("public-app")
    }

    @Test func `REF-13: what the person has no right to any more is dropped`() async throws {
        defer { server.stop() }
        let first = try granted(
            as: "physician", scope: "openid launch/patient user/Patient.rs patient/*.rs offline_access")
        #expect(first.grantedScopes.contains("user/Patient.rs"))
        try await server.authorization.database.write { transaction in
            guard let user = try transaction.user(usernameKey: "physician") else { throw TestFailure("no user") }
            _ = try transaction.updateUser(id: user.id, displayName: "Ada Reyes", fhirUser: "Patient/1")
            _ = try transaction.assignRole(
                "one-record", to: .user(user.id), parameters: "{}", by: "test", reason: "", now: 0)
        }
        let next = try App.publicApp.refresh(try refreshToken(first), server).json
        #expect(next.grantedScopes == first.grantedScopes.subtracting(["user/Patient.rs"]))
    }

    /// What a person may have is remembered between two refreshes, and no commit tells that the time of a role is over.
    @Test func `REF-13: what a role carries ends with the time of the role, and is nobody else's`() async throws {
        defer { server.stop() }
        let asked = "openid launch/patient user/Patient.rs patient/*.rs offline_access"
        let start = server.clock.now
        let granted = try await withRoleUntil(start + 100) { try self.granted(as: "physician", scope: asked) }
        var token = try refreshToken(granted)
        func scopes() throws -> Set<String> {
            let answer = try App.publicApp.refresh(token, server).json
            token = try refreshToken(answer)
            return answer.grantedScopes
        }
        let narrow = granted.grantedScopes.subtracting(["user/Patient.rs"])
        for _ in 1...2 { #expect(try scopes() == narrow) }
        try await server.addUser("colleague", "Practitioner/2", roles: ["staff"])
        let other = try self.granted(as: "colleague", scope: asked)
        let next = try App.publicApp.refresh(try refreshToken(other), server).json
        #expect(next.grantedScopes == granted.grantedScopes)
        server.clock.advance(99)
        #expect(try scopes() == narrow)
        server.clock.advance(1)
        #expect(try scopes() == ["openid", "launch/patient", "offline_access"])
    }

    /// Makes the physician a patient, who has her own record until then.
    private func withRoleUntil(_ end: Int64, _ grant: () throws -> JSON) async throws -> JSON {
        let granted = try grant()
        try await server.authorization.database.write { transaction in
            guard let user = try transaction.user(usernameKey: "physician") else { throw TestFailure("no user") }
            _ = try transaction.updateUser(id: user.id, displayName: "Ada Reyes", fhirUser: "Patient/1")
            _ = try transaction.assignRole(
                "one-record", to: .user(user.id), parameters: "{}", validUntil: end, by: "test", reason: "", now: 0)
        }
        return granted
    }

    /// Who is nobody in the record is told apart from others by the number alone.
    @Test func `REF-13: of two people without a record each has what their own roles carry`() async throws {
        self.server.stop()
        let server = try await TestServer.withSamples { configuration in
            configuration.policies += ["wide", "narrow"].map { name in
                let allow: JSON = name == "wide" ? "user/*.rs" : "user/Patient.rs"
                return TestPolicies.file(name, ["rules": [["id": "all", "allow": allow]]])
            }
        }
        defer { server.stop() }
        for name in ["one", "other"] { try await server.addUser(name, nil, roles: ["wide"]) }
        let scope = "openid user/Patient.rs user/Observation.rs offline_access"
        var tokens = try ["one", "other"].map { try App.publicApp.tokens(server, as: $0, scope: scope) }
        try await server.authorization.database.write { transaction in
            guard let user = try transaction.user(usernameKey: "other") else { throw TestFailure("no user") }
            for assignment in try transaction.roleAssignments(userID: user.id) {
                _ = try transaction.revokeRoleAssignment(assignment.id, by: "test", reason: "", now: 0)
            }
            _ = try transaction.assignRole(
                "narrow", to: .user(user.id), parameters: "{}", by: "test", reason: "", now: 0)
        }
        let wide: Set = ["openid", "user/Patient.rs", "user/Observation.rs", "offline_access"]
        // What is asked first after a change of roles is not remembered yet.
        for _ in 1...2 {
            tokens = try tokens.map { try App.publicApp.refresh(try refreshToken($0), server).json }
            #expect(tokens.map(\.grantedScopes) == [wide, wide.subtracting(["user/Observation.rs"])])
        }
    }

    /// ST-11: a clock that was ahead has seen a role that does not stand yet.
    @Test func `REF-13: a role that has not begun is not remembered from a clock that was ahead`() async throws {
        defer { server.stop() }
        let first = try granted(
            as: "physician", scope: "openid launch/patient user/Patient.rs patient/*.rs offline_access")
        let begin = server.clock.now + 1000
        try await server.authorization.database.write { transaction in
            guard let user = try transaction.user(usernameKey: "physician") else { throw TestFailure("no user") }
            _ = try transaction.updateUser(id: user.id, displayName: "Ada Reyes", fhirUser: "Patient/1")
            _ = try transaction.assignRole(
                "one-record", to: .user(user.id), parameters: "{}", validFrom: begin, by: "test", reason: "", now: 0)
        }
        server.clock.set(by: 1500)
        var ahead = first
        // What is asked first after a change of roles is not remembered yet.
        for _ in 1...2 {
            ahead = try App.publicApp.refresh(try refreshToken(ahead), server).json
            #expect(ahead.grantedScopes.contains("patient/*.rs"))
        }
        server.clock.set(by: -1500)
        let right = try App.publicApp.refresh(try refreshToken(ahead), server).json
        #expect(right.grantedScopes == ["openid", "launch/patient", "offline_access"])
    }

    @Test func `REF-13, RT-10: a client that was disabled, and one whose consent was taken back`() async throws {
        defer { server.stop() }
        let (mine, other) = (try granted(), try granted(.secretApp))
        let now = server.clock.now
        try await server.authorization.database.write { transaction in
            guard let user = try transaction.user(usernameKey: "patient") else { throw TestFailure("no user") }
            _ = try transaction.revokeGrants(
                userID: user.id, clientID: "public-app", reason: "taken back", now: now)
            _ = try transaction.setClientDisabled("secret-app", true, now: now)
        }
        server.authorization.clients.forget("secret-app")
        expectRefusal(try App.publicApp.refresh(try refreshToken(mine), server), 400, "invalid_grant")
        expectRefusal(try App.secretApp.refresh(try refreshToken(other), server), 401, "invalid_client")
        for tokens in [mine, other] { #expect(try !server.isActive(tokens)) }
    }
}
