package import Encoding
import SMART

/// Reads a policy file, strictly: what is not understood is a problem, and all problems are found at once.
package struct PolicyReader: Sendable {
    /// Whether a text is a range of addresses in CIDR notation.
    private let isNetwork: @Sendable (String) -> Bool

    package static let longestFile = 1 << 18

    package init(isNetwork: @escaping @Sendable (String) -> Bool) { self.isNetwork = isNetwork }

    /// `file` names the document in the problems.
    package func read(_ bytes: [UInt8], file: String) throws(PolicyProblems) -> RolePolicy {
        guard bytes.count <= Self.longestFile else { throw Self.problem(file, "is larger than 256 kB") }
        let json: JSON
        do throws(JSONError) {
            json = try JSON(parsing: bytes)
        } catch {
            throw Self.problem(file, "is not JSON at octet \(error.offset): \(error.reason)")
        }
        return try read(json, file: file)
    }

    package func read(_ json: JSON, file: String) throws(PolicyProblems) -> RolePolicy {
        guard let object = json.objectValue else { throw Self.problem(file, "must be a JSON object") }
        var reader = MemberReader(object)
        let role = reader.required("role", "lower-case letters, digits and inner hyphens") { json in
            json.stringValue.flatMap(RoleName.init)
        }
        let version = reader.required("version", "a number from 1") { json in
            json.integerValue.flatMap { $0 >= 1 ? $0 : nil }
        }
        let title = reader.required("title", "a text", MemberReader.line)
        let description = reader.required("description", "a text", MemberReader.line)
        let holderNames = Holder.allCases.map(\.rawValue).joined(separator: ", ")
        let holders = reader.limit("holders", holderNames, Holder.init(rawValue:))
        let extends = reader.list("extends", "the names of roles", most: ResolvedRole.mostRoles, RoleName.init)
        let parameters = parameters(&reader)
        let requires = requirements(&reader)
        let rules = RuleReader.rules(&reader)
        let tests = TestReader.tests(&reader)
        reader.finish()
        guard reader.problems.isEmpty, let role, let version, let title, let description else {
            throw PolicyProblems(
                reader.problems.map { PolicyProblem(file: file, member: $0.member, reason: $0.reason) })
        }
        return RolePolicy(
            role: role, version: version, title: title, description: description, holders: holders, extends: extends,
            parameters: parameters, requires: requires, rules: rules, tests: tests)
    }

    /// `{"clinic": "Organization"}`
    private func parameters(_ reader: inout MemberReader) -> [RoleParameter] {
        guard let object = reader.value("parameters", "an object of names and types", \.objectValue) else { return [] }
        return object.members.compactMap { member in
            let path = "parameters.\(member.name)"
            guard Variables.isName(member.name), !Variables.builtIn.contains(member.name) else {
                reader.refuse(path, "is not a name that a parameter can have")
                return nil
            }
            guard let type = member.value.stringValue, type == "text" || FHIRResourceTypes.contains(type) else {
                reader.refuse(path, "must be a FHIR resource type, or text")
                return nil
            }
            return RoleParameter(name: member.name, kind: type == "text" ? .text : .reference(type))
        }
    }

    /// `{"mfa": true, "networks": ["10.0.0.0/8"]}`
    private func requirements(_ reader: inout MemberReader) -> Requirements {
        guard let object = reader.value("requires", "an object", \.objectValue) else { return .none }
        var inner = MemberReader(object, path: "requires")
        let isMultiFactor = inner.value("mfa", "true or false", \.boolValue) ?? false
        let networks = inner.limit("networks", "ranges of addresses such as 10.0.0.0/8") { isNetwork($0) ? $0 : nil }
        inner.finish()
        reader.add(inner.problems)
        return Requirements(isMultiFactor: isMultiFactor, networks: networks)
    }

    private static func problem(_ file: String, _ reason: String) -> PolicyProblems {
        PolicyProblems([PolicyProblem(file: file, member: "", reason: reason)])
    }
}
