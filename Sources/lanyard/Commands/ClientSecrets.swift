import Encoding
import HTTP

extension Command {
    static let clientSecrets = Command(
        "client secrets", "list a client's secrets by number, never what they are", arguments: [.clientID],
        options: Option.administration
    ) { invocation in
        let answer = try await invocation.administration().send(.get, try invocation.clientPath() + "/secrets")
        invocation.answer(answer, Presentation.secrets)
    }
}

extension Presentation {
    /// The secrets of a client, with times for people; the current one has no end.
    static func secrets(_ answer: JSON) -> String {
        let rows = (answer["secrets"]?.arrayValue ?? []).map { secret -> JSON in
            [
                "id": secret["id"] ?? .null, "created": time(secret["created_at"]),
                "expires": time(secret["expires_at"]),
            ]
        }
        return table(rows, [("SECRET", "id"), ("CREATED", "created"), ("EXPIRES", "expires")])
    }

    private static func time(_ json: JSON?) -> JSON {
        json?.integerValue.map { .string(Timestamp.rfc3339($0)) } ?? .null
    }
}
