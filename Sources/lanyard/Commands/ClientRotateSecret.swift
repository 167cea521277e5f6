import Encoding
import HTTP

extension Command {
    static let clientRotateSecret = Command(
        "client rotate-secret", "give a client a new secret; the old one works on for a while", arguments: [.clientID],
        options: [
            .value("overlap", "SECONDS", "how long the old ones go on working (default: 86400, a day; 0: end now)"),
            .clientSecretFromInput,
        ] + Option.administration,
        notes: [
            "The new client secret is shown this once. Give it to every instance of the client before the old one ends.",
            "After a leak: --overlap 0.",
        ]
    ) { invocation in
        var rotation: JSONObject = [:]
        if let overlap = invocation.option("overlap") {
            guard let seconds = Int64(overlap) else { throw CommandFailure.usage("--overlap: \(overlap) is no number") }
            rotation["overlap_seconds"] = .integer(seconds)
        }
        let client = try invocation.administration()
        if invocation.flag(Option.clientSecretFromInput.name) {
            rotation["client_secret"] = .string(try invocation.secretFromInput())
        }
        let path = try invocation.clientPath() + "/secrets"
        let answer = try await client.send(.post, path, .object(rotation))
        invocation.answer(answer) { answer in
            let shown: JSON = [
                "client_id": answer["client_id"] ?? .null, "client_secret": answer["client_secret"] ?? .null,
            ]
            return Presentation.members(shown) + "\n" + Presentation.secrets(answer)
        }
    }
}

extension Option {
    static let clientSecretFromInput = Option.flag(
        "client-secret-stdin", "read the client secret from standard input (default: a new one)")
}
