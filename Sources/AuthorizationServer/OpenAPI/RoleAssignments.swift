import HTTP

extension OperationGroup {
    static let roleAssignments = OperationGroup(
        name: "Role assignments", about: "Who has which role, for what and how long.",
        operations: [
            OperationDescription(
                .post, "/role-assignments", "Give somebody a role", [force], body: .json(.named("NewRoleAssignment")),
                answers: [.json(201, .named("RoleAssignment"), "Given.")], refusals: [.notFound]),
            OperationDescription(
                .get, "/role-assignments", "List role assignments",
                .numberedPaging + [
                    .query("user", .text(atLeast: 1)), .query("client", .text(atLeast: 1)),
                    .query("group", .text(atLeast: 1)), .query("role", .text(atLeast: 1)),
                    .flag("all", "Also those that were revoked."),
                ],
                answers: [.page("role_assignments", of: .named("RoleAssignment"), "The oldest first.")],
                refusals: [.notFound]),
            OperationDescription(
                .post, "/role-assignments/{id}/revoke", "Take a role away", [force],
                body: .json(.exactly(.must("reason", .named("Reason")))),
                answers: [.json(200, .named("RoleAssignment"), "Revoked.")]),
            OperationDescription(
                .get, "/users/{username}/roles", "List the roles of a person",
                answers: [.json(200, .named("UserRoles"), "Directly and by groups, and whether they stand.")]),
        ],
        schemas: [
            (
                "NewRoleAssignment",
                Schema.object(
                    gift + [
                        .may("user", .text(atLeast: 1)), .may("client", .text(atLeast: 1)),
                        .may("group", .text(atLeast: 1)),
                    ]
                ).closed.withOneOf("user", "client", "group")
            ),
            ("RoleGift", Schema.object(gift).closed),
            ("RoleAssignment", .object(assignment)),
            (
                "UserRoles",
                .object(
                    .must("username", .text), .must("disabled", .flag), .may("fhirUser", .text),
                    .must("groups", .list(of: .text)), .must("roles", .list(of: .named("UserRole"))))
            ),
            (
                "UserRole",
                .object(
                    assignment + [
                        .must("from", .text), .may("title", .text), .must("stands", .flag), .may("why_not", .text),
                        .may("needs", .list(of: .text)),
                    ])
            ),
        ])

    private static let gift: [Schema.Member] = [
        .must("role", .named("RoleName")),
        .may("parameters", .map(to: .either(.text, .list(of: .text, atLeast: 1)))), .may("valid_from", .time),
        .may("valid_until", .time), .may("reason", .line(0...1000)),
    ]

    private static let assignment: [Schema.Member] = [
        .must("id", .integer(atLeast: 1)), .may("user", .text), .may("client", .text), .may("group", .text),
        .must("role", .text), .must("parameters", .map(to: .list(of: .text))),
        .must("state", .word("in force", "not yet", "over", "revoked")), .may("valid_from", .time),
        .may("valid_until", .time), .must("granted_by", .text), .must("granted_at", .time), .must("reason", .text),
        .may("revoked_at", .time), .may("revoked_by", .text), .may("revoke_reason", .text),
    ]
}
