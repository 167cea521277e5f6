/// The program without its process: words in, exit code out.
struct Program: Sendable {
    /// What is to be done, known before any thread is started.
    struct Prepared: Sendable {
        let untilStopped: Bool
        let run: @Sendable () async -> ExitCode
    }

    let console: Console
    let environment: [String: String]
    var commands = Command.all
    var groups = CommandGroup.all

    func prepare(_ words: [String]) -> Prepared {
        do {
            switch try CommandLineParser(commands: commands, groups: groups).parse(words) {
            case .help(let text):
                return Prepared(untilStopped: false) { [console] in
                    console.write(text + "\n")
                    return .ok
                }
            case .run(let command, let arguments, let options):
                let invocation = Invocation(
                    arguments: arguments, options: options, environment: environment, console: console)
                return Prepared(untilStopped: command.untilStopped) { await run(command, invocation) }
            }
        } catch {
            return Prepared(untilStopped: false) { report(error) }
        }
    }

    private func run(_ command: Command, _ invocation: Invocation) async -> ExitCode {
        do {
            try await command.run(invocation)
            return .ok
        } catch let failure as CommandFailure {
            var failure = failure
            failure.command = command.name
            return report(failure)
        } catch {
            return report(.failed("\(error)"))
        }
    }

    private func report(_ failure: CommandFailure) -> ExitCode {
        console.note("lanyard: \(SafeText.line(failure.message))\n")
        for line in failure.details { console.note(SafeText.line(line) + "\n") }
        if failure.exitCode == .usage, failure.details.isEmpty {
            let hint = failure.command.map { "lanyard \($0) --help shows its options" }
            console.note("\(hint ?? "lanyard --help shows the commands")\n")
        }
        return failure.exitCode
    }
}
