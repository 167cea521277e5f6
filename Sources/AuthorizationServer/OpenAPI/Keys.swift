import HTTP
import JOSE

extension OperationGroup {
    static let keys = OperationGroup(
        name: "Keys", about: "What tokens are signed with: never more than the public half.",
        operations: [
            OperationDescription(.get, "/keys", "List the signing keys", answers: [list("In whichever state.")]),
            OperationDescription(
                .post, "/keys", "Make a next key",
                body: .json(
                    .exactly(
                        .must("algorithm", algorithm),
                        .may("bits", .integer(among: Configuration.rsaKeySizes.map { Int64($0) })))),
                answers: [.json(201, .named("Key"), "It is published, and signs a day later at the earliest.")]),
            OperationDescription(
                .post, "/keys/rotate", "Let the next key sign",
                body: .json(
                    .exactly(
                        .must("algorithm", algorithm),
                        .may("now", Schema.flag.about("Before everybody can have it: with `force` alone.")),
                        .may("force", .flag))),
                answers: [list("It signs; the one before is retired.")], refusals: [.notFound]),
            OperationDescription(
                .post, "/keys/reencrypt", "Encrypt all keys with the passphrase of today",
                answers: [list("As before, under another lock.")]),
            OperationDescription(
                .post, "/keys/{kid}/retire", "Take a key back",
                body: .json(
                    .exactly(
                        .may(
                            "compromised",
                            Schema.flag.about("It was stolen: all that it signed is over, whichever state it is in."))),
                    isRequired: false), answers: [list("Without it.")]),
        ],
        schemas: [
            (
                "Key",
                .object(
                    .must("kid", .text), .must("algorithm", algorithm), .must("state", .word(of: KeyState.self)),
                    .must("published_at", .time), .must("since", Schema.time.about("When it came into its state.")),
                    .may("bits", .integer),
                    .may("usable_in", Schema.integer(atLeast: 0).about("Of a next key: it can sign then.")),
                    .must("encrypted", .flag))
            )
        ])

    private static let algorithm = Schema.word(among: KeyStore.algorithms.map(\.rawValue))

    private static func list(_ about: String) -> OperationDescription.Answer {
        .json(200, .object(.must("keys", .list(of: .named("Key")))), about)
    }
}
