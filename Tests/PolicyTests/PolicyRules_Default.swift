import SMART
import Testing

@testable import Policy

@Suite struct `Policy: the formula, and deny by default` {
    private let clinician = RoleFile("clinician", allow("user/Observation.rs"))

    @Test func `the allows of all active roles are united`() throws {
        let token = try Token(
            "user/*.cruds", RoleFile("one", allow("user/Patient.r")), RoleFile("two", allow("user/Patient.s")))
        #expect(token.letters("Patient") == "rs")
        #expect(token.permissions.roles.map(\.value) == ["one", "two"])
    }

    @Test func `the denies of all roles are taken from all allows`() throws {
        let token = try Token(
            "user/*.cruds", RoleFile("one", allow("user/Patient.cruds"), deny("user/Patient.d")),
            RoleFile("two", allow("user/Patient.cruds", id: "b"), deny("user/Patient.u")))
        #expect(token.letters("Patient") == "crs")
    }

    @Test func `nothing is permitted beyond the granted scopes`() throws {
        let token = try Token("user/Observation.r", RoleFile("all", allow("user/*.cruds")))
        #expect(token.letters("Observation") == "r")
        #expect(token.letters("Patient") == "")
    }

    @Test func `nothing is permitted beyond the launch context`() throws {
        let token = try Token("patient/*.rs", RoleFile("all", allow("user/*.cruds")), patient: "456")
        #expect(token.permits(Ask.read("Patient/456")))
        #expect(token.refuses(Ask.read("Patient/457")))
        #expect(token.decide(Ask.search("Observation")).onlyRow?.compartment?.value == "456")
    }

    @Test func `without a patient in context, patient scopes give nothing`() throws {
        let token = try Token("patient/*.cruds", RoleFile("all", allow("user/*.cruds")))
        #expect(token.permissions.allow.isEmpty)
        #expect(token.letters("Patient") == "" && token.letters("Practitioner") == "")
    }

    @Test func `no role: nothing`() throws {
        var token = try Token("user/*.cruds system/*.cruds", clinician)
        token.subject.roles = []
        #expect(token.permissions == .none)
        #expect(token.reason(Ask.read("Observation/1")) == .noRole)
    }

    @Test func `a role that no policy describes: nothing`() throws {
        var token = try Token("user/*.cruds", clinician)
        token.subject.roles = [RoleHolding(try #require(RoleName("surgeon")))]
        #expect(token.permissions == .none)
    }

    @Test func `no rule: nothing`() throws {
        let token = try Token("user/*.cruds", RoleFile("idle"))
        #expect(token.permissions.allow.isEmpty)
        #expect(token.reason(Ask.read("Patient/1")) == .noRole)
    }

    @Test(arguments: ["user/Wizard.rs", "user/observation.rs", "user/Client.rs", "auth/Observation.rs", "auth/*.rs"])
    func `an unknown resource type stops the load`(scope: String) {
        #expect(problems(RoleFile("one", allow(scope))).count == 1)
        #expect(problems(RoleFile("one", deny(scope))).count == 1)
    }

    @Test(arguments: [
        "user/Patient", "user/Patient.", "user/Patient.rrs", "user/Patient.sr", "user/Patient.x", "Patient.rs", "",
        "user/Patient.rs?", "user/Patient.read-only", "user/Patient.rs user/Observation.rs", "users/Patient.rs", "*",
        "user/Patient.rs?gender:missing=true,%client", "user/Patient.rs?name=a,a",
        "user/Patient.rs#x", " user/Patient.rs", "user/Patient.read?_id=1", "openid", "launch/patient",
    ])
    func `a malformed scope stops the load, and is never taken for another`(scope: String) {
        #expect(problems(RoleFile("one", allow(scope))).count == 1)
        if scope != "*" { #expect(problems(RoleFile("one", deny(scope))).count == 1) }
    }

    @Test func `an unset variable gives nothing`() throws {
        let file = RoleFile(
            "clinician", allow("user/Patient.rs?organization=%clinic"),
            members: #""parameters": {"clinic": "Organization"}"#)
        #expect(try Token("user/*.cruds", file).permissions.allow.isEmpty)
    }

    @Test(arguments: ["", "openid", "openid fhirUser launch launch/patient offline_access", "auth/Client.cruds"])
    func `a token without a FHIR scope carries no FHIR permission`(scope: String) throws {
        let token = try Token(scope, RoleFile("all", allow("user/*.cruds")), patient: "1")
        #expect(token.permissions.allow.isEmpty && token.permissions.deny.isEmpty)
        #expect(token.refuses(Ask.read("Patient/1")))
    }

    @Test func `what asks for nothing is not permitted`() throws {
        let token = try Token("user/*.cruds", RoleFile("all", allow("user/*.cruds")))
        #expect(token.refuses(FHIRAccess(.operation, type: "Patient", id: "1")))
    }
}
