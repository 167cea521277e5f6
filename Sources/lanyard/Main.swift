import Glibc
import Synchronization
import Threads

/// The process: reads the command line, runs the command on the cooperative pool and exits with its code.
///
/// `main` is synchronous on purpose. Under an asynchronous one the main thread ends in libdispatch's `sigsuspend` with
/// an empty mask, where SIGTERM would end the process at once instead of waiting for `Signals`.
@main
enum Main {
    static func main() {
        let program = Program(console: .standard, environment: Environment.current())
        Environment.erase(KeyPassphraseSetting.variable)
        let words = Array(CommandLine.arguments.dropFirst())
        let prepared = program.prepare(words)
        if prepared.untilStopped { Signals.block() }
        ProcessProtection.apply()
        exit(run(prepared).rawValue)
    }

    /// Waits on the main thread, which belongs to no executor, for the command's end.
    private static func run(_ prepared: Program.Prepared) -> ExitCode {
        let finished = Signal()
        let outcome = ExitCodeBox()
        Task.detached {
            outcome.set(await prepared.run())
            finished.raise()
        }
        finished.wait()
        return outcome.value
    }
}

/// Carries the exit code from the task to the main thread.
private final class ExitCodeBox: Sendable {
    private let code = Mutex(ExitCode.failed)

    var value: ExitCode { code.withLock { $0 } }

    func set(_ value: ExitCode) { code.withLock { $0 = value } }
}
