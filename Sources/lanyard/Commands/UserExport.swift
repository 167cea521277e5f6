import Crypto
import Encoding
import HTTP

extension Command {
    static let userExport = Command(
        "user export", "write people with their groups and roles as lines of JSON",
        arguments: [.recordFile],
        options: [
            .flag("with-password-hashes", "the hashes of their passwords too: whoever has them can guess at home")
        ] + Option.administration,
        notes: [
            "The file is its owner's alone (mode 0600). The hashes leave by the local socket only, and it is recorded."
        ]
    ) { invocation in
        let query = invocation.flag("with-password-hashes") ? "?password_hashes=true" : ""
        let users = try await invocation.administration().list("/admin/v1/user-records" + query, "users")
        try invocation.writeRecords(users)
    }

    static let grantExport = Command(
        "grant export", "write what people allowed apps, and can still be used, as lines of JSON",
        arguments: [.recordFile], options: Option.administration,
        notes: [
            "No token is in it, and none can move: they are kept as hashes. At another server each app asks once again."
        ]
    ) { invocation in
        let grants = try await invocation.administration().list("/admin/v1/grant-records", "grants")
        try invocation.writeRecords(grants)
    }
}

extension Argument {
    static let recordFile = Argument("FILE|-", "where to, - for standard output")
}

extension Invocation {
    /// One line for each.
    fileprivate func writeRecords(_ records: [JSON]) throws(CommandFailure) {
        let lines = records.map { SafeText.json($0.text) + "\n" }.joined()
        let path = try argument(0)
        guard path != "-" else { return console.write(lines) }
        do throws(PrivateFile.Failure) {
            try PrivateFile.write(Array(lines.utf8), to: path)
        } catch {
            throw .failed("\(error)")
        }
        answer(["file": .string(path), "records": .integer(Int64(records.count))]) { _ in
            SafeText.line("\(path): \(records.count) lines") + "\n"
        }
    }
}
