import Encoding

/// What the administration API answered, in either way.
struct AdministrationAnswer: Sendable {
    let status: Int
    let body: [UInt8]

    /// The body of a success; a problem document (RFC 9457) as the failure it tells.
    func json() throws(CommandFailure) -> JSON {
        let json = body.isEmpty ? JSON.null : try? JSON(parsing: body)
        guard (200...299).contains(status) else { throw failure(json ?? .null) }
        guard let json else { throw .failed("the server's answer is not JSON") }
        return json
    }

    /// Where no endpoint answered, the server says why in a line of text.
    private var plainMessage: String {
        let line = String(decoding: body.prefix(200).prefix { $0 != 0x0A }, as: UTF8.self)
        return line.isEmpty || line.hasPrefix("<") ? "the server answered \(status)" : "\(line) (status \(status))"
    }

    private func failure(_ problem: JSON) -> CommandFailure {
        let message = problem["detail"]?.stringValue ?? problem["title"]?.stringValue ?? plainMessage
        let details = (problem["errors"]?.arrayValue ?? []).map { error in
            let (member, reason) = (error["member"]?.stringValue ?? "", error["reason"]?.stringValue ?? "")
            return "  " + SafeText.line(member.isEmpty ? reason : "\(member): \(reason)")
        }
        let exitCode: ExitCode = status == 503 ? .unavailable : .failed
        return CommandFailure(exitCode: exitCode, message: message, details: details)
    }
}
