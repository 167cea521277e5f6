import AuthorizationServer
import Encoding
import Storage

extension Command {
    static let restore = Command(
        "restore", "put a copy of the database in the place of the one that was",
        arguments: [Argument("FILE", "a copy that lanyard backup made")],
        options: [
            .config, .json, .flag("verify", "only check the copy, in full, and change nothing"),
            .flag("replace", "replace the database that is there; it is kept beside under another name"),
        ],
        notes: [
            "Stop the server first. What was used, revoked or withdrawn since the copy was made, the copy does not know: so all",
            "sign-ins, grants, refresh tokens, codes, launches, remembered consents and registration tokens of the copy end with",
            "the restore. Clients, people, passwords, roles and the audit record are as they were when the copy was made.",
        ]
    ) { invocation in
        let file = try invocation.argument(0)
        do {
            let report = try DatabaseReport(of: file, depth: .thorough)
            guard report.isSound else {
                throw CommandFailure.failed("\(file) is damaged", details: report.troubles)
            }
            if invocation.flag("verify") {
                return invocation.answer(.object(report.json)) { _ in report.text + "the copy is sound\n" }
            }
            let aside = try replace(try invocation.settings().configuration.databasePath, with: file, invocation)
            var answer = report.json
            answer["replaced"] = aside.map { .string($0) }
            invocation.answer(.object(answer)) { _ in report.text + afterwards(aside) }
        } catch {
            throw StartFailure.failure(of: error)
        }
    }

    /// Answers where the old database is kept; nil where there was none.
    private static func replace(_ path: String, with file: String, _ invocation: Invocation) throws -> String? {
        let restore = try DatabaseRestore(path: path)
        let isReplacing = restore.replacesDatabase
        guard !isReplacing || invocation.flag("replace") else {
            throw CommandFailure.failed("\(path) is there: use --replace to set it aside")
        }
        let clock = Clock.system
        let aside = freeName(path, clock.now)
        do {
            let progress = PageProgress("restoring", invocation.console)
            try restore.stage(
                file, options: .usual, progress: progress.report,
                prepare: RestoredDatabase.prepare(from: file, clock: clock))
        } catch {
            restore.removeStaging()
            throw error
        }
        try restore.commit(aside: aside)
        return isReplacing ? aside : nil
    }

    /// What was kept before is not written over.
    private static func freeName(_ path: String, _ now: Int64) -> String {
        var (name, count) = ("\(path).replaced-\(now)", 1)
        while FileAccess.status(name) != nil {
            count += 1
            name = "\(path).replaced-\(now)-\(count)"
        }
        return name
    }

    private static func afterwards(_ aside: String?) -> String {
        let kept = aside.map { "the database that was there is kept as \(SafeText.line($0))\n" } ?? ""
        return kept + """
            restored: everybody signs in again, and every app asks again
            What was changed since the copy was made is to be done again: passwords set, people and clients disabled, client
            secrets rotated or revoked, roles taken away. An export of the audit record, if there is one, tells what that was.

            """
    }
}
