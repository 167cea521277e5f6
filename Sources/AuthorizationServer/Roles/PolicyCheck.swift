package import Encoding
package import Policy
import Storage

/// Policy files looked at together: all that is wrong with them, and all that is most likely not meant. What stands in the
/// way of a start, and what `lanyard policy check` prints.
package struct PolicyCheck: Sendable {
    package let problems: [PolicyProblem]
    package let warnings: [PolicyProblem]
    /// The files' own policies.
    package let policies: [PolicySet.NamedPolicy]
    /// All policies together, their tests not counted; nil where they cannot be read or do not fit together.
    package let set: PolicySet?

    package init(_ files: [PolicyFile]) { self.init(files, over: []) }

    /// Over the policies that are stored, which files for the same roles would replace.
    init(_ files: [PolicyFile], over stored: [StoredRolePolicy]) {
        var problems: [PolicyProblem] = []
        policies = Self.read(files, &problems)
        let replaced = Set(policies.map(\.policy.role.value))
        let others = stored.filter { !replaced.contains($0.role) }
            .map { PolicyFile(name: $0.role, content: Array($0.document.utf8)) }
        let all = policies + Self.read(others, &problems)
        // With a file missing, what is said of the others would be wrong.
        set = problems.isEmpty ? Self.together(all, &problems) : nil
        if let set {
            for (file, policy) in all {
                problems += set.failedTests(of: policy).map {
                    PolicyProblem(file: file, member: "tests[\($0.index)]", reason: $0.text)
                }
            }
        }
        self.problems = problems
        warnings = set.map { [policies] set in PolicyLint(policies, set).warnings } ?? []
    }

    /// What keeps the files from being read and held together. Their tests, which take longer, run where something is changed.
    package static func reading(_ files: [PolicyFile]) -> [PolicyProblem] {
        var problems: [PolicyProblem] = []
        let policies = read(files, &problems)
        if problems.isEmpty { _ = together(policies, &problems) }
        return problems
    }

    private static func read(_ files: [PolicyFile], _ problems: inout [PolicyProblem]) -> [PolicySet.NamedPolicy] {
        var policies: [PolicySet.NamedPolicy] = []
        for file in files {
            do throws(PolicyProblems) {
                policies.append((file.name, try RoleBook.reader.read(file.content, file: file.name)))
            } catch {
                problems += error.list
            }
        }
        return policies
    }

    private static func together(
        _ policies: [PolicySet.NamedPolicy], _ problems: inout [PolicyProblem]
    ) -> PolicySet? {
        do throws(PolicyProblems) {
            return try PolicySet(stored: policies)
        } catch {
            problems += error.list
            return nil
        }
    }

    /// `{"problems": [{"file", "member", "reason"}], "warnings": […]}`.
    package var json: JSONObject {
        ["problems": .array(problems.map(Self.json)), "warnings": .array(warnings.map(Self.json))]
    }

    private static func json(_ problem: PolicyProblem) -> JSON {
        ["file": .string(problem.file), "member": .string(problem.member), "reason": .string(problem.reason)]
    }
}
