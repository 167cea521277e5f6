import Encoding
import HTTP

extension Command {
    static let keyRotate = Command(
        "key rotate", "let the next key sign; the one before it is kept until its tokens have expired",
        options: [
            .value("algorithm", "ALG", "ES256 (access tokens) or RS256 (id_tokens)", required: true),
            .flag("now", "however short the next key has been published; needs --force"),
            .flag("force", "accept what --now breaks: who does not have the new key yet refuses what it signs"),
        ] + Option.administration
    ) { invocation in
        let body: JSONObject = [
            "algorithm": .string(try invocation.required("algorithm")), "now": .bool(invocation.flag("now")),
            "force": .bool(invocation.flag("force")),
        ]
        let answer = try await invocation.administration().send(.post, "/admin/v1/keys/rotate", .object(body))
        invocation.answer(answer, Presentation.keys)
    }
}
