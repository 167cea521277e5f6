import HTTP

extension OperationGroup {
    static let operations = OperationGroup(
        name: "Operations", about: "Tokens, emergencies and backups.",
        operations: [
            OperationDescription(
                .post, "/tokens/inspect", "Say what a token says", body: .json(.object(.must("token", .text))),
                answers: [
                    .json(
                        200,
                        .object(
                            .must("active", .flag), .may("header", .map(to: .any)), .may("claims", .map(to: .any))),
                        "Nothing but `active` may be believed.")
                ]),
            OperationDescription(
                .get, "/emergency-accesses", "List who broke the glass",
                .numberedPaging + [.flag("unreviewed", "Only those that nobody has looked at.")],
                answers: [.page("emergency_accesses", of: .named("EmergencyAccess"), "The newest first.")]),
            OperationDescription(
                .post, "/emergency-accesses/{id}/review", "Say what the review found",
                body: .json(.object(.must("note", .line(1...2000)))),
                answers: [.json(200, .named("EmergencyAccess"), "Reviewed.")]),
            OperationDescription(
                .post, "/backups", "Record that the database is copied",
                body: .json(.object(.must("file", .named("Reason")))), answers: [.nothing(204, "Recorded.")]),
        ],
        schemas: [
            (
                "EmergencyAccess",
                .object(
                    .must("id", .integer(atLeast: 1)), .must("username", .text), .must("client_id", .text),
                    .must("patient", .text), .must("reason", .text), .must("at", .time), .must("expires_at", .time),
                    .must("reviewed", .flag), .may("reviewed_at", .time), .may("reviewed_by", .text),
                    .may("note", .text))
            )
        ])
}
