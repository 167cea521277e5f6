import AuthorizationServer
import Encoding
import HTTP
import Policy

extension Argument {
    static let policyFiles = Argument("DIR|FILE", "a policy file, or a folder with one for each role", .repeated)
    static let policyFolder = Argument("DIR", "a folder with a policy file for each role")
    static let role = Argument("ROLE", "the name of a role")
}

extension Option {
    static let reason = Option.value("reason", "TEXT", "why, for the history and the audit record", required: true)
}

extension Invocation {
    /// The files that all arguments name.
    func policyFiles() throws(CommandFailure) -> [PolicyFile] {
        var files: [PolicyFile] = []
        for path in arguments { files += try policyFiles(path) }
        return files
    }

    /// Those of a folder, or the one file.
    func policyFiles(_ path: String) throws(CommandFailure) -> [PolicyFile] {
        do throws(PolicyFolder.Failure) {
            return FileAccess.status(path)?.isDirectory == true
                ? try PolicyFolder.files(in: path) : [try PolicyFolder.file(path)]
        } catch {
            throw .failed(error.reason)
        }
    }

    /// The files of a folder, as the administration API takes them.
    func policyUpload(_ folder: String, overwrites: Bool = false) throws(CommandFailure) -> JSON {
        var files: [JSON] = []
        for file in try policyFiles(folder) {
            guard let content = String(strictUTF8: file.content) else {
                throw .failed("\(file.name): is not text in UTF-8")
            }
            files.append(["name": .string(file.name), "content": .string(content)])
        }
        return overwrites ? ["files": .array(files), "overwrite": true] : ["files": .array(files)]
    }

    /// A role's policy as it is, or was at a revision: `{"policy", …}`.
    func rolePolicy(_ role: String, revision: Int64? = nil) async throws -> JSON {
        let path = "/admin/v1/role-policies/" + PathSegment.encode(role)
        return try await administration().send(.get, path + (revision.map { "/history/\($0)" } ?? ""))
    }

    /// A number that stands as an argument or option.
    func revision(_ text: String) throws(CommandFailure) -> Int64 {
        guard let number = Int64(text), number > 0 else {
            throw .usage("\"\(text)\" is no revision: it must be a number, as policy history shows it")
        }
        return number
    }
}

extension PolicyCheck {
    /// What was found wrong, as a failure with a line for each; the warnings go to the people at once.
    func requireSound(_ invocation: Invocation, otherwise exitCode: ExitCode = .failed) throws(CommandFailure) {
        for warning in warnings { invocation.console.note("warning: \(SafeText.line(warning.description))\n") }
        guard !problems.isEmpty else { return }
        throw CommandFailure(
            exitCode: exitCode,
            message: problems.count == 1
                ? "the policies have a problem" : "the policies have \(problems.count) problems",
            details: problems.map { "  " + SafeText.line($0.description) })
    }
}
