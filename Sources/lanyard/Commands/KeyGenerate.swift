import Encoding
import HTTP

extension Command {
    static let keyGenerate = Command(
        "key generate", "make the next signing key and publish it",
        options: [
            .value("algorithm", "ALG", "ES256 (access tokens) or RS256 (id_tokens)", required: true),
            .value("bits", "BITS", "the length of an RSA key: 2048, 3072 or 4096 (default: key_rsa_bits)"),
        ] + Option.administration,
        notes: ["It signs nothing yet: a day later, when everybody has it, lanyard key rotate lets it."]
    ) { invocation in
        var body: JSONObject = ["algorithm": .string(try invocation.required("algorithm"))]
        if let text = invocation.option("bits") {
            guard let bits = Int64(text) else { throw CommandFailure.usage("--bits must be a number") }
            body["bits"] = .integer(bits)
        }
        let answer = try await invocation.administration().send(.post, "/admin/v1/keys", .object(body))
        invocation.answer(answer, Presentation.members)
    }
}
