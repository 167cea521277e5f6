import AuthorizationServer
import Crypto
import HTTP
import Policy
import Storage

/// Tells why a server could not be opened, and whether trying again can help.
enum StartFailure {
    static func failure(of error: any Error) -> CommandFailure {
        switch error {
        case let failure as CommandFailure: failure
        case let error as StorageError: CommandFailure(exitCode: exitCode(of: error), message: "\(error)")
        case let error as ServerError: CommandFailure(exitCode: exitCode(of: error), message: "\(error)")
        case let problems as PolicyProblems:
            CommandFailure(
                exitCode: .configuration, message: "the role policies do not hold together",
                details: problems.list.map { "  " + SafeText.line($0.description) })
        case is TLSError, is KeyStoreFailure, is PrivateFile.Failure, is MissingDefaultRoles, is FHIRServerConflict:
            CommandFailure(exitCode: .configuration, message: "\(error)")
        default: .failed("\(error)")
        }
    }

    private static func exitCode(of error: StorageError) -> ExitCode {
        switch error {
        case .busy, .full, .io, .locked, .overloaded: .unavailable
        case .corrupt, .newerSchema, .conflict, .closed, .library: .failed
        }
    }

    private static func exitCode(of error: ServerError) -> ExitCode {
        switch error {
        case .addressInUse, .system: .unavailable
        case .badAddress: .configuration
        }
    }
}
