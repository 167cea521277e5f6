import Encoding
import Foundation
import Testing

@testable import lanyard

@Suite struct `Commands beside a running server and without one` {
    private static let app = #"""
        {"client_id": "growth", "client_name": "Growth chart", "token_endpoint_auth_method": "none",
         "redirect_uris": ["http://127.0.0.1:9000/callback"], "launch_uris": ["http://127.0.0.1:9000/launch"],
         "scope": "launch openid fhirUser patient/*.rs"}
        """#
    private static let records = #"""
        {"resourceType": "Patient", "id": "456", "name": [{"family": "Ray", "given": ["Ada"]}]}
        {"resourceType": "Patient"}
        {"resourceType": "Encounter", "id": "e1", "status": "finished", "subject": {"reference": "Patient/456"}}
        """#

    @Test(arguments: [true, false])
    func `every command does its work`(isRunning: Bool) throws {
        let lanyard = try LanyardProcess()
        let server = isRunning ? try lanyard.serve() : nil
        defer {
            server?.terminate()
            server?.waitUntilExit()
        }
        let registration = try json(lanyard, ["client", "add", "-"], input: Self.app)
        #expect(registration["client_id"] == "growth")
        #expect(try json(lanyard, ["client", "show", "growth"])["client_name"] == "Growth chart")
        #expect(try json(lanyard, ["client", "list"])["clients"]?.arrayValue?.count == 1)

        let imported = try json(lanyard, ["patient", "import", "-"], input: Self.records)
        #expect(imported["patients"] == 1)
        #expect(imported["encounters"] == 1)
        #expect(imported["skipped"]?.arrayValue?.first?["line"] == 2)

        let user = ["user", "add", "maria", "--name", "Maria Ray", "--fhir-user", "Patient/456", "--password-stdin"]
        #expect(try json(lanyard, user, input: "correct horse battery\n")["fhirUser"] == "Patient/456")
        let password = ["user", "set-password", "maria", "--password-stdin"]
        _ = try json(lanyard, password, input: "another horse battery\n")
        _ = try json(lanyard, ["user", "disable", "maria"])
        #expect(try json(lanyard, ["user", "list"])["users"]?.arrayValue?.first?["disabled"] == true)
        _ = try json(lanyard, ["user", "enable", "maria"])
        #expect(try json(lanyard, ["user", "unlock", "maria"])["locked"] == false)
        #expect(try json(lanyard, ["user", "list"])["users"]?.arrayValue?.first?["disabled"] == false)

        #expect(try json(lanyard, ["client", "disable", "growth"])["disabled"] == true)
        #expect(try json(lanyard, ["client", "enable", "growth"])["disabled"] == nil)
        try expectApproval(lanyard, "growth")
        #expect(try json(lanyard, ["client", "list", "--waiting"])["clients"] == [])
        // An id that is a URL, which no path of a request can carry.
        let address = "https://app.example/client.json"
        _ = try json(lanyard, ["client", "add", "-"], input: Self.app.replacing("\"growth\"", with: "\"\(address)\""))
        try expectApproval(lanyard, address)
        for verb in ["show", "disable", "enable"] {
            #expect(try json(lanyard, ["client", verb, address])["client_id"] == .string(address))
        }
        #expect(try json(lanyard, ["client", "remove", address])["removed"] == true)
        let token = try json(lanyard, ["registration-token", "create", "--uses", "3", "--scope", "openid"])
        #expect(token["token"]?.stringValue?.utf8.count == 54 && token["uses_left"] == 3)
        let tokens = try json(lanyard, ["registration-token", "list"])["registration_tokens"]?.arrayValue
        #expect(tokens?.map { $0["scope"] } == ["openid"] && tokens?.first?["token"] == nil)
        _ = try json(lanyard, ["registration-token", "revoke", "1"])
        #expect(try lanyard.run(["registration-token", "revoke", "1"]).status == 1)

        let resourceServer = [
            "resource-server", "add", "--name", "Records", "--audience", "http://127.0.0.1:8080/fhir",
        ]
        #expect(try json(lanyard, resourceServer)["client_secret"]?.stringValue?.isEmpty == false)
        #expect(try json(lanyard, ["resource-server", "list"])["resource_servers"]?.arrayValue?.count == 1)

        let provisioned = ["--name", "More", "--audience", "http://127.0.0.1:8080/fhir", "--client-id", "more"]
        _ = try json(
            lanyard, ["resource-server", "add", "--client-secret-stdin"] + provisioned, input: "0123456789abcdef\n")
        #expect(try json(lanyard, ["resource-server", "show", "more"])["client_name"] == "More")
        let rotated = try json(lanyard, ["client", "rotate-secret", "more", "--overlap", "60"])
        #expect(rotated["client_secret"]?.stringValue?.isEmpty == false)
        let chosen = ["client", "rotate-secret", "more", "--client-secret-stdin"]
        #expect(try json(lanyard, chosen, input: "fedcba9876543210\n")["client_secret"] == "fedcba9876543210")
        let secrets = try json(lanyard, ["client", "secrets", "more"])["secrets"]?.arrayValue ?? []
        #expect(secrets.map { $0["expires_at"]?.isNull } == [false, false, true])
        let ids = secrets.compactMap { $0["id"]?.integerValue }.map(String.init)
        let (oldest, current) = (try #require(ids.first), try #require(ids.last))
        #expect(try json(lanyard, ["client", "revoke-secret", "more", oldest])["revoked"] == true)
        #expect(try lanyard.run(["client", "revoke-secret", "more", current]).status == 1)
        #expect(try lanyard.run(["client", "secrets", "more"]).output.contains("SECRET"))
        #expect(try json(lanyard, ["client", "check", "growth"])["problems"] == [])
        #expect(try lanyard.run(["client", "check", "growth"]).output.contains("warning: scope: a wildcard"))
        #expect(try lanyard.run(["resource-server", "remove", "growth"]).status == 1)
        #expect(try json(lanyard, ["resource-server", "remove", "more"])["removed"] == true)
        #expect(try lanyard.run(["resource-server", "list"]).output.contains("client_secret_basic"))

        let launch = try json(
            lanyard, ["launch", "create", "--client", "growth", "--patient", "456", "--encounter", "e1"])
        let url = try #require(launch["launch_url"]?.stringValue)
        #expect(url.hasPrefix("http://127.0.0.1:9000/launch?"))
        #expect(try json(lanyard, ["token", "inspect", "-"], input: "not-a-token\n")["active"] == false)

        _ = try json(lanyard, ["client", "remove", "growth"])
        #expect(try lanyard.run(["client", "show", "growth"]).status == 1)
    }

    /// AD-09: a script says what it read.
    private func expectApproval(_ lanyard: borrowing LanyardProcess, _ id: String) throws {
        let blind = try lanyard.run(["client", "approve", id])
        #expect(blind.status == 64 && blind.errors.contains("--version"), "\(blind.errors)")
        let wrong = try lanyard.run(["client", "approve", id, "--version", "x"])
        #expect(wrong.status == 1 && wrong.errors.contains("changed"), "\(wrong.errors)")
        let version = try json(lanyard, ["client", "show", id])["version"]?.stringValue ?? ""
        #expect(try json(lanyard, ["client", "approve", id, "--version", version])["client_id"] == .string(id))
    }

    @Test func `AD-09: at a terminal an administrator reads the client and says yes`() async throws {
        let lanyard = try LanyardProcess()
        _ = try json(lanyard, ["client", "add", "-"], input: Self.app)
        let words = ["client", "approve", "growth", "--config", lanyard.files.directory + "/lanyard.json"]
        for (answer, exitCode) in [("", ExitCode.failed), ("no", .failed), ("yes", .ok), (" Y ", .ok)] {
            let console = CapturedConsole(answers: [answer])
            #expect(await console.run(words) == exitCode, "\(answer)")
            #expect(console.notes.contains("http://127.0.0.1:9000/callback"), "\(console.notes)")
        }
    }

    /// Ids that exist elsewhere are often addresses, and some are made to be mistaken for a path.
    @Test(arguments: [true, false])
    func `every id and name can be named`(isRunning: Bool) throws {
        let lanyard = try LanyardProcess()
        let server = isRunning ? try lanyard.serve() : nil
        defer {
            server?.terminate()
            server?.waitUntilExit()
        }
        for id in ["https://growth.example/app?v=1#x", "a/../b", "..", "~YS9i", "100%", "a\\b", "a+b"] {
            let app: JSON = [
                "client_id": .string(id), "token_endpoint_auth_method": "none", "scope": "openid",
                "redirect_uris": ["https://growth.example/callback"],
            ]
            _ = try json(lanyard, ["client", "add", "-"], input: app.text)
            #expect(try json(lanyard, ["client", "show", id])["client_id"] == .string(id))
            _ = try json(lanyard, ["client", "remove", id])
            #expect(try lanyard.run(["client", "show", id]).status == 1)
        }
        let records = ["--name", "Records", "--audience", "http://127.0.0.1:8080/fhir", "--client-id", "a/b"]
        _ = try json(lanyard, ["resource-server", "add"] + records)
        #expect(try json(lanyard, ["resource-server", "show", "a/b"])["client_id"] == "a/b")
        for name in ["nurse/7", "..", "~x"] {
            _ = try json(lanyard, ["user", "add", name, "--password-stdin"], input: "correct horse battery\n")
            #expect(try json(lanyard, ["user", "disable", name])["disabled"] == true)
        }
    }

    @Test func `a refusal names the members and exits 1`() throws {
        let lanyard = try LanyardProcess()
        let result = try lanyard.run(["client", "add", "-"], input: #"{"redirect_uris": ["javascript:alert(1)"]}"#)
        #expect(result.status == 1)
        #expect(result.output.isEmpty)
        #expect(result.errors.contains("redirect_uris"), "\(result.errors)")
    }

    @Test func `a client is not added without the role that it was to have`() throws {
        let lanyard = try LanyardProcess()
        let refused = try lanyard.run(["client", "add", "-", "--role", "nosuch"], input: Self.app)
        #expect(refused.status == 1 && refused.errors.contains("there is no role nosuch"), "\(refused.errors)")
        #expect(refused.output.isEmpty)
        #expect(try json(lanyard, ["client", "list"])["clients"] == [])
    }

    @Test func `a short password is refused, and told nowhere`() throws {
        let lanyard = try LanyardProcess()
        let result = try lanyard.run(["user", "add", "maria", "--password-stdin"], input: "hunter2\n")
        #expect(result.status == 1)
        #expect(result.errors.contains("password") && result.errors.contains("at least 15 characters"))
        #expect(!result.errors.contains("hunter2"))
    }

    /// The answer of a command that must succeed, as scripts read it.
    private func json(_ lanyard: borrowing LanyardProcess, _ words: [String], input: String = "") throws -> JSON {
        let result = try lanyard.run(words + ["--json"], input: input)
        #expect(result.status == 0, "\(words): \(result.errors)")
        return try JSON(parsing: Array(result.output.utf8))
    }
}
