import Encoding
import SMART

/// Reads the tests of a policy file.
enum TestReader {
    /// They are run wherever a policy is put in place, and each may compile it several times.
    private static let mostTests = 200

    static func tests(_ reader: inout MemberReader) -> [RoleTest] {
        guard let items = reader.value("tests", "a list of tests", \.arrayValue) else { return [] }
        guard items.count <= mostTests else {
            reader.refuse("tests", "has more than \(mostTests) tests")
            return []
        }
        var tests: [RoleTest] = []
        for (index, item) in items.enumerated() {
            guard let object = item.objectValue else {
                reader.refuse("tests[\(index)]", "must be an object")
                continue
            }
            var inner = MemberReader(object, path: "tests[\(index)]")
            let test = test(&inner)
            inner.finish()
            reader.add(inner.problems)
            if let test { tests.append(test) }
        }
        return tests
    }

    private static func test(_ reader: inout MemberReader) -> RoleTest? {
        let expectations = RoleTest.Expectation.allCases.map(\.rawValue).joined(separator: ", ")
        let scopes = reader.required("scopes", "scopes between spaces") { json in
            json.stringValue.flatMap { ScopeSet(parsing: $0).rejected.isEmpty ? $0 : nil }
        }
        let request = reader.required(
            "request", "a FHIR request such as GET Patient/1, or an auth/ scope", MemberReader.line)
        let expect = reader.required("expect", "one of \(expectations)") { json in
            json.stringValue.flatMap(RoleTest.Expectation.init(rawValue:))
        }
        let test = RoleTest(
            scopes: scopes ?? "", request: request ?? "", expect: expect ?? .deny,
            roles: reader.list("roles", "the names of roles", RoleName.init), parameters: parameters(&reader),
            patient: reader.value("patient", "the id of a patient") { $0.stringValue.flatMap(FHIRID.init)?.value },
            fhirUser: reader.value("fhirUser", "a reference such as Practitioner/9") { json in
                json.stringValue.flatMap(FHIRUser.init)?.relative
            },
            purpose: reader.value("purpose", "a purpose of use") { json in
                json.stringValue.flatMap(PurposeOfUse.init(rawValue:))
            },
            criteria: reader.text("criteria"), hide: reader.value("hide", "a list of elements", \.strings),
            readonly: reader.value("readonly", "a list of elements", \.strings),
            reason: reader.value("reason", "a reason") { json in json.stringValue.flatMap(DenialReason.init(rawValue:))
            })
        return scopes == nil || request == nil || expect == nil ? nil : test
    }

    private static func parameters(_ reader: inout MemberReader) -> [String: [String]] {
        guard let object = reader.value("parameters", "an object of names and values", \.objectValue) else {
            return [:]
        }
        var values: [String: [String]] = [:]
        for member in object.members {
            guard let texts = member.value.stringValue.map({ [$0] }) ?? member.value.strings else {
                reader.refuse("parameters.\(member.name)", "must be a text or a list of texts")
                continue
            }
            values[member.name] = texts
        }
        return values
    }
}
