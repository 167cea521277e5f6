import Encoding
import HTTP

extension Command {
    static let tokenInspect = Command(
        "token inspect", "show what a token says and whether it is live",
        arguments: [Argument("TOKEN|-", "the token, or - to read it from standard input")],
        options: Option.administration,
        notes: ["Other people on the machine can read arguments: prefer - for a token that still opens something."]
    ) { invocation in
        let word = try invocation.argument(0)
        let token = word == "-" ? try invocation.secretFromInput() : word
        let answer = try await invocation.administration().send(
            .post, "/admin/v1/tokens/inspect", ["token": .string(token)])
        invocation.answer(answer, Presentation.members)
    }
}
