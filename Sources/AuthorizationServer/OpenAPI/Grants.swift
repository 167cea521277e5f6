import HTTP
import Storage

extension OperationGroup {
    static let grants = OperationGroup(
        name: "Grants", about: "What apps were let into and may still use.",
        operations: [
            OperationDescription(
                .get, "/grants", "List live grants",
                .sortedPaging(CreationSort.self) + [
                    person, .query("client", .text(atLeast: 1)), .query("patient", .text(atLeast: 1)),
                ],
                answers: [.page("grants", of: .named("Grant"), "The oldest first.")], refusals: [.notFound]),
            OperationDescription(
                .get, "/grants/{id}", "Show a grant",
                answers: [.json(200, .named("Grant"), "Also one that was revoked.")]),
            OperationDescription(
                .delete, "/grants/{id}", "Revoke a grant",
                answers: [.nothing(204, "It has ended, with all tokens that were made from it.")]),
            OperationDescription(
                .post, "/grants/revoke", "Revoke many grants", body: .json(.named("GrantRevocation")),
                answers: [.json(200, .object(.must("revoked", .integer(atLeast: 0))), "So many have ended.")],
                refusals: [.notFound]),
        ],
        schemas: [
            (
                "Grant",
                .object(
                    .must("id", .integer(atLeast: 1)), .may("user", .text), .must("client_id", .text),
                    .must("audience", .text), .must("scope", .text), .may("patient", .text),
                    .may("purpose_of_use", .text), .may("address", .text),
                    .must("refresh", .word(of: RefreshKind.self)), .must("created_at", .time),
                    .must("expires_at", .time), .may("revoked_at", .time), .may("revoked_reason", .text))
            ),
            (
                "GrantRevocation",
                Schema.exactly(
                    .may("user", Schema.text.about("A username or a sub.")), .may("client", .text),
                    .may("patient", .text),
                    .may("all", Schema.flag.about("True where nothing else is stated, and only there."))
                ).about("All that fit everything that is stated.")
            ),
        ])

    /// Whose grants or sessions are meant.
    static let person = OperationDescription.Parameter.query(
        "user", Schema.text(atLeast: 1).about("A username or a sub."))
}
