import Synchronization

@testable import lanyard

/// A console that remembers what was written and answers from what the test prepared.
final class CapturedConsole: Sendable {
    private let written = Mutex((output: "", notes: ""))
    private let secrets: Mutex<[String]>
    private let answers: Mutex<[String]>
    private let input: [String: [UInt8]]

    init(input: [String: String] = [:], secrets: [String] = [], answers: [String] = []) {
        self.input = input.mapValues { Array($0.utf8) }
        self.secrets = Mutex(secrets)
        self.answers = Mutex(answers)
    }

    var output: String { written.withLock { $0.output } }
    var notes: String { written.withLock { $0.notes } }

    var console: Console {
        Console(
            write: { text in self.written.withLock { $0.output += text } },
            note: { text in self.written.withLock { $0.notes += text } },
            read: { (path: String) throws(CommandFailure) in
                guard let bytes = self.input[path] else { throw .failed("\(path): no such file") }
                return bytes
            },
            askSecret: { (_: String) throws(CommandFailure) in
                guard let secret = self.secrets.withLock({ $0.isEmpty ? nil : $0.removeFirst() }) else {
                    throw .usage("there is no terminal")
                }
                return secret
            },
            ask: { question in
                self.written.withLock { $0.notes += question }
                return self.answers.withLock { $0.isEmpty ? nil : $0.removeFirst() }
            })
    }

    /// Runs the words as the program would.
    func run(_ words: [String], environment: [String: String] = [:]) async -> ExitCode {
        await Program(console: console, environment: environment).prepare(words).run()
    }

    /// What a command is called with, as its `run` gets it.
    func invocation(_ words: [String], environment: [String: String] = [:]) throws -> Invocation {
        let parser = CommandLineParser(commands: Command.all, groups: CommandGroup.all)
        guard case .run(_, let arguments, let options) = try parser.parse(words) else {
            throw CommandFailure.usage("help")
        }
        return Invocation(arguments: arguments, options: options, environment: environment, console: console)
    }
}
