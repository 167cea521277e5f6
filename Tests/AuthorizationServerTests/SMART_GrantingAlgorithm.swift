import Encoding
import HTTP
import SMART
import Storage
import TestSupport
import Testing

@testable import AuthorizationServer

@Suite struct `SCP-6, AZ-17: what a person can grant` {
    struct Case: Sendable, CustomTestStringConvertible {
        let user: String?
        let asked: String
        let granted: String
        var testDescription: String { "\(user ?? "no record"): \(asked)" }
    }

    private static let cases = [
        Case(
            user: "Practitioner/9", asked: "user/Patient.rs patient/*.cruds", granted: "user/Patient.rs patient/*.cruds"
        ),
        Case(user: "Practitioner/9", asked: "user/Observation.read", granted: "user/Observation.read"),
        Case(user: "PractitionerRole/9", asked: "user/*.rs", granted: "user/*.rs"),
        Case(user: "Patient/1", asked: "user/Patient.rs patient/Patient.rs", granted: "patient/Patient.rs"),
        Case(user: "RelatedPerson/5", asked: "user/*.cruds patient/Patient.r", granted: "patient/Patient.r"),
        Case(
            user: "Person/5", asked: "patient/Observation.rs?category=a", granted: "patient/Observation.rs?category=a"),
        Case(user: nil, asked: "user/Patient.rs patient/Patient.rs", granted: ""),
        Case(user: "Practitioner/9", asked: "system/*.rs auth/Token.r", granted: ""),
        Case(user: nil, asked: "openid fhirUser", granted: "openid"),
        Case(user: "Patient/1", asked: "openid fhirUser offline_access", granted: "openid fhirUser offline_access"),
    ]

    @Test(arguments: cases)
    func `the cut is exact: no level, letter or type that was not asked for`(example: Case) async throws {
        let server = try TestServer()
        defer { server.stop() }
        var user: JSON = ["username": "somebody", "password": .string(TestServer.password)]
        if let fhirUser = example.user, var object = user.objectValue {
            object["fhirUser"] = .string(fhirUser)
            user = .object(object)
        }
        try await server.administer(.post, "/admin/v1/users", user)
        let authorization = server.authorization
        let edition = try authorization.roles.edition()
        let carried = try authorization.database.read { (transaction) throws(StorageError) -> ScopeSet in
            guard let stored = try transaction.user(usernameKey: Username.key("somebody")) else { return .empty }
            return try RoleHolder(user: stored, clientID: "app", address: nil)
                .carried(ScopeSet(parsing: example.asked), edition, transaction, now: authorization.clock.now)
        }
        #expect(carried.text == example.granted)
    }
}
