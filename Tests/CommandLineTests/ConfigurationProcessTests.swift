import Encoding
import Foundation
import Testing

@testable import lanyard

@Suite struct `Configuration as files, by the command line` {
    @Test(arguments: [true, false])
    func `what one server exports another applies, and its export is the same`(isRunning: Bool) throws {
        let first = try LanyardProcess(), second = try LanyardProcess()
        let server = isRunning ? try first.serve() : nil
        defer {
            server?.terminate()
            server?.waitUntilExit()
        }
        for words in [
            ["fhir-server", "add", "--base", "https://fhir.example/r5", "--name", "Labs", "--fhir-version", "5.0.0"],
            ["resource-server", "add", "--client-id", "Lab/1", "--name", "L", "--audience", "https://fhir.example/r5"],
            ["group", "add", "night-shift"],
        ] {
            let result = try first.run(words)
            #expect(result.status == 0, "\(words) \(result.errors)")
        }
        let metadata =
            #"{"client_id": "p", "token_endpoint_auth_method": "none", "redirect_uris": ["https://p.example/cb"], "#
            + #""scope": "openid"}"#
        #expect(try first.run(["client", "add", "-"], input: metadata).status == 0)
        let exported = try first.run(["export", "config"])
        #expect(exported.status == 0, "\(exported.errors)")
        let folder = first.files.directory + "/config"
        let names = try FileManager.default.subpathsOfDirectory(atPath: folder).filter { $0.hasSuffix(".json") }
        #expect(names.count == 5, "\(names)")
        #expect(names.contains("fhir-servers/r5.json") && names.contains("groups/night-shift.json"))

        let dry = try second.run(["apply", folder, "--dry-run"])
        #expect(dry.status == 0 && dry.output.contains("needs a secret: Lab/1"), "\(dry)")
        #expect(try second.run(["client", "list", "--json"]).output.contains(#""clients":[]"#))
        let unsaid = try second.run(["apply", folder, "--yes"])
        #expect(unsaid.status == 1 && unsaid.errors.contains("CLIENT_SECRET_LAB_1"), "\(unsaid)")
        #expect(try second.run(["apply", folder, "--generate-secrets", "made.json"]).status == 64, "nobody to ask")
        let applied = try second.run(["apply", folder, "--yes", "--generate-secrets", "made.json"])
        #expect(applied.status == 0 && applied.output.contains("applied: "), "\(applied)")
        let made = second.files.directory + "/made.json"
        let secret = try #require(
            try JSON(parsing: Array(try Data(contentsOf: URL(fileURLWithPath: made))))["Lab/1"]?.stringValue)
        let mode = try FileManager.default.attributesOfItem(atPath: made)[.posixPermissions] as? Int
        #expect(mode == 0o600 && !applied.output.contains(secret) && !applied.errors.contains(secret))

        #expect(try second.run(["apply", folder, "--yes", "--json"]).output.contains(#""unchanged":5"#))
        #expect(try second.run(["export", "config"]).status == 0)
        for name in names {
            let contents = [folder, second.files.directory + "/config"].map { folder in
                FileManager.default.contents(atPath: folder + "/" + name)
            }
            #expect(contents.first == contents.last && contents.first != .some(nil), "\(name)")
        }
        try FileManager.default.removeItem(atPath: folder + "/groups/night-shift.json")
        #expect(try second.run(["apply", folder, "--yes"]).output.contains("would be done: 0 create"))
        #expect(
            try second.run(["apply", folder, "--yes", "--prune"]).output.contains("remove  groups/night-shift.json"))
        let stale = try second.run(["export", "config"])
        #expect(stale.status == 1 && stale.errors.contains("groups/night-shift.json"))
        #expect(try second.run(["export", "config", "--force"]).status == 0)
        #expect(!FileManager.default.fileExists(atPath: second.files.directory + "/config/groups/night-shift.json"))
        #expect(try second.run(["apply", "."]).status == 1, "no folder with configuration")
    }

    @Test func `people go as lines of JSON, and a wrong line is named by its number`() throws {
        let first = try LanyardProcess(), second = try LanyardProcess()
        let password = "a password long enough 1"
        for name in ["ann", "bob"] {
            let added = try first.run(["user", "add", name, "--password-stdin"], input: password + "\n")
            #expect(added.status == 0, "\(added)")
        }
        #expect(try first.run(["user", "export", "people.ndjson", "--with-password-hashes"]).status == 0)
        let path = first.files.directory + "/people.ndjson"
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        let lines = try String(contentsOfFile: path, encoding: .utf8)
        #expect(mode == 0o600 && lines.split(separator: "\n").count == 2 && lines.contains("$scrypt$"))
        let printed = try first.run(["user", "export", "-"])
        #expect(printed.status == 0 && printed.output.contains("ann") && !printed.output.contains("scrypt"))

        let withWrong = lines + "{\n" + #"{"username": "c d"}"# + "\n"
        let strict = try second.run(["user", "import", "-", "--strict"], input: withWrong)
        #expect(strict.status == 1 && strict.errors.contains("nobody was brought in"), "\(strict)")
        #expect(strict.output == "4 read, 0 added, 0 updated, 0 unchanged, 2 refused\n")
        #expect(strict.errors.contains("line 3: is not JSON") && strict.errors.contains("line 4: username: "))
        #expect(try second.run(["user", "list", "--json"]).output.contains(#""users":[]"#))
        let lenient = try second.run(["user", "import", "-"], input: withWrong)
        #expect(lenient.status == 1 && lenient.output == "4 read, 2 added, 0 updated, 0 unchanged, 2 refused\n")
        #expect(lenient.errors.contains("sent 3 of 3") && lenient.errors.contains("2 lines are wrong"))
        // One line, however much is wrong with it.
        let one = try second.run(["user", "import", "-", "--json"], input: #"{"username": "c d", "sub": "me"}"#)
        #expect(one.status == 1 && one.errors.contains("1 line is wrong"), "\(one)")
        #expect(try JSON(parsing: Array(one.output.utf8))["refused"] == 1)
        let again = try second.run(["user", "import", path])
        #expect(again.status == 0 && again.output == "2 read, 0 added, 0 updated, 2 unchanged, 0 refused\n", "\(again)")
        #expect(try second.run(["grant", "export", "-"]).output.isEmpty)
    }
}
