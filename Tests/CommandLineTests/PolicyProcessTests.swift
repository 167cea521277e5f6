import Encoding
import Foundation
import Testing

@testable import lanyard

/// Policy files in a folder, beside the configuration of a server.
private enum Policies {
    static func file(_ role: String, version: Int = 1, allow: String, _ more: String = "") -> String {
        #"{"role": "\#(role)", "version": \#(version), "title": "\#(role)", "description": "For tests"\#(more), "#
            + #""rules": [{"id": "all", "allow": "\#(allow)"}]}"#
    }

    static let nurse = file(
        "nurse", allow: "user/Observation.rs?category=laboratory",
        #", "holders": ["Practitioner"], "tests": [{"scopes": "user/*.rs", "request": "GET Observation", "#
            + #""expect": "filter"}]"#)
    static let ward = file(
        "ward", allow: "user/Patient.rs?organization=%clinic", #", "parameters": {"clinic": "Organization"}"#)

    /// A folder with these files; its name.
    static func write(
        _ files: [(String, String)], into lanyard: borrowing LanyardProcess, _ folder: String = "roles"
    ) throws -> String {
        let path = lanyard.files.directory + "/" + folder
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        for (name, text) in files { _ = try lanyard.files.write(folder + "/" + name, text) }
        return folder
    }
}

@Suite struct `Role policies by the command line` {
    private func json(_ lanyard: borrowing LanyardProcess, _ words: [String], input: String = "") throws -> JSON {
        let result = try lanyard.run(words + ["--json"], input: input)
        #expect(result.status == 0, "\(words): \(result.errors)")
        return try JSON(parsing: Array(result.output.utf8))
    }

    @Test func `files are checked and tested without a server, and all problems told with file and member`() throws {
        let lanyard = try LanyardProcess()
        let good = try Policies.write([("nurse.json", Policies.nurse), ("ward.json", Policies.ward)], into: lanyard)
        let sound = try lanyard.run(["policy", "check", good])
        #expect(sound.status == 0 && sound.output == "2 policies are in order\n", "\(sound)")
        #expect(sound.errors.hasPrefix("warning: ward.json: tests: "), "\(sound)")
        let tested = try lanyard.run(["policy", "test", good])
        #expect(tested.status == 0)
        #expect(tested.output == "ok  nurse  GET Observation with user/*.rs: filter\n", "\(tested)")

        let failing = Policies.nurse.replacing("\"filter\"", with: "\"deny\"")
        let bad = try Policies.write(
            [
                ("a.json", "{"), ("b.json", Policies.file("b", allow: "user/Nothing.rs", #", "colour": 1"#)),
                ("notes.txt", "no policy"),
            ], into: lanyard, "bad")
        let wrong = try lanyard.run(["policy", "check", bad])
        #expect(wrong.status == 1 && wrong.output.isEmpty)
        for text in ["a.json: is not JSON", "b.json: rules[all].allow: ", "b.json: colour: ", "3 problems"] {
            #expect(wrong.errors.contains(text), "\(wrong.errors)")
        }
        _ = try lanyard.files.write("one.json", failing)
        let failed = try lanyard.run(["policy", "test", "one.json", good + "/ward.json"])
        #expect(failed.status == 1 && failed.output.hasPrefix("failed  nurse  ") && failed.errors.contains("1 of 1"))
        let refused = try lanyard.run(["policy", "check", "one.json", good + "/ward.json", "--json"])
        let problems = try JSON(parsing: Array(refused.output.utf8))["problems"]?.arrayValue
        #expect(refused.status == 1 && problems?.map { $0["member"] } == ["tests[0]"])
        #expect(try lanyard.run(["policy", "check"]).status == 64)
        #expect(try lanyard.run(["policy", "check", "none"]).status == 1)
        #expect(!FileManager.default.fileExists(atPath: lanyard.files.directory + "/data"), "no server was needed")
    }

    @Test(arguments: [true, false])
    func `files are planned, applied, compared and exported, and history looked back at`(isRunning: Bool) throws {
        let lanyard = try LanyardProcess()
        let server = isRunning ? try lanyard.serve() : nil
        defer {
            server?.terminate()
            server?.waitUntilExit()
        }
        let folder = try Policies.write([("nurse.json", Policies.nurse), ("ward.json", Policies.ward)], into: lanyard)
        #expect(try lanyard.run(["policy", "plan", folder]).output == "nurse: new\nward: new\n")
        #expect(try json(lanyard, ["policy", "list"])["role_policies"] == [])
        #expect(try lanyard.run(["policy", "apply", folder]).output == "nurse: new\nward: new\n")
        #expect(try lanyard.run(["policy", "plan", folder]).output == "nurse: unchanged\nward: unchanged\n")
        #expect(try lanyard.run(["policy", "diff", folder]).output == "no difference\n")
        #expect(try lanyard.run(["policy", "list"]).output.contains("nurse"))

        let next = Policies.file("ward", version: 2, allow: "user/Patient.r", "")
        _ = try lanyard.files.write(folder + "/ward.json", next)
        let difference = try lanyard.run(["policy", "diff", folder]).output
        for line in [
            "--- ward of the server", "+++ ward.json", "-  \"version\": 1,", "+  \"version\": 2,",
            "+      \"allow\": \"user/Patient.r\"",
        ] {
            #expect(difference.contains(line + "\n"), "\(difference)")
        }
        #expect(!difference.contains("nurse"))
        let kept = try lanyard.run(["policy", "apply", folder]).output
        #expect(kept.contains("ward: kept as it is in the database: an administrator has changed it"), "\(kept)")
        let applied = try lanyard.run(["policy", "apply", folder, "--overwrite"])
        #expect(applied.output.contains("ward: replaces what is in the database"), "\(applied)")
        #expect(try lanyard.run(["policy", "diff", "ward"]).output.contains("+++ ward revision 2"))
        #expect(try lanyard.run(["policy", "diff", "ward", "2"]).output == "no difference\n")
        #expect(try lanyard.run(["policy", "diff", "ward", "1", "2"]).output.contains("-  \"version\": 1,"))
        #expect(try lanyard.run(["policy", "diff", "ward", "x"]).status == 64)
        #expect(try lanyard.run(["policy", "restore", "ward", "1"]).status == 64, "nobody says why")
        #expect(try json(lanyard, ["policy", "restore", "ward", "1", "--reason", "too wide"])["revision"] == 3)
        #expect(try lanyard.run(["policy", "history", "ward"]).output.contains("too wide"))
        #expect(try json(lanyard, ["policy", "show", "ward", "--revision", "2"])["policy"]?["version"] == 2)
        #expect(try lanyard.run(["policy", "show", "ward"]).output.contains("%clinic"))
        #expect(try lanyard.run(["policy", "plan", folder]).output.contains("ward: kept as it is in the database"))
        #expect(try lanyard.run(["policy", "apply", folder, "--overwrite"]).output.contains("although"))
        #expect(try json(lanyard, ["policy", "show", "ward"])["policy"]?["version"] == 2)
        let bad = try Policies.write([("x.json", Policies.file("x", allow: "user/*.zz"))], into: lanyard, "bad")
        let refused = try lanyard.run(["policy", "apply", bad])
        #expect(refused.status == 1 && refused.errors.contains("x.json: rules[all].allow: "), "\(refused.errors)")

        #expect(try lanyard.run(["policy", "export", "out"]).output == "out/nurse.json\nout/ward.json\n")
        #expect(try lanyard.run(["policy", "export", "out"]).output.contains("out/ward.json: unchanged"))
        #expect(try lanyard.run(["policy", "diff", "out/"]).output == "no difference\n")
        _ = try lanyard.files.write("out/nurse.json", Policies.ward)
        let unwritten = try lanyard.run(["policy", "export", "out"])
        #expect(
            unwritten.status == 1 && unwritten.errors.contains("out/nurse.json") && !unwritten.errors.contains("ward"))
        let untouched = try String(contentsOfFile: lanyard.files.directory + "/out/nurse.json", encoding: .utf8)
        #expect(untouched == Policies.ward)
        #expect(try lanyard.run(["policy", "export", "out", "--force"]).status == 0)
        #expect(try lanyard.run(["policy", "diff", "out/"]).output == "no difference\n")
    }

    @Test(arguments: [true, false])
    func `roles are given and taken, by person, client and group, and decisions explained`(isRunning: Bool) throws {
        let lanyard = try LanyardProcess()
        let service = Policies.file("service", allow: "system/*.rs", #", "holders": ["Client"]"#)
        let folder = try Policies.write(
            [("nurse.json", Policies.nurse), ("ward.json", Policies.ward), ("service.json", service)], into: lanyard)
        let server = isRunning ? try lanyard.serve() : nil
        defer {
            server?.terminate()
            server?.waitUntilExit()
        }
        _ = try json(lanyard, ["policy", "apply", folder])
        let app = #"""
            {"client_id": "chart", "token_endpoint_auth_method": "none", "redirect_uris": ["https://a.example/cb"],
             "scope": "user/*.rs"}
            """#
        _ = try json(lanyard, ["client", "add", "-", "--role", "service"], input: app)
        #expect(try lanyard.run(["role", "list", "--client", "chart"]).output.contains("service"))
        let ann = ["user", "add", "ann", "--fhir-user", "Practitioner/9", "--role", "nurse", "--password-stdin"]
        _ = try json(lanyard, ann, input: "correct horse battery\n")
        let explain = ["policy", "explain", "GET Observation?patient=456", "--user", "ann", "--app", "chart"]
        let words = try lanyard.run(explain).output
        #expect(words.hasPrefix("Permitted for what meets the criteria"), "\(words)")
        #expect(words.contains("criteria: category=laboratory"), "\(words)")
        #expect(words.contains("roles that stand: nurse\n") && words.contains("  nurse/all allows "), "\(words)")
        #expect(try lanyard.run(explain + ["--scopes", "user/Patient.rs"]).output.contains("Denied: "))
        #expect(try lanyard.run(["policy", "explain", "GET Patient/1", "--user", "no", "--app", "chart"]).status == 1)

        let given = try json(
            lanyard,
            [
                "role", "assign", "ward", "--user", "ann", "--with", "clinic=Organization/C7", "--with",
                "clinic=Organization/C8", "--until", "2999-01-31T08:00:00Z", "--reason", "covers",
            ])
        #expect(given["parameters"]?["clinic"] == ["Organization/C7", "Organization/C8"])
        #expect(given["reason"] == "covers")
        let id = String(try #require(given["id"]?.integerValue))
        #expect(try lanyard.run(["user", "roles", "ann"]).output.contains("ward"))
        #expect(try lanyard.run(["role", "list", "--user", "ann"]).output.contains("2999-01-31T08:00:00Z"))
        #expect(try lanyard.run(["role", "revoke", id]).status == 64)
        #expect(try lanyard.run(["role", "revoke", id, "--reason", "back"]).output == "revoked \(id)\n")
        let left = try json(lanyard, ["role", "list", "--role", "ward"])["role_assignments"]
        #expect(left == [])
        #expect(try json(lanyard, ["role", "list", "--role", "ward", "--all"])["role_assignments"] != [])
        for words in [
            ["role", "assign", "ward"], ["role", "assign", "ward", "--user", "a", "--group", "b"],
            ["role", "assign", "ward", "--user", "ann", "--with", "clinic"],
            ["role", "assign", "ward", "--user", "ann", "--until", "tomorrow"],
        ] { #expect(try lanyard.run(words).status == 64, "\(words)") }
        let missing = try lanyard.run(["role", "assign", "ward", "--user", "ann"])
        #expect(missing.status == 1 && missing.errors.contains("parameters.clinic: is missing"), "\(missing.errors)")

        _ = try json(lanyard, ["group", "add", "nights", "--title", "Night shift"])
        _ = try json(lanyard, ["role", "assign", "ward", "--group", "nights", "--with", "clinic=Organization/C7"])
        #expect(try lanyard.run(["group", "add-member", "nights", "ann"]).output == "ann is in nights\n")
        #expect(try lanyard.run(["group", "show", "nights"]).output.contains("ann"))
        #expect(try lanyard.run(["group", "list"]).output.contains("Night shift"))
        #expect(try lanyard.run(["user", "roles", "ann"]).output.contains("group nights"))
        #expect(try lanyard.run(["group", "remove-member", "nights", "ann"]).status == 0)
        #expect(try lanyard.run(["group", "remove-member", "nights", "ann"]).status == 1)
        #expect(try lanyard.run(["group", "remove", "nights"]).status == 0)
    }

    @Test func `ST-16: policies_directory is read at the start, and a wrong file stops it with all problems`() throws {
        let lanyard = try LanyardProcess()
        _ = try Policies.write([("nurse.json", Policies.nurse)], into: lanyard)
        let configuration = try String(contentsOfFile: lanyard.files.directory + "/lanyard.json", encoding: .utf8)
        func configure(_ members: String) throws {
            _ = try lanyard.files.write("lanyard.json", "{\(members), " + configuration.dropFirst())
        }
        try configure(#""policies_directory": "roles", "default_roles": {"Practitioner": "nurse"}"#)
        _ = try json(
            lanyard, ["user", "add", "ann", "--fhir-user", "Practitioner/9", "--password-stdin"],
            input: "correct horse battery\n")
        #expect(try lanyard.run(["role", "list", "--user", "ann"]).output.contains("nurse"))
        try configure(#""policies_directory": "roles", "default_roles": {"Patient": "patients"}"#)
        let unknown = try lanyard.run(["serve"])
        #expect(unknown.status == 78 && unknown.errors.contains("default_roles: Patient: there is no role patients"))
        let failing = Policies.nurse.replacing("\"filter\"", with: "\"deny\"").replacing("\"nurse\"", with: "\"x\"")
        _ = try lanyard.files.write("roles/x.json", failing)
        for words in [["serve", "--check"], ["serve"]] {
            let refused = try lanyard.run(words)
            #expect(refused.status == 78 && refused.errors.contains("x.json: tests[0]: "), "\(refused.errors)")
        }
        _ = try lanyard.files.write("roles/x.json", Policies.file("x", allow: "user/*.zz", #", "colour": 1"#))
        let wrong = try lanyard.run(["serve", "--check"])
        #expect(wrong.status == 78)
        for text in ["policies_directory: x.json: rules[all].allow: ", "policies_directory: x.json: colour: "] {
            #expect(wrong.errors.contains(text), "\(wrong.errors)")
        }
    }
}
