import Encoding
import Foundation
import Testing

@testable import lanyard

/// Backup, restore, migrate and doctor as an operator runs them.
@Suite struct `The care of an installation` {
    private func json(_ lanyard: borrowing LanyardProcess, _ words: [String]) throws -> JSON {
        let result = try lanyard.run(words + ["--json"])
        #expect(result.status == 0, "\(words): \(result.errors)")
        return try JSON(parsing: Array(result.output.utf8))
    }

    private func addClient(_ lanyard: borrowing LanyardProcess, _ id: String) throws {
        let client = """
            {"client_id": "\(id)", "client_name": "\(id)", "token_endpoint_auth_method": "none",
             "redirect_uris": ["http://127.0.0.1:9000/callback"], "scope": "openid"}
            """
        #expect(try lanyard.run(["client", "add", "-"], input: client).status == 0)
    }

    private func clients(_ lanyard: borrowing LanyardProcess) throws -> [String] {
        try json(lanyard, ["client", "list"])["clients"]?.arrayValue?.compactMap { $0["client_id"]?.stringValue } ?? []
    }

    @Test func `a copy is made beside a running server, recorded, checked and brought back`() throws {
        let lanyard = try LanyardProcess()
        let server = try lanyard.serve()
        defer { server.terminate() }
        try addClient(lanyard, "before")
        let made = try json(lanyard, ["backup", "copy.sqlite"])
        #expect(made["recorded"] == true && made["rows"]?["clients"] == 1)
        #expect(try lanyard.run(["backup", "copy.sqlite"]).status == 1)
        #expect(try lanyard.run(["backup", "copy.sqlite", "--force"]).status == 0)
        try addClient(lanyard, "after")
        #expect(try lanyard.run(["restore", "copy.sqlite", "--replace"]).status == 69)
        server.terminate()
        server.waitUntilExit()

        #expect(try json(lanyard, ["restore", "copy.sqlite", "--verify"])["troubles"] == [])
        #expect(try clients(lanyard) == ["after", "before"])
        let refused = try lanyard.run(["restore", "copy.sqlite"])
        #expect(refused.status == 1 && refused.errors.contains("--replace"))
        let restored = try json(lanyard, ["restore", "copy.sqlite", "--replace"])
        #expect(restored["replaced"]?.stringValue?.contains("lanyard.sqlite.replaced-") == true)
        #expect(try clients(lanyard) == ["before"])
        let events =
            try json(lanyard, ["audit", "list"])["audit_events"]?.arrayValue?.compactMap { $0["action"] } ?? []
        #expect(events.contains("database-restored") && events.contains("backup-made"))
        #expect(try lanyard.run(["audit", "verify"]).status == 0)
    }

    @Test func `a damaged copy is named, and nothing is touched`() throws {
        let lanyard = try LanyardProcess()
        try addClient(lanyard, "app")
        _ = try json(lanyard, ["backup", "copy.sqlite"])
        let path = lanyard.files.directory + "/copy.sqlite"
        var octets = try Data(contentsOf: URL(fileURLWithPath: path))
        for page in 2..<20 { octets.replaceSubrange(page * 4096..<page * 4096 + 64, with: Data(count: 64)) }
        try octets.write(to: URL(fileURLWithPath: path))
        for words in [["restore", "copy.sqlite", "--verify"], ["restore", "copy.sqlite", "--replace"]] {
            let result = try lanyard.run(words)
            #expect(result.status == 1 && result.errors.contains("damaged"), "\(result.errors)")
        }
        #expect(try clients(lanyard) == ["app"])
    }

    @Test func `migrate says what it would do`() throws {
        let lanyard = try LanyardProcess()
        #expect(try lanyard.run(["migrate", "--dry-run"]).errors.contains("there is no database"))
        try addClient(lanyard, "app")
        let result = try lanyard.run(["migrate", "--dry-run"])
        #expect(result.status == 0 && result.output.contains("nothing to do") && result.output.contains("clients"))
    }

    @Test func `doctor finds what is wrong`() throws {
        let lanyard = try LanyardProcess()
        try addClient(lanyard, "app")
        let data = lanyard.files.directory + "/data"
        #expect(try lanyard.run(["doctor"]).status == 0)
        _ = unsafe chmod(data + "/lanyard.sqlite", 0o644)
        let open = try lanyard.run(["doctor"])
        #expect(open.status == 1 && open.output.contains("lanyard.sqlite") && open.output.contains("chmod 600"))
        _ = unsafe chmod(data + "/lanyard.sqlite", 0o600)
        let path = data + "/lanyard.sqlite"
        var octets = try Data(contentsOf: URL(fileURLWithPath: path))
        for page in 2..<20 { octets.replaceSubrange(page * 4096..<page * 4096 + 64, with: Data(count: 64)) }
        try octets.write(to: URL(fileURLWithPath: path))
        let damaged = try lanyard.run(["doctor"])
        #expect(damaged.status == 1 && damaged.output.contains("failure"), "\(damaged.output)")
    }
}
