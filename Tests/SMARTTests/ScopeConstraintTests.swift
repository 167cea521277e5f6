import Testing

@testable import SMART

@Suite struct `SCP-7 and SCP-8 Finer-grained constraints` {
    @Test(arguments: [
        "code:in=http://example.org/vs", "code:not=a", "code:below=a", "subject:missing=maybe",
        "subject:missing=true,false",
        "subject:Patient=1", ":missing=true", "subject:=a", "subject:missing:x=true", "patient.name=x",
        "_has:Observation:patient:code=1", "_has=1", "_include=a", "_revinclude=a", "_filter=name eq x", "_sort=a",
        "_count=1", "_summary=true", "_elements=a", "_query=a", "_list=a", "_text=a", "_unknown=a", "9=a", "a b=c",
        "a%2Eb=c", "-a=b",
    ])
    func `what a resource server could not enforce is refused`(constraint: String) {
        #expect(ScopeConstraint(constraint) == nil)
        #expect(Scope("user/Observation.rs?\(constraint)") == nil)
    }

    @Test(arguments: [
        "category=a%2Cb", "category=a%2cb", "category=a%5C,b", "category=%5C%2C", "category=%00", "category=a%0Ab",
        "category=%7F", "category=%", "category=%4", "category=%zz", "category=%FF", "category=%clinic", "category=%",
    ])
    func `a value that two readers would split differently is refused`(constraint: String) {
        #expect(ScopeConstraint(constraint) == nil)
    }

    @Test(arguments: [
        ("category=http%3A%2F%2Fx%7Clab", "category=http://x|lab"), ("name=%41", "name=A"),
        ("name=a%20b", "name=a%20b"),
        ("name=a%26b", "name=a%26b"), ("name=a%2bb", "name=a%2Bb"), ("name=a+b", "name=a%2Bb"),
        ("name=%c3%a9", "name=%C3%A9"), ("name=a,a,b", "name=a,b"), ("name=50%25", "name=50%25"),
        ("name=%22", "name=%22"), ("category=b,a", "category=b,a"), ("status=x&category=a", "status=x&category=a"),
    ])
    func `one value has one spelling`(written: String, printed: String) throws {
        let constraint = try #require(ScopeConstraint(written))
        #expect(constraint.text == printed)
        #expect(ScopeConstraint(printed) == constraint)
    }

    @Test func `values are compared by octets, never by canonical equivalence`() throws {
        let kelvin = try #require(ResourceScope("user/Patient.r?name=%E2%84%AA"))
        let letter = try #require(ResourceScope("user/Patient.r?name=K"))
        #expect(kelvin != letter)
        #expect(!kelvin.isWithin(letter, reading: .ceiling))
    }

    @Test func `a structured value stays one value`() throws {
        let clause = try #require(ScopeParameter(name: "organization", literals: ["C7&category=x", "50% +"]))
        #expect(clause.text == "organization=C7%26category=x,50%25%20%2B")
        #expect(clause.literals == ["C7&category=x", "50% +"])
        let constraint = try #require(ScopeConstraint([clause]))
        #expect(ScopeConstraint(constraint.text) == constraint)
        #expect(ScopeParameter(name: "organization", literals: []) == nil)
        #expect(ScopeParameter(name: "organization", literals: ["a", ""]) == nil)
        #expect(ScopeParameter(name: "organization", literals: ["a,b"]) == nil)
    }

    @Test(arguments: [
        // Both stay: a resource may have both categories.
        ("category=a", "category=b", "category=a&category=b"),
        ("category=a,b", "category=b,c", "category=a,b&category=b,c"),
        // The narrower list is enough.
        ("category=a,b", "category=a", "category=a"), ("category=a", "category=a,b", "category=a"),
        ("category=a", "category=a", "category=a"), ("category=a,b", "category=b,a", "category=a,b"),
        ("category=a", "status=x", "category=a&status=x"),
        ("category=a&status=x,y", "status=x", "category=a&status=x"),
        ("category=a&status=x", "category=a", "category=a&status=x"),
        ("subject:missing=true", "subject=Patient/1", "subject:missing=true&subject=Patient/1"),
    ])
    func `a conjunction is both, shortest`(one: String, other: String, both: String) throws {
        let first = try #require(ScopeConstraint(one))
        let second = try #require(ScopeConstraint(other))
        #expect(first.conjoined(with: second)?.text == both)
        #expect(second.conjoined(with: first) == first.conjoined(with: second))
    }

    @Test func `a conjunction over the bounds is no constraint and no grant`() throws {
        func clauses(_ prefix: String) -> String { (0..<6).map { "\(prefix)\($0)=1" }.joined(separator: "&") }
        let one = try #require(ResourceScope("user/Patient.r?\(clauses("a"))"))
        let other = try #require(ResourceScope("user/Patient.r?\(clauses("b"))"))
        #expect(one.intersection(other, reading: .role) == nil)
        let sets = (ScopeSet([.resource(one)]), ScopeSet([.resource(other)]))
        #expect(sets.0.intersection(sets.1, reading: .role).isEmpty)
        #expect(ScopeConstraint((0..<11).map { "a\($0)=1" }.joined(separator: "&")) == nil)
        #expect(ScopeConstraint("a=" + (0..<101).map(String.init).joined(separator: ",")) == nil)
        func long(_ count: Int) -> String { "a=" + String(repeating: "x", count: count - 2) }
        #expect(ScopeConstraint(long(1984))?.text == long(1984))
        #expect(ScopeConstraint(long(1985)) == nil)
    }
}
