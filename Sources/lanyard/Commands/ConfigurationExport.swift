import AuthorizationServer
import Encoding
import HTTP

extension Command {
    static let configurationExport = Command(
        "export", "write the configuration of the server into a folder, one file for each object",
        arguments: [Argument("DIR", "the folder, to be kept in git; made if it is not there")],
        options: [
            .flag("registered", "clients that registered themselves too"),
            .flag("force", "write over files that say something else, and remove those of what is gone"),
        ] + Option.administration,
        notes: [
            "FHIR servers, role policies, groups, clients and resource servers with their roles. No people, no secrets:",
            "where a client has one, its file says under which name apply looks for it.",
        ]
    ) { invocation in
        let folder = try invocation.argument(0)
        let path = "/admin/v1/configuration" + (invocation.flag("registered") ? "?registered=true" : "")
        let answer = try await invocation.administration().send(.get, path)
        var files: [ConfigurationFolder.File] = []
        for file in answer["files"]?.arrayValue ?? [] {
            guard let name = file["name"]?.stringValue, let json = file["json"] else { continue }
            files.append(.init(name: name, content: Array((PrettyJSON.text(json) + "\n").utf8)))
        }
        let export = try ConfigurationFolder.Export(files, into: folder)
        let lost = export.different + export.stale.map { "\($0) (there is no such object)" }
        guard lost.isEmpty || invocation.flag("force") else {
            throw CommandFailure.failed(
                "nothing was written: these files say something else than the server (see apply --dry-run, or use --force)",
                details: lost.map { "  " + SafeText.line($0) })
        }
        do throws(FileAccess.Failure) {
            try export.write(into: folder)
        } catch {
            throw CommandFailure.failed("\(folder): \(error.reason)")
        }
        invocation.answer(["files": .array(files.map { .string($0.name) })]) { _ in
            "\(files.count) files, \(export.different.count) of them changed, \(export.stale.count) removed\n"
        }
    }
}
