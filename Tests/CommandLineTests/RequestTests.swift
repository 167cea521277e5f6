import Encoding
import Testing

@testable import lanyard

@Suite struct `Commands: what they ask and how they answer` {
    @Test func `launch create says all its options in the API's names`() throws {
        let invocation = try CapturedConsole().invocation([
            "launch", "create", "--client", "app", "--user", "drjones", "--patient", "456", "--encounter", "e1",
            "--aud", "https://a.example/fhir", "--intent", "order", "--need-patient-banner", "false", "--tenant", "t",
            "--smart-style-url", "https://s.example", "--fhir-context", "ImagingStudy/1",
            "--fhir-context", #"{"reference":"Task/2","role":"https://r.example"}"#,
        ])
        let expected: JSON = [
            "client_id": "app", "user": "drjones", "patient": "456", "encounter": "e1", "intent": "order",
            "smart_style_url": "https://s.example", "tenant": "t", "aud": "https://a.example/fhir",
            "fhirContext": [
                ["reference": "ImagingStudy/1"], ["reference": "Task/2", "role": "https://r.example"],
            ],
            "need_patient_banner": false,
        ]
        #expect(try JSON.object(invocation.launchRequest()) == expected)
    }

    @Test(arguments: [["--need-patient-banner", "maybe"], ["--fhir-context", "{broken"]])
    func `launch create names an option it cannot read`(words: [String]) throws {
        let invocation = try CapturedConsole().invocation(["launch", "create", "--client", "app"] + words)
        #expect { try invocation.launchRequest() } throws: { error in
            (error as? CommandFailure)?.message.contains(words[0]) == true
        }
    }

    @Test func `registration-token create says its options in the API's names`() throws {
        let invocation = try CapturedConsole().invocation([
            "registration-token", "create", "--uses", "5", "--expires", "3600", "--scope", "openid", "--scope",
            "patient/*.rs launch",
        ])
        #expect(
            try JSON.object(invocation.registrationTokenRequest())
                == ["uses": 5, "expires_in": 3600, "scope": "openid patient/*.rs launch"])
        let usual = try CapturedConsole().invocation(["registration-token", "create"])
        #expect(try usual.registrationTokenRequest().isEmpty)
        let wrong = try CapturedConsole().invocation(["registration-token", "create", "--uses", "many"])
        #expect(throws: CommandFailure.usage("--uses must be a number")) { try wrong.registrationTokenRequest() }
    }

    @Test(arguments: [("a..b?c", "a..b%3Fc"), ("a/b", "~YS9i")])
    func `an id is one segment of a path`(id: String, segment: String) throws {
        let invocation = try CapturedConsole().invocation(["client", "show", id])
        #expect(try invocation.clientPath() == "/admin/v1/clients/" + segment)
    }

    @Test func `client check needs no server for a file, and tells all problems and all warnings`() async throws {
        let bad = #"{"redirect_uris": ["http://a.example/cb"], "scope": "launch patient/*.read", "colour": "red"}"#
        let captured = CapturedConsole(input: ["-": bad])
        #expect(await captured.run(["client", "check", "-"]) == .failed)
        let lines = captured.output.split(separator: "\n")
        #expect(lines.filter { $0.hasPrefix("problem: ") }.count == 2)
        #expect(lines.contains("problem: colour: is not a member of client metadata"))
        #expect(lines.filter { $0.hasPrefix("warning: ") }.count == 3, "\(captured.output)")
        #expect(captured.notes.contains("2 problems"))
        let json = CapturedConsole(input: ["-": bad])
        #expect(await json.run(["client", "check", "-", "--json"]) == .failed)
        let answer = try JSON(parsing: Array(json.output.utf8))
        #expect(answer["problems"]?.arrayValue?.count == 2 && answer["warnings"]?.strings?.count == 3)
    }

    @Test func `client check exits 0 with warnings only, and with nothing to say`() async {
        let app = #""redirect_uris": ["https://a.example/cb"], "token_endpoint_auth_method": "none""#
        for (scope, output) in [("openid launch", "warning: launch_uris: "), ("openid", "app.json: nothing to say")] {
            let captured = CapturedConsole(input: ["app.json": "{\(app), \"scope\": \"\(scope)\"}"])
            #expect(await captured.run(["client", "check", "app.json"]) == .ok)
            #expect(captured.output.hasPrefix(output), "\(captured.output)")
        }
        let missing = CapturedConsole()
        #expect(await missing.run(["client", "check", "missing.json"]) == .failed)
        #expect(missing.notes.contains("missing.json"))
    }

    @Test func `an overlap that is no number is a matter of usage`() async {
        let captured = CapturedConsole()
        #expect(await captured.run(["client", "rotate-secret", "app", "--overlap", "soon"]) == .usage)
        #expect(captured.notes.contains("--overlap"))
    }

    @Test func `a problem document becomes the command's failure`() {
        let body = #"{"title":"Bad","detail":"the metadata are refused","errors":[{"member":"scope","reason":"no"}]}"#
        let answer = AdministrationAnswer(status: 400, body: Array(body.utf8))
        #expect(throws: CommandFailure.failed("the metadata are refused", details: ["  scope: no"])) {
            try answer.json()
        }
    }

    @Test(arguments: [(404, ExitCode.failed), (500, .failed), (503, .unavailable), (301, .failed)])
    func `each refusal has its exit code`(status: Int, exitCode: ExitCode) {
        #expect { try AdministrationAnswer(status: status, body: Array("<html>".utf8)).json() } throws: { error in
            (error as? CommandFailure)?.exitCode == exitCode
        }
    }

    @Test func `members of an object within an object are lines of their own`() {
        let token: JSON = ["active": true, "claims": ["iss": "https://a.example", "aud": ["x", "y"], "exp": 5]]
        let lines = ["active      yes", "claims.iss  https://a.example", "claims.aud  x, y", "claims.exp  5"]
        #expect(Presentation.members(token) == lines.map { $0 + "\n" }.joined())
    }

    @Test func `a refusal in plain text is told with its status`() {
        let answer = AdministrationAnswer(status: 404, body: Array("There is nothing here.\n".utf8))
        #expect(throws: CommandFailure.failed("There is nothing here. (status 404)")) { try answer.json() }
    }

    @Test func `an answer without a body is null, one that is not JSON a failure`() throws {
        #expect(try AdministrationAnswer(status: 204, body: []).json().isNull)
        #expect(throws: CommandFailure.self) { try AdministrationAnswer(status: 200, body: [0x78]).json() }
    }

    @Test func `without a server and without a configuration the command is unavailable`() async {
        let captured = CapturedConsole()
        #expect(await captured.run(["client", "list", "--socket", "/nonexistent/admin.sock"]) == .unavailable)
        #expect(captured.notes.contains("/nonexistent/admin.sock"))
    }

    @Test func `a missing configuration file exits 78`() async {
        let captured = CapturedConsole()
        #expect(await captured.run(["serve", "--check", "--config", "/nonexistent/lanyard.json"]) == .configuration)
        #expect(captured.notes.contains("/nonexistent/lanyard.json"))
    }
}

@Suite struct `Patient import: pieces of whole lines` {
    private let patient = #"{"resourceType":"Patient","id":"1"}"#

    @Test func `a Bundle goes in one piece, pretty or not`() {
        for text in [#"{"resourceType":"Bundle","entry":[]}"#, "{\n\"resourceType\": \"Bundle\"\n}"] {
            let parts = ImportPart.parts(of: Array(text.utf8))
            #expect(parts.map(\.contentType) == ["application/fhir+json"])
            #expect(parts.map(\.body) == [Array(text.utf8)])
        }
    }

    @Test func `a Bundle too long for one request goes entry by entry, and entries keep their numbers`() {
        let entries = ["{\"resource\":\(patient)}", "{}", "{\"resource\":\(patient)}"]
        let text = #"{"resourceType":"Bundle","entry":[\#(entries.joined(separator: ","))]}"#
        let parts = ImportPart.parts(of: Array(text.utf8), size: 50)
        #expect(parts.map(\.firstLine) == [0, 2])
        #expect(String(decoding: parts.flatMap(\.body), as: UTF8.self) == "\(patient)\n\n\(patient)\n")
    }

    @Test func `NDJSON goes in pieces that keep every line, and its number`() {
        let lines = (0..<10).map { #"{"resourceType":"Patient","id":"\#($0)"}"# }
        let content = Array(lines.joined(separator: "\n").utf8)
        let parts = ImportPart.parts(of: content, size: 100)
        #expect(parts.count > 1)
        #expect(parts.allSatisfy { $0.contentType == "application/fhir+ndjson" })
        #expect(String(decoding: parts.flatMap(\.body), as: UTF8.self) == lines.joined(separator: "\n") + "\n")
        for part in parts {
            #expect(part.body.starts(with: Array(lines[Int(part.firstLine)].utf8)))
        }
    }

    @Test func `blank lines before the first resource do not hide NDJSON`() {
        let parts = ImportPart.parts(of: Array("\n \r\n\(patient)\n".utf8))
        #expect(parts.map(\.contentType) == ["application/fhir+ndjson"])
    }

    @Test func `the answers add up, and a skipped line keeps the file's number`() {
        var total = ImportTotal()
        total.add(["patients": 2, "encounters": 1, "skipped": [["line": 1, "reason": "no id"]]], firstLine: 0)
        total.add(["patients": 1, "encounters": 0, "skipped": [["line": 2, "reason": "no id"]]], firstLine: 40)
        #expect(total.patients == 3)
        #expect(total.encounters == 1)
        #expect(total.skippedLines == ["line 1: no id", "line 42: no id"])
    }
}
