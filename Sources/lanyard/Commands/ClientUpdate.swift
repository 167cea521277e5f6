import Encoding
import HTTP

extension Command {
    static let clientUpdate = Command(
        "client update", "change a client's registration by a merge patch (RFC 7396)",
        arguments: [.clientID, Argument("FILE|-", "the members that are to be other, as JSON; null takes one away")],
        options: [
            .value("version", "VERSION", "the version that was seen, as client show has it: no other is changed")
        ] + Option.administration,
        notes: ["A client that may do less than before, or proves itself in another way, loses its tokens and grants."]
    ) { invocation in
        guard let patch = try? JSON(parsing: invocation.console.read(invocation.argument(1))) else {
            throw CommandFailure.failed("\(try invocation.argument(1)) is not JSON")
        }
        let seen = invocation.option("version").map { "\"\($0)\"" } ?? "*"
        let client = try await invocation.administration().send(
            .patch, try invocation.clientPath(), patch, ifMatch: seen)
        invocation.answerRegistration(client)
    }
}
