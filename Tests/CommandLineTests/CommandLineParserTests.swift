import Testing

@testable import lanyard

@Suite struct `Command line: words become a command` {
    let parser = CommandLineParser(commands: Command.all, groups: CommandGroup.all)

    struct Refusal: Sendable, CustomTestStringConvertible {
        let words: String
        let says: [String]
        var testDescription: String { "lanyard \(words)" }
    }

    @Test(arguments: [
        Refusal(words: "", says: ["a command is missing"]),
        Refusal(words: "clint list", says: ["\"clint\"", "did you mean client?"]),
        Refusal(words: "client", says: ["a command after \"client\" is missing"]),
        Refusal(words: "client lsit", says: ["\"client lsit\"", "did you mean client list?"]),
        Refusal(words: "client add", says: ["FILE|- is missing"]),
        Refusal(words: "client add a b", says: ["\"b\" is one argument too many"]),
        Refusal(words: "client list --jsno", says: ["--jsno", "did you mean --json?"]),
        Refusal(words: "client list -j", says: ["there is no option -j"]),
        Refusal(words: "client list --json=yes", says: ["--json takes no value"]),
        Refusal(words: "client list --socket", says: ["--socket PATH: the value is missing"]),
        Refusal(words: "client list --socket --json", says: ["--socket PATH: the value is missing"]),
        Refusal(words: "client list --socket a --socket b", says: ["--socket is given twice"]),
        Refusal(words: "launch create", says: ["--client ID is missing"]),
        Refusal(words: "resource-server add --name x", says: ["--audience URL is missing"]),
        Refusal(words: "help clinet", says: ["did you mean client?"]),
        Refusal(words: "client approve", says: ["ID is missing"]),
        Refusal(words: "client list --wating", says: ["did you mean --waiting?"]),
        Refusal(words: "registration-token creat", says: ["did you mean registration-token create?"]),
        Refusal(words: "registration-token create --use 5", says: ["did you mean --uses?"]),
        Refusal(words: "registration-token revoke", says: ["ID is missing"]),
        Refusal(words: "zzzzzzzz", says: ["there is no command \"zzzzzzzz\""]),
    ])
    func `what is not understood is named, with the nearest name, and exits 64`(_ refusal: Refusal) async {
        let captured = CapturedConsole()
        #expect(await captured.run(refusal.words.split(separator: " ").map(String.init)) == .usage)
        #expect(captured.output.isEmpty)
        for text in refusal.says { #expect(captured.notes.contains(text), "\(captured.notes)") }
    }

    @Test func `no suggestion is made where nothing is near`() async {
        let captured = CapturedConsole()
        _ = await captured.run(["zzzzzzzz"])
        #expect(!captured.notes.contains("did you mean"))
    }

    @Test(arguments: Command.all.map(\.name) + ["client", "user", "resource-server", "patient", "launch", "token"])
    func `every command and every group has help, called in three ways`(name: String) async {
        let words = name.split(separator: " ").map(String.init)
        for line in [words + ["--help"], words + ["-h"], ["help"] + words] {
            let captured = CapturedConsole()
            #expect(await captured.run(line) == .ok)
            #expect(captured.output.hasPrefix("lanyard \(name): "))
            #expect(captured.notes.isEmpty)
        }
    }

    @Test func `the overview names every command's first word`() async {
        let captured = CapturedConsole()
        #expect(await captured.run(["--help"]) == .ok)
        for command in Command.all { #expect(captured.output.contains("  \(command.path[0])")) }
    }

    @Test func `help wins over what is missing, but not after --`() throws {
        guard case .help = try parser.parse(["client", "show", "--socket", "x", "--help"]) else {
            Issue.record("no help")
            return
        }
        guard case .run(_, let arguments, _) = try parser.parse(["client", "show", "--", "--help"]) else {
            Issue.record("help for an argument")
            return
        }
        #expect(arguments == ["--help"])
    }

    @Test func `values come after a space or an equals sign, and may repeat where they can`() throws {
        let invocation = try CapturedConsole().invocation([
            "user", "add", "maria", "--patient", "456", "--patient=789", "--name=a=b", "--json",
        ])
        #expect(invocation.arguments == ["maria"])
        #expect(invocation.values("patient") == ["456", "789"])
        #expect(invocation.option("name") == "a=b")
        #expect(invocation.wantsJSON)
        #expect(!invocation.flag("password-stdin"))
    }

    @Test func `a lone dash is an argument: standard input`() throws {
        #expect(try CapturedConsole().invocation(["client", "add", "-"]).arguments == ["-"])
    }

    @Test func `no command takes a password or a client secret as an argument`() {
        for command in Command.all {
            for option in command.options where option.name.contains("password") || option.name.contains("secret") {
                // Where a secret is, or is put, may be said.
                let placeholders: [String?] = [nil, "FILE", "DIR|FILE"]
                #expect(placeholders.contains(option.placeholder), "\(command.name) --\(option.name)")
            }
        }
    }

    @Test func `no two commands have one name, no command two options of one name`() {
        #expect(Set(Command.all.map(\.name)).count == Command.all.count)
        for command in Command.all {
            #expect(Set(command.options.map(\.name)).count == command.options.count, "\(command.name)")
        }
    }

    @Test(arguments: [("kitten", "sitting", 3), ("", "abc", 3), ("abc", "", 3), ("json", "jsno", 1), ("a", "a", 0)])
    func `the distance counts added, dropped, changed and swapped letters`(a: String, b: String, distance: Int) {
        #expect(Suggestion.distance(Array(a.unicodeScalars), Array(b.unicodeScalars)) == distance)
    }
}
