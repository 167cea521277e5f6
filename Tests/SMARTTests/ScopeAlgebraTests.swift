import Testing

@testable import SMART

/// One line of a table: what is asked, what allows, what comes out.
struct IntersectionCase: Sendable, CustomTestStringConvertible {
    let asked: String
    let ceiling: String
    let result: String
    var reading = ScopeSet.Reading.ceiling
    var testDescription: String { "\(asked) ∩ \(ceiling) (\(reading))" }
}

@Suite struct `AZ-17 What is asked is cut to what is allowed` {
    @Test(arguments: [
        IntersectionCase(
            asked: "user/Observation.rs", ceiling: "user/Observation.cruds", result: "user/Observation.rs"),
        IntersectionCase(
            asked: "user/Observation.cruds", ceiling: "user/Observation.rs", result: "user/Observation.rs"),
        IntersectionCase(asked: "user/Observation.cd", ceiling: "user/Observation.rs", result: ""),
        IntersectionCase(asked: "patient/Observation.rs", ceiling: "patient/*.r", result: "patient/Observation.r"),
        // All matching scopes count, never the first.
        IntersectionCase(
            asked: "user/Observation.rs", ceiling: "user/Observation.r user/*.s", result: "user/Observation.rs"),
        IntersectionCase(
            asked: "patient/*.read system/*.read", ceiling: "patient/*.read system/*.read",
            result: "patient/*.read system/*.read"),
        IntersectionCase(
            asked: "user/Observation.rs", ceiling: "user/Observation.rs?category=a user/Observation.rs?category=b",
            result: "user/Observation.rs?category=a user/Observation.rs?category=b"),
        IntersectionCase(
            asked: "user/Observation.rs", ceiling: "user/Observation.rs?category=a user/*.r",
            result: "user/Observation.s?category=a user/Observation.r"),
        // A wildcard asked for comes back as the types that are allowed.
        IntersectionCase(
            asked: "patient/*.rs", ceiling: "patient/Patient.r patient/Observation.rs",
            result: "patient/Patient.r patient/Observation.rs"),
        // Levels stand apart; no FHIR level reaches this server's API.
        IntersectionCase(asked: "patient/Observation.rs", ceiling: "user/Observation.rs", result: ""),
        IntersectionCase(asked: "user/Observation.rs", ceiling: "patient/Observation.rs", result: ""),
        IntersectionCase(asked: "system/*.cruds", ceiling: "user/*.cruds patient/*.cruds", result: ""),
        IntersectionCase(
            asked: "auth/Client.rs auth/RolePolicy.cruds", ceiling: "user/*.cruds system/*.cruds patient/*.cruds",
            result: "", reading: .role),
        IntersectionCase(asked: "auth/Client.rs", ceiling: "auth/Client.cruds", result: "auth/Client.rs"),
        // v1 stays v1 as long as it still says the truth.
        IntersectionCase(asked: "user/Observation.read", ceiling: "user/*.cruds", result: "user/Observation.read"),
        IntersectionCase(asked: "user/Observation.read", ceiling: "user/*.r user/*.s", result: "user/Observation.read"),
        IntersectionCase(asked: "user/Observation.read", ceiling: "user/*.r", result: "user/Observation.r"),
        IntersectionCase(asked: "user/*.*", ceiling: "user/Observation.read", result: "user/Observation.read"),
        IntersectionCase(
            asked: "user/Observation.read", ceiling: "user/Observation.rs?category=a",
            result: "user/Observation.rs?category=a"),
        IntersectionCase(asked: "user/Observation.rs", ceiling: "user/Observation.read", result: "user/Observation.rs"),
        // Constraints are conjoined, never dropped.
        IntersectionCase(
            asked: "user/Observation.rs?category=a", ceiling: "user/Observation.rs?category=b",
            result: "user/Observation.rs?category=a&category=b"),
        IntersectionCase(
            asked: "user/Observation.rs?category=a,b", ceiling: "user/Observation.r?category=b",
            result: "user/Observation.r?category=b"),
        IntersectionCase(
            asked: "user/Observation.rs?category=a", ceiling: "user/*.cruds", result: "user/Observation.rs?category=a"),
        // Other scopes: only themselves.
        IntersectionCase(
            asked: "openid fhirUser launch/patient offline_access", ceiling: "openid launch/patient launch",
            result: "openid launch/patient"),
        IntersectionCase(asked: "launch/list?role=a:b", ceiling: "launch/list", result: ""),
        IntersectionCase(asked: "openid", ceiling: "user/*.cruds", result: ""),
        IntersectionCase(asked: "user/*.cruds", ceiling: "", result: ""),
        // Roles.
        IntersectionCase(
            asked: "user/Observation.rs", ceiling: "patient/Observation.cruds?category=lab",
            result: "patient/Observation.rs?category=lab", reading: .role),
        IntersectionCase(
            asked: "patient/Observation.rs", ceiling: "user/*.r", result: "patient/Observation.r", reading: .role),
        IntersectionCase(
            asked: "user/Observation.cruds", ceiling: "user/*.rs patient/*.rs", result: "user/Observation.rs",
            reading: .role),
        IntersectionCase(asked: "system/Observation.rs", ceiling: "user/*.cruds", result: "", reading: .role),
    ])
    func `letters bit by bit, constraints conjoined`(line: IntersectionCase) {
        let asked = ScopeSet(parsing: line.asked)
        let ceiling = ScopeSet(parsing: line.ceiling)
        #expect(asked.rejected.isEmpty && ceiling.rejected.isEmpty)
        #expect(asked.intersection(ceiling, reading: line.reading).text == line.result)
    }

    @Test func `a result within the bounds reads back whole`() {
        let asked = ScopeSet(parsing: (0..<100).map { "user/Patient.rs?_id=a\($0)" }.joined(separator: " "))
        let ceiling = ScopeSet(parsing: (0..<100).map { "user/Patient.rs?_tag=b\($0)" }.joined(separator: " "))
        let both = asked.intersection(ceiling, reading: .ceiling)
        #expect(both.scopes.count == ScopeSet.maximumConstrainedItems)
        #expect(ScopeSet(parsing: both.text) == both)
        #expect(ScopeSet(parsing: both.text).rejected.isEmpty)
    }
}

@Suite struct `RT-07 Coverage goes by right, not by text` {
    @Test(arguments: [
        ("user/Patient.r user/Patient.s", "user/Patient.rs"), ("user/Patient.rs", "user/Patient.r user/Patient.s"),
        ("user/Patient.read", "user/Patient.rs"), ("user/Patient.rs", "user/Patient.read"),
        ("user/*.cruds", "user/Patient.*"), ("user/Patient.r user/*.s", "user/Patient.rs"),
        ("user/Patient.rs", "user/Patient.rs?_id=1"), ("user/Patient.rs?_id=1,2", "user/Patient.r?_id=2"),
        ("user/Patient.rs?_id=1", "user/Patient.rs?_id=1&gender=male"),
        ("user/Patient.rs?_id=1&gender=male", "user/Patient.rs?gender=male&_id=1"),
        ("user/Patient.r?name=%41", "user/Patient.r?name=A"), ("openid", ""), ("", ""),
        ("openid offline_access", "offline_access"),
    ])
    func `equal or smaller is covered`(held: String, asked: String) {
        #expect(ScopeSet(parsing: held).covers(ScopeSet(parsing: asked), reading: .ceiling))
        #expect(ScopeSet(parsing: held).covers(ScopeSet(parsing: asked), reading: .role))
    }

    @Test(arguments: [
        ("user/Patient.r", "user/Patient.rs"), ("user/Patient.c", "user/Patient.r"), ("user/Patient.rs", "user/*.rs"),
        ("user/Patient.rs?_id=1", "user/Patient.rs"), ("user/Patient.rs?_id=1", "user/Patient.rs?_id=1,2"),
        ("user/Patient.rs?_id=1&gender=male", "user/Patient.rs?_id=1"),
        ("user/Patient.rs?_id=1", "user/Patient.rs?_tag=1"),
        ("patient/Patient.rs", "user/Patient.rs"), ("user/*.cruds", "system/Patient.r"),
        ("user/*.cruds", "auth/Client.r"),
        ("system/*.cruds", "auth/Token.r"), ("patient/*.cruds", "auth/Token.r"), ("system/*.cruds", "user/Patient.r"),
        ("openid", "user/Patient.r"), ("openid", "fhirUser"), ("launch/patient", "launch"),
        ("launch", "launch/patient"),
        ("launch/list", "launch/list?role=a:b"), ("", "openid"), ("user/Patient.read", "user/Patient.write"),
        ("subject", "user/Basic.s"), ("user/Basic.s?subject:missing=true", "user/Basic.s?subject:missing=false"),
        ("user/Basic.s?subject:missing=true", "user/Basic.s?subject=true"),
    ])
    func `anything wider is not`(held: String, asked: String) {
        #expect(!ScopeSet(parsing: held).covers(ScopeSet(parsing: asked), reading: .ceiling))
        #expect(!ScopeSet(parsing: held).covers(ScopeSet(parsing: asked), reading: .role))
    }

    @Test func `user covers patient for a role, and only for a role`() {
        let held = ScopeSet(parsing: "user/Observation.rs")
        let asked = ScopeSet(parsing: "patient/Observation.r")
        #expect(held.covers(asked, reading: .role))
        #expect(!held.covers(asked, reading: .ceiling))
    }

    @Test func `contains goes by meaning for a resource scope and is exact for another`() throws {
        let set = ScopeSet(parsing: "user/*.rs launch/patient")
        #expect(set.contains(try #require(Scope("user/Patient.read"))))
        #expect(!set.contains(try #require(Scope("user/Patient.c"))))
        #expect(set.contains(.launchContext(.patient)))
        #expect(!set.contains(.launch))
    }
}

@Suite struct `SCP-4 Union and normal form` {
    @Test(arguments: [
        ("user/Patient.r user/Patient.s", "user/Patient.rs"), ("user/Patient.s user/Patient.r", "user/Patient.rs"),
        ("user/Patient.r user/*.rs", "user/*.rs"), ("user/Patient.rs user/*.r", "user/Patient.s user/*.r"),
        ("user/Patient.read user/Patient.write", "user/Patient.*"),
        ("user/Patient.read user/Patient.r", "user/Patient.rs"),
        ("user/Patient.* user/*.r", "user/Patient.* user/*.r"), ("user/Patient.read user/*.cruds", "user/*.cruds"),
        ("user/Patient.r patient/Patient.r", "user/Patient.r patient/Patient.r"),
        ("user/Patient.r?_id=1 user/Patient.s?_id=1", "user/Patient.rs?_id=1"),
        ("user/Patient.r?_id=1,2 user/Patient.s?_id=2,1", "user/Patient.rs?_id=1,2"),
        ("user/Patient.r?_id=1&_tag=x user/Patient.s?_tag=x&_id=1", "user/Patient.rs?_id=1&_tag=x"),
        // Letters are merged only under equal constraints.
        ("user/Patient.r?_id=1 user/Patient.s?_id=2", "user/Patient.r?_id=1 user/Patient.s?_id=2"),
        ("user/Patient.r?_id=1 user/Patient.s", "user/Patient.r?_id=1 user/Patient.s"),
        ("user/Patient.r?_id=1 user/Patient.r", "user/Patient.r"), ("user/Patient.r?_id=1 user/*.r", "user/*.r"),
        ("user/Patient.r?_id=1 user/Patient.r?_id=1,2", "user/Patient.r?_id=1,2"),
        ("openid user/Patient.r openid user/Patient.s", "openid user/Patient.rs"),
    ])
    func `the shortest text of the same meaning`(written: String, shortest: String) {
        #expect(ScopeSet(parsing: written).normalForm.text == shortest)
    }

    @Test func `a union keeps order and drops repeats`() {
        let union = ScopeSet(parsing: "openid user/Patient.r").union(ScopeSet(parsing: "fhirUser openid"))
        #expect(union.text == "openid user/Patient.r fhirUser")
    }
}

/// One line of a table: allowed minus denied is kept, beside what stays a deny.
struct SubtractionCase: Sendable, CustomTestStringConvertible {
    let allowed: String
    let denied: String
    let kept: String
    var denies = ""
    var testDescription: String { "\(allowed) − \(denied)" }
}

@Suite struct `Deny overrides allow` {
    @Test(arguments: [
        SubtractionCase(allowed: "user/Patient.cruds", denied: "user/Patient.d", kept: "user/Patient.crus"),
        SubtractionCase(allowed: "user/Patient.rs", denied: "user/*.cruds", kept: ""),
        SubtractionCase(allowed: "patient/Patient.rs", denied: "user/Patient.s", kept: "patient/Patient.r"),
        SubtractionCase(allowed: "user/Patient.read", denied: "user/Patient.s", kept: "user/Patient.r"),
        SubtractionCase(allowed: "user/Patient.read", denied: "user/Patient.c", kept: "user/Patient.read"),
        SubtractionCase(
            allowed: "user/Patient.rs?_id=1", denied: "user/Patient.r?_id=1,2", kept: "user/Patient.s?_id=1"),
        SubtractionCase(allowed: "openid launch", denied: "launch user/*.r", kept: "openid"),
        // What takes only a part stays a deny.
        SubtractionCase(
            allowed: "user/*.cruds", denied: "user/Observation.d", kept: "user/*.cruds", denies: "user/Observation.d"),
        SubtractionCase(
            allowed: "user/Patient.rs", denied: "user/Patient.rs?_security=V", kept: "user/Patient.rs",
            denies: "user/Patient.rs?_security=V"),
        SubtractionCase(
            allowed: "user/Patient.rs", denied: "patient/Patient.r", kept: "user/Patient.rs",
            denies: "patient/Patient.r"),
        SubtractionCase(
            allowed: "user/Patient.rs?_id=1", denied: "user/Patient.r?_id=2", kept: "user/Patient.rs?_id=1",
            denies: "user/Patient.r?_id=2"),
        // What meets nothing is gone, and system stands apart.
        SubtractionCase(allowed: "user/Patient.rs", denied: "user/Patient.d?_id=1", kept: "user/Patient.rs"),
        SubtractionCase(allowed: "system/Patient.rs", denied: "user/*.cruds", kept: "system/Patient.rs"),
        SubtractionCase(allowed: "auth/Client.rs", denied: "user/*.cruds system/*.cruds", kept: "auth/Client.rs"),
        SubtractionCase(allowed: "auth/Client.rs", denied: "auth/Client.s", kept: "auth/Client.r"),
    ])
    func `exact where it can be, else kept as a deny`(line: SubtractionCase) {
        let (kept, denies) = ScopeSet(parsing: line.allowed).subtracting(ScopeSet(parsing: line.denied))
        #expect(kept.text == line.kept)
        #expect(denies.text == line.denies)
    }
}

@Suite struct `SCP-4 nothing is in a scope set twice` {
    @Test(arguments: [1, 8, 9, 30])
    func `few or many, in their order`(count: Int) {
        let scopes = FHIRResourceTypes.names.sorted().prefix(count).map { "user/\($0).rs" }
        #expect(scopes.count == count)
        let text = scopes.joined(separator: " ")
        let twice = ScopeSet(parsing: text + " " + text)
        #expect(twice.text == text && twice.rejected.isEmpty)
        #expect(twice.union(twice).text == text)
    }
}
