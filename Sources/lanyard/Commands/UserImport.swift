import Encoding
import HTTP

extension Command {
    static let userImport = Command(
        "user import", "bring people in from lines of JSON, as user export writes them",
        arguments: [Argument("FILE|-", "one record in each line, or - for standard input")],
        options: [.flag("strict", "one wrong line, and nobody is brought in")] + Option.administration,
        notes: [
            "Who is there already, by username or sub, is brought up to date; a second import changes nothing. Patients,",
            "groups and roles that a record leaves out stay. Somebody new without a password_hash has a password that nobody",
            "knows: see user set-password. A wrong line is named with its number, and the exit code says so.",
        ]
    ) { invocation in try await UserImporting(invocation).run() }
}

/// One run of `user import`.
private struct UserImporting {
    private struct Line {
        let number: Int
        let json: JSON
    }

    private let invocation: Invocation
    private let administration: AdministrationClient
    private var lines: [Line] = []
    private var wrong: [String] = []
    private var counts: [String: Int64] = [:]

    private static let batch = 200

    init(_ invocation: Invocation) throws {
        self.invocation = invocation
        administration = try invocation.administration()
        let content = try invocation.console.read(try invocation.argument(0))
        let all = content.split(separator: 0x0A, omittingEmptySubsequences: false)
        for (index, line) in all.enumerated() where !line.allSatisfy({ $0 == 0x20 || $0 == 0x0D }) {
            do throws(JSONError) {
                lines.append(Line(number: index + 1, json: try JSON(parsing: Array(line))))
            } catch {
                wrong.append("line \(index + 1): is not JSON at octet \(error.offset): \(error.reason)")
            }
        }
    }

    func run() async throws {
        var importing = self
        if invocation.flag("strict") {
            try await importing.send(isCheck: true)
            guard importing.wrong.isEmpty else {
                throw CommandFailure.failed(
                    "nobody was brought in: \(importing.wrong.count) lines are wrong",
                    details: importing.wrong.map { "  " + SafeText.line($0) })
            }
            importing = self
        }
        try await importing.send(isCheck: false)
        importing.report()
        guard importing.wrong.isEmpty else {
            throw CommandFailure.failed(
                "\(importing.wrong.count) lines were left out",
                details: importing.wrong.map { "  " + SafeText.line($0) })
        }
    }

    private mutating func send(isCheck: Bool) async throws {
        for start in stride(from: 0, to: lines.count, by: Self.batch) {
            let part = lines.dropFirst(start).prefix(Self.batch)
            let answer = try await administration.send(
                .post, "/admin/v1/user-records", ["users": .array(part.map(\.json)), "check": .bool(isCheck)])
            for (line, result) in zip(part, answer["results"]?.arrayValue ?? []) { add(result, line.number) }
            invocation.console.note(
                "\(isCheck ? "checked" : "imported") \(start + part.count) of \(lines.count)\n")
        }
    }

    private mutating func add(_ result: JSON, _ number: Int) {
        if let outcome = result["outcome"]?.stringValue { counts[outcome, default: 0] += 1 }
        for error in result["errors"]?.arrayValue ?? [] {
            let (member, reason) = (error["member"]?.stringValue ?? "", error["reason"]?.stringValue ?? "")
            wrong.append("line \(number): " + (member.isEmpty ? reason : "\(member): \(reason)"))
        }
    }

    private func report() {
        let names = ["added", "updated", "unchanged"]
        let answer = JSON.object(JSONObject(names.map { ($0, .integer(counts[$0] ?? 0)) }))
        invocation.answer(answer) { _ in names.map { "\(counts[$0] ?? 0) \($0)" }.joined(separator: ", ") + "\n" }
    }
}
