import AuthorizationServer
import Encoding
import Storage

extension Command {
    static let migrate = Command(
        "migrate", "bring the database to the schema of this program, as the start of the server would",
        options: [
            .config, .json, .flag("dry-run", "only say what would be done"),
            .flag("without-copy", "make no copy of the database before it is changed"),
        ],
        notes: [
            "The server does this itself at its start; a large database is better brought along before, for a copy of it is made",
            "first (<database>.before-<version>), by which the older program can go on.",
        ]
    ) { invocation in
        let path = try invocation.settings().configuration.databasePath
        do {
            guard FileAccess.status(path) != nil else {
                throw CommandFailure.failed("there is no database at \(path): the server makes one at its start")
            }
            let report = try DatabaseReport(of: path, depth: .quick)
            guard report.isSound else {
                throw CommandFailure.failed("\(path) is damaged: restore a backup", details: report.troubles)
            }
            if !invocation.flag("dry-run"), !report.pendingSteps.isEmpty {
                var options = DatabaseOptions.usual
                options.copiesBeforeMigration = !invocation.flag("without-copy")
                try Database(path: path, options: options).close()
            }
            let isDone = !invocation.flag("dry-run")
            invocation.answer(.object(report.json)) { _ in report.text + report.stepText(areDone: isDone) }
        } catch {
            throw StartFailure.failure(of: error)
        }
    }
}

extension DatabaseReport {
    fileprivate func stepText(areDone: Bool) -> String {
        guard !pendingSteps.isEmpty else { return "nothing to do\n" }
        let steps = Columns(pendingSteps.map { ["  \($0.version)", $0.title] }).text
        return (areDone ? "done:\n" : "to be done:\n") + steps
    }
}
