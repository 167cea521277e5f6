import Encoding
import HTTP

extension Command {
    static let emergencyReview = Command(
        "emergency review", "write down what the review of an emergency access found",
        arguments: [Argument("ID", "the number of the access, as emergency list shows it")],
        options: [.value("note", "TEXT", "what the review found", required: true)] + Option.administration
    ) { invocation in
        let path = "/admin/v1/emergency-accesses/" + PercentEncoding.encode(try invocation.argument(0)) + "/review"
        let note: JSON = .string(invocation.option("note") ?? "")
        let answer = try await invocation.administration().send(.post, path, ["note": note])
        invocation.answer(answer, Presentation.members)
    }
}
