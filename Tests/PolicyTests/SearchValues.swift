import Testing

@testable import Policy

@Suite struct `Policy: a deny is taken for unmet only by a value that no server finds by it` {
    private static let system = "http://example.org/cs"

    private func isUnmet(_ criterion: String, _ values: [String]) throws -> Bool {
        let token = try Token(
            "user/*.cruds", RoleFile("one", allow("user/Task.r"), deny("user/Task.r?x=\(criterion)")))
        return token.permits(Ask.read("Task/1"), ["x": values])
    }

    @Test(
        arguments: [
            // criterion, values
            ("V", ["\(system)|R"]), ("V", ["\(system)|VIP"]), ("\(system)|V", ["\(system)|R", "\(system)|VIP"]),
            ("\(system)|V", ["urn:oid:1.2.3|V"]), ("Patient/5", ["Patient/6"]), ("Patient/5", ["Group/5"]),
            ("5", ["Patient/6"]), ("V", []), ("V,W", ["\(system)|R"]),
        ] as [(String, [String])])
    func `tokens with a system and plain references, and nothing at all`(criterion: String, values: [String]) throws {
        #expect(try isUnmet(criterion, values))
    }

    @Test(
        arguments: [
            // The same, spelt differently
            ("V", ["\(system)|V"]), ("V", ["v"]), ("V", ["\(system)|v"]), ("\(system)|V", ["V"]),
            ("\(system)|", ["\(system)|R"]), ("\(system)", ["\(system)|1.0"]), ("5", ["Patient/5"]),
            ("Patient/5", ["patient/5"]), ("Patient/5", ["5"]), ("V", ["\(system)|R", "\(system)|V"]),
            ("V,W", ["\(system)|W"]), ("Questionnaire/5", ["http://a.example/Questionnaire/5|1.0"]),
            // Strings by their beginning, dates and numbers by a range, references by address or version
            ("smi", ["Smith"]), ("smith", ["Smith|Jones"]), ("smith", ["Jones"]), ("2024", ["2024-05-01"]),
            ("ge2024", ["2024-05-01"]), ("5", ["5.0"]), ("gt5", ["6"]), ("5.4", ["5.40|http://unitsofmeasure.org|mg"]),
            ("Patient/5", ["Patient/5/_history/2"]), ("Patient/5", ["http://a.example/Patient/5"]),
            ("Patient/5/_history/2", ["Patient/6"]), ("http://a.example/Patient/5", ["Patient/6"]),
            ("pat", ["Patient/6"]), ("V", ["R"]), ("V", ["|R"]), ("\(system)|V", ["R"]),
            ("\(system)|1$gt5", ["\(system)|1$6"]), ("\(system)|V", ["Patient/6"]),
        ] as [(String, [String])])
    func `anything else stays open`(criterion: String, values: [String]) throws {
        #expect(try !isUnmet(criterion, values))
    }

    @Test func `an allow is met by nothing but the very value`() throws {
        let token = try Token("user/*.cruds", RoleFile("one", allow("user/Task.r?x=V")))
        #expect(token.permits(Ask.read("Task/1"), ["x": ["V"]]))
        for value in ["v", "\(Self.system)|V", "R"] { #expect(token.refuses(Ask.read("Task/1"), ["x": [value]])) }
    }
}
