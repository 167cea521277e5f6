import Encoding
import SMART
import Testing

@testable import Policy

@Suite struct `Policy: the compiled permissions that introspection answers` {
    private let lab = "http://terminology.hl7.org/CodeSystem/observation-category|laboratory"
    private let veryRestricted = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality|V"

    @Test func `the example of the specification`() throws {
        let token = try Token(
            "user/Patient.r user/Observation.rs openid fhirUser", PolicyRulesExample.clinician,
            RoleFile("staff", allow("user/Practitioner.rs")), values: ["clinic": ["C7"]], isMultiFactor: true,
            inside: ["10.0.0.0/8"])
        #expect(
            token.permissions.json.text
                == #"{"allow":{"Observation":[{"interactions":"rs","criteria":"category=\#(lab)","readonly":["status"]}],"#
                + #""Patient":[{"interactions":"r","criteria":"organization=Organization/C7","hide":["photo"]}]},"#
                + #""deny":{"*":[{"interactions":"cruds","criteria":"_security=\#(veryRestricted)"}]}}"#)
    }

    @Test func `a row names its record, and its operations`() throws {
        let token = try Token(
            "patient/Patient.r", RoleFile("one", allow("user/Patient.r", #""operations": ["$everything"]"#)),
            patient: "456")
        #expect(
            token.permissions.json.text
                == #"{"allow":{"Patient":[{"interactions":"r","compartment":"Patient/456","operations":["$everything"]}]},"#
                + #""deny":{}}"#)
    }

    @Test func `one look-up is enough: a type that is named carries what all types are allowed`() throws {
        let token = try Token(
            "user/*.cruds", RoleFile("one", allow("user/*.rs"), allow("user/Patient.u", id: "b", #""hide": ["photo"]"#))
        )
        let patient = try #require(token.permissions.allow["Patient"])
        #expect(patient.contains(Allowance(interactions: [.read, .search])))
        #expect(patient.contains(Allowance(interactions: .update, hide: ["photo"])))
        #expect(token.letters("Condition") == "rs" && token.refuses(Ask.update("Condition/1")))
    }

    @Test func `a deny that nothing is left for is not told, and one that meets something is`() throws {
        let token = try Token(
            "user/Patient.rs", RoleFile("one", allow("user/*.cruds"), deny("user/Observation.cruds?_id=1")),
            RoleFile("two", deny("user/Patient.d"), deny("user/Patient.s?_tag=x", id: "e")))
        #expect(token.permissions.deny.keys.sorted() == ["Patient"])
        #expect(token.permissions.deny["Patient"]?.map(\.interactions.letters) == ["s"])
    }

    @Test func `letters are merged, and no row is told that a wider one makes needless`() throws {
        let token = try Token(
            "user/Patient.r user/Patient.s",
            RoleFile("one", allow("user/Patient.rs"), allow("user/Patient.r?_id=1", id: "b", #""hide": ["photo"]"#)))
        #expect(token.permissions.allow == ["Patient": [Allowance(interactions: [.read, .search])]])
    }

    @Test func `a wider row that hides more does not stand for a narrower one`() throws {
        let token = try Token(
            "user/*.cruds",
            RoleFile("one", allow("user/Patient.r", #""hide": ["photo"]"#), allow("user/Patient.r?_id=1", id: "b")))
        #expect(token.permissions.allow["Patient"]?.count == 2)
    }

    @Test func `a row that is given up for a narrower one would be lost`() throws {
        let token = try Token(
            "user/*.cruds", RoleFile("one", allow("user/Patient.rs?_id=1"), allow("user/Patient.r", id: "b")))
        #expect(token.permits(Ask.read("Patient/2")) && token.permits(Ask.search("Patient", "_id=1")))
        #expect(token.decide(Ask.search("Patient")).onlyRow?.criteria?.text == "_id=1")
    }

    @Test func `the same roles, values, scopes and context give the same octets, in whatever order they come`() throws {
        let files = [
            RoleFile(
                "one", allow("user/Patient.rs?organization=%clinic"),
                members: #""parameters": {"clinic": "Organization"}"#),
            RoleFile("two", allow("user/*.r", #""hide": ["photo", "name"]"#), deny("user/*.rs?_security=V")),
        ]
        let token = try Token("user/*.cruds", files[0], files[1], values: ["clinic": ["C7"]])
        var turned = token
        turned.subject.roles = token.subject.roles.reversed() + token.subject.roles
        #expect(turned.permissions.json.text == token.permissions.json.text)
    }

    @Test func `outside the criteria and not granted are both refused`() throws {
        let token = try Token("user/*.cruds", RoleFile("one", allow("user/Patient.r?organization=C7")))
        #expect(token.decide(Ask.read("Patient/1"), ["organization": ["C8"]]) == .deny(.scopeInsufficient))
        #expect(token.decide(Ask.delete("Patient/1"), ["organization": ["C7"]]) == .deny(.scopeInsufficient))
    }

    @Test func `an update must pass on the old and the new version`() throws {
        let token = try Token(
            "user/*.cruds", RoleFile("one", allow("user/Patient.u?organization=C7"), deny("user/Patient.u?_tag=locked"))
        )
        func passes(_ properties: [String: [String]]) -> Bool { token.permits(Ask.update("Patient/1"), properties) }
        let inside = ["organization": ["C7"], "_tag": [String]()]
        #expect(passes(inside))
        #expect(!passes(["organization": ["C8"], "_tag": []]))
        #expect(!passes(["organization": ["C7"], "_tag": ["locked"]]))
        // Of a version that nothing is known of, the criteria are left open.
        #expect(token.decide(Ask.update("Patient/1"), ["organization": ["C7"]]).exceptions == ["_tag=locked"])
    }
}

/// The file of the specification.
enum PolicyRulesExample {
    static let clinician = `Policy: files are read strictly`.example
}
