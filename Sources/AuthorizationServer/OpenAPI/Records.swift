import HTTP
import Storage

extension OperationGroup {
    static let records = OperationGroup(
        name: "Records", about: "People and what they allowed, for another server or for the archive.",
        operations: [
            OperationDescription(
                .get, "/user-records", "Export people",
                .numberedPaging + [.flag("password_hashes", "With the hashes: on the local socket only.")],
                answers: [.page("users", of: .named("UserRecord"), "The oldest first.")]),
            OperationDescription(
                .post, "/user-records", "Import people",
                body: .json(
                    .exactly(
                        .must(
                            "users",
                            Schema.list(
                                of: .either(.named("UserRecord"), .any), atMost: Int64(RecordAdministration.mostRecords)
                            ).about("What is wrong with one is in its result, and keeps no other from being imported.")),
                        .may("check", Schema.flag.about("True: nothing is changed.")))),
                answers: [
                    .json(
                        200, .object(.must("results", .list(of: .named("UserRecordResult")))),
                        "One for each, in their order.")
                ]),
            OperationDescription(
                .get, "/grant-records", "Export live grants", .numberedPaging,
                answers: [.page("grants", of: .named("GrantRecord"), "The oldest first; no token is among them.")]),
        ],
        schemas: [
            (
                "UserRecord",
                .exactly(
                    .must("username", .text(1...128, matching: "^[^\\x00-\\x20\\x7F]+$")),
                    .may("sub", .text(3...64, matching: "^u_[A-Za-z0-9_-]+$")), .may("name", .line(0...200)),
                    .may("fhirUser", .text), .may("disabled", .flag),
                    .may("password_hash", Schema.text.about("scrypt, in the PHC format.")),
                    .may("must_change_password", .flag), .may("patients", .list(of: .named("FHIRID"))),
                    .may("groups", .list(of: .text)), .may("roles", .list(of: .named("RoleGift"))))
            ),
            (
                "UserRecordResult",
                .object(
                    .may("outcome", .word("added", "updated", "unchanged")),
                    .may("errors", .list(of: .object(.must("member", .text), .must("reason", .text)))))
            ),
            (
                "GrantRecord",
                .object(
                    .must("id", .integer(atLeast: 1)), .may("user", .text), .may("sub", .text), .must("client", .text),
                    .must("audience", .text), .must("scope", .text), .may("patient", .text), .may("encounter", .text),
                    .must("refresh", .word(of: RefreshKind.self)), .may("purpose_of_use", .text),
                    .must("created_at", .time), .must("expires_at", .time))
            ),
        ])
}
