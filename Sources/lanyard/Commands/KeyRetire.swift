import Encoding
import HTTP

extension Command {
    static let keyRetire = Command(
        "key retire", "take back a next key; or, compromised, any key with all its tokens",
        arguments: [Argument("KEY", "the key's id")],
        options: [
            .flag("compromised", "somebody else may have it: it leaves /jwks, and all its tokens end, at once")
        ] + Option.administration,
        notes: ["A compromised key that signs makes way for the next one, or for a new one, published only then."]
    ) { invocation in
        let path = "/admin/v1/keys/" + PathSegment.encode(try invocation.argument(0)) + "/retire"
        let answer = try await invocation.administration().send(
            .post, path, ["compromised": .bool(invocation.flag("compromised"))])
        invocation.answer(answer, Presentation.keys)
    }
}
