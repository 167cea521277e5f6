import AuthorizationServer
import Encoding
import HTTP
import Storage

extension Command {
    static let backup = Command(
        "backup", "copy the database into a file while the server runs",
        arguments: [Argument("FILE", "where the copy goes; its folder must be there")],
        options: [.flag("force", "replace a file that is there")] + Option.administration,
        notes: [
            "The copy is the database as it was at one moment, checked when it is made: one file of mode 0600, to be kept as",
            "the database itself is. The keys' folder and the configuration are files, and are copied as files. A running",
            "server records that a copy is made; lanyard restore brings one back.",
        ]
    ) { invocation in
        let (file, settings) = (try invocation.argument(0), try invocation.settings())
        guard FileAccess.status(file) == nil || invocation.flag("force") else {
            throw CommandFailure.failed("\(file) is there already: name another file, or use --force")
        }
        let database = settings.configuration.databasePath
        let own = ["", "-wal", "-shm", ".lock"].compactMap { FileAccess.status(database + $0) }
        if let there = FileAccess.status(file), own.contains(where: there.isSame) {
            throw CommandFailure.failed("\(file) is the database itself: name another file")
        }
        let isRecorded =
            try await invocation.administration()
            .sendToRunningServer(.post, "/admin/v1/backups", ["file": .string(file)]) != nil
        let report: DatabaseReport
        do {
            let progress = PageProgress("copying", invocation.console)
            try DatabaseCopy.make(of: settings.configuration.databasePath, at: file, progress: progress.report)
            report = try DatabaseReport(of: file, depth: .quick)
        } catch {
            throw StartFailure.failure(of: error)
        }
        guard report.isSound else {
            throw CommandFailure.failed("\(file) is a copy of a damaged database", details: report.troubles)
        }
        var answer = report.json
        answer["recorded"] = .bool(isRecorded)
        invocation.answer(.object(answer)) { _ in
            report.text + (isRecorded ? "" : "no server runs: the copy is not in the audit record\n")
        }
    }
}
