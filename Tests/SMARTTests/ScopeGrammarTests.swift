import Testing

@testable import SMART

@Suite struct `SMART 2.2 Scopes for requesting FHIR resources` {
    @Test(arguments: [
        "patient/Observation.rs", "user/*.cruds", "system/Patient.r", "patient/*.s", "user/Basic.cuds",
        "patient/Observation.read", "user/*.write", "system/*.*", "patient/*.read",
        "patient/Observation.rs?category=http://terminology.hl7.org/CodeSystem/observation-category|laboratory",
        "patient/Basic.s?code=https://app.test|kind", "user/Basic.s?subject:missing=true",
        "user/Observation.rs?category=a,b&status=final", "user/Patient.rs?_id=1",
        "user/Patient.r?name=van%20Dyke", "user/Observation.rs?code=a=b",
        "auth/Client.rs", "auth/RolePolicy.cruds", "auth/Token.r", "auth/Launch.c",
        "openid", "fhirUser", "profile", "launch", "online_access", "offline_access",
        "launch/patient", "launch/encounter", "launch/imagingstudy", "launch/list?role=https://example.org/role",
        "launch/imagingstudy?role=launch", "__mine", "https://example.org/scopes/x", "urn:example:scope",
        "http://smarthealthit.org/fhir/scopes/patient/*.read",
    ])
    func `a scope is printed as it was written`(text: String) {
        #expect(Scope(text)?.text == text)
        #expect(ScopeSet(parsing: text).rejected.isEmpty)
    }

    @Test(arguments: [
        // AZ-18, SCP-2: letters out of order, twice, unknown or none.
        "patient/Observation.rrs", "patient/Observation.sr", "patient/Observation.", "patient/Observation.dus",
        "patient/Observation.rr", "patient/*.", "patient/Observation.rx", "patient/Observation.R",
        "patient/Observation.crudsc",
        // v1 words are whole words, without a constraint.
        "patient/Observation.read-only", "patient/Observation.read?x=y", "patient/Observation.read?category=a",
        "patient/Observation.Read", "patient/Observation.reads", "patient/Observation.readwrite",
        "patient/Observation.*?category=a", "patient/Observation.**",
        // The level and the type, case-sensitive.
        "PATIENT/Observation.rs", "patient/observation.rs", "patient/Unknown.rs", "patient/Patient", "patient/",
        "patient/.rs", "Patient/Observation.rs", "practitioner/Observation.rs", "patient/Observation/rs",
        "patient//Observation.rs", "patient/Observation.rs/", "patient/Observation.r.s", "patient/DomainResource.rs",
        "patient/Resource.rs", "/Observation.rs", "patient/Obs*.rs", "patient/**.rs",
        // This server's API: its own types, no wildcard, no constraint, no v1.
        "auth/*.cruds", "auth/Observation.r", "auth/Client.read", "auth/Client.*", "auth/Client.r?name=x",
        "patient/Client.r",
        "user/Token.r", "system/RolePolicy.cruds",
        // Constraints.
        "patient/Observation.rs?", "patient/Observation.rs?category", "patient/Observation.rs?category=",
        "patient/Observation.rs?=a", "patient/Observation.rs?category=a&", "patient/Observation.rs?&category=a",
        "patient/Observation.rs?category=a,,b", "patient/Observation.rs?category=a,", "patient/Observation.rs??a=b",
        // Others.
        "OpenID", "openID", "fhiruser", "email", "offline", "launch/", "launch/Patient", "launch/unknown",
        "launch/patient?role=", "launch/patient?role=relative", "launch/patient?x=y", "launch/list?role=a:b&role=c:d",
        "launch/list?role=javascript:alert", "launch/patient/", "__", "_x", "", "javascript:alert", "data:x", "https:",
        // Characters that no scope may hold (RFC 6749 §3.3).
        "patient/Observation.rs\t", "patient/Observation.rs\n", "\"openid\"", "__a\\b", "__ä", "openid\u{0}",
        "user/Observation.rs?code=a\"b", "__\u{212A}",
    ])
    func `what is not a scope is none, and no other one`(text: String) {
        #expect(Scope(text) == nil)
        let set = ScopeSet(parsing: text)
        #expect(set.isEmpty)
        #expect(set.rejected == (text.isEmpty ? [] : [text]))
    }

    @Test(arguments: [
        ("read", "rs"), ("write", "cud"), ("*", "cruds"),
    ])
    func `SCP-3: a v1 word is its v2 letters and is printed back`(word: String, letters: String) throws {
        let scope = try #require(ResourceScope("user/Patient.\(word)"))
        #expect(scope.isVersion1)
        #expect(scope.interactions == Interactions(letters: letters))
        #expect(scope.text == "user/Patient.\(letters)")
        #expect(scope.version1Text == "user/Patient.\(word)")
        #expect(ResourceScope("user/Patient.\(letters)")?.version1Text == "user/Patient.\(word)")
        #expect(ResourceScope("user/Patient.\(letters)")?.isVersion1 == false)
        #expect(ScopeSet(parsing: "user/Patient.\(word) openid").version2.text == "user/Patient.\(letters) openid")
    }

    @Test(arguments: ["r", "s", "cu", "crud"]) func `letters no v1 word means have no v1 text`(letters: String) {
        #expect(ResourceScope("user/Patient.\(letters)")?.version1Text == nil)
    }

    @Test func `SCP-1: there are exactly 31 in-order choices of letters`() {
        let accepted = (1..<32).map { Interactions(rawValue: $0).letters }
        #expect(Set(accepted).count == 31)
        for letters in accepted { #expect(Interactions(letters: letters)?.letters == letters) }
        #expect(Interactions(rawValue: 0xFF) == .all)
        #expect(Interactions(letters: "") == nil)
    }

    @Test func `RFC 6749 §3.3: spaces part the items, order is kept, repeats are not`() {
        let set = ScopeSet(parsing: " openid  patient/Patient.r openid fhirUser ")
        #expect(set.text == "openid patient/Patient.r fhirUser")
        #expect(set.rejected.isEmpty)
        #expect(ScopeSet(parsing: "").isEmpty)
        #expect(ScopeSet(parsing: "openid\tfhirUser").isEmpty)
    }

    @Test func `every resource type of R4, R4B and R5 is known, and nothing abstract`() {
        #expect(FHIRResourceTypes.names.count == 146 + 13 + 19)
        for name in ["Patient", "MedicinalProduct", "Ingredient", "Transport", "ImagingSelection"] {
            #expect(ResourceScope("user/\(name).r") != nil)
        }
    }

    @Test func `the bounds hold and the rest is rejected`() {
        let many = (0..<1000).map { "__s\($0)" }.joined(separator: " ")
        #expect(ScopeSet(parsing: many).scopes.count == ScopeSet.maximumItems)
        #expect(!ScopeSet(parsing: many).rejected.isEmpty)
        let long = (0..<100).map { "__\($0)\(String(repeating: "x", count: 1000))" }.joined(separator: " ")
        #expect(ScopeSet(parsing: long).text.utf8.count <= ScopeSet.maximumLength)
        let constrained = (0..<300).map { "user/Patient.r?_id=\($0)" }.joined(separator: " ")
        #expect(ScopeSet(parsing: constrained).scopes.count == ScopeSet.maximumConstrainedItems)
        #expect(Scope("__" + String(repeating: "x", count: 2047)) == nil)
        #expect(ScopeSet(parsing: String(repeating: "openid ", count: 10_000)).text == "openid")
    }

    @Test func `what is cut off at the bound never becomes another scope`() {
        let filler = (0..<900).map { "x\($0)" }.joined(separator: " ")
        let set = ScopeSet(parsing: filler + " user/Patient.rs?_id=1 user/Patient.r")
        #expect(set.isEmpty)
        #expect(set.rejected.count == 2 * ScopeSet.maximumItems + 1)
    }
}
