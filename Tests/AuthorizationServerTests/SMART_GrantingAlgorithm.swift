import Encoding
import SMART
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
    func `the cut is exact: no level, letter or type that was not asked for`(example: Case) {
        let rights = UserRights(fhirUser: example.user.flatMap(FHIRUser.init))
        #expect(rights.cut(ScopeSet(parsing: example.asked)).text == example.granted)
    }
}
