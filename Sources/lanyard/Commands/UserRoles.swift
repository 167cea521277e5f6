import Encoding
import HTTP

extension Command {
    static let userRoles = Command(
        "user roles", "list the roles that a person has, by themselves and by groups, and whether they stand",
        arguments: [.username], options: Option.administration
    ) { invocation in
        let answer = try await invocation.administration().send(.get, try invocation.userPath() + "/roles")
        invocation.answer(answer) { answer in
            Presentation.table(
                (answer["roles"]?.arrayValue ?? []).map(\.withReadableTimes),
                [
                    ("ID", "id"), ("ROLE", "role"), ("FROM", "from"), ("WITH", "parameters"), ("STANDS", "stands"),
                    ("WHY NOT", "why_not"), ("NEEDS", "needs"), ("UNTIL", "valid_until"),
                ])
        }
    }
}
