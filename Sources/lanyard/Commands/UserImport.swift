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
            "knows: see user set-password. A wrong line is named with its number and why, and the exit code is 1.",
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
    /// Lines that are not blank.
    private var read = 0
    private var refused = 0
    /// Why, line by line.
    private var wrong: [String] = []
    private var counts: [String: Int64] = [:]

    private static let batch = 200

    init(_ invocation: Invocation) throws {
        self.invocation = invocation
        administration = try invocation.administration()
        let content = try invocation.console.read(try invocation.argument(0))
        let all = content.split(separator: 0x0A, omittingEmptySubsequences: false)
        for (index, line) in all.enumerated() where !line.allSatisfy({ $0 == 0x20 || $0 == 0x0D }) {
            read += 1
            do throws(JSONError) {
                lines.append(Line(number: index + 1, json: try JSON(parsing: Array(line))))
            } catch {
                refuse(index + 1, ["is not JSON at octet \(error.offset): \(error.reason)"])
            }
        }
    }

    func run() async throws {
        var importing = self
        if invocation.flag("strict") {
            try await importing.send(isCheck: true)
            guard importing.refused == 0 else {
                importing.counts = [:]
                importing.report()
                throw importing.failure("nobody was brought in")
            }
            importing = self
        }
        try await importing.send(isCheck: false)
        importing.report()
        guard importing.refused == 0 else { throw importing.failure("not everybody was brought in") }
    }

    private func failure(_ outcome: String) -> CommandFailure {
        .failed(
            "\(outcome): \(refused) \(refused == 1 ? "line is" : "lines are") wrong",
            details: wrong.map { "  " + SafeText.line($0) })
    }

    private mutating func send(isCheck: Bool) async throws {
        for start in stride(from: 0, to: lines.count, by: Self.batch) {
            let part = lines.dropFirst(start).prefix(Self.batch)
            let answer = try await administration.send(
                .post, "/admin/v1/user-records", ["users": .array(part.map(\.json)), "check": .bool(isCheck)])
            let results = answer["results"]?.arrayValue ?? []
            guard results.count == part.count else {
                throw CommandFailure.failed("the server's answer has not one result for each line")
            }
            for (line, result) in zip(part, results) { add(result, line.number) }
            // Not all that was sent was taken: the counts at the end say what became of it.
            invocation.console.note("\(isCheck ? "checked" : "sent") \(start + part.count) of \(lines.count)\n")
        }
    }

    private mutating func add(_ result: JSON, _ number: Int) {
        if let outcome = result["outcome"]?.stringValue { return counts[outcome, default: 0] += 1 }
        let reasons = (result["errors"]?.arrayValue ?? []).map { error in
            let (member, reason) = (error["member"]?.stringValue ?? "", error["reason"]?.stringValue ?? "")
            return member.isEmpty ? reason : "\(member): \(reason)"
        }
        refuse(number, reasons.isEmpty ? ["was refused"] : reasons)
    }

    private mutating func refuse(_ number: Int, _ reasons: [String]) {
        refused += 1
        wrong += reasons.map { "line \(number): \($0)" }
    }

    private func report() {
        let outcomes = ["added", "updated", "unchanged"].map { ($0, counts[$0] ?? 0) }
        let figures = [("read", Int64(read))] + outcomes + [("refused", Int64(refused))]
        invocation.answer(.object(JSONObject(figures.map { ($0, .integer($1)) }))) { _ in
            figures.map { "\($1) \($0)" }.joined(separator: ", ") + "\n"
        }
    }
}
