import HTTP

extension OperationGroup {
    static let configuration = OperationGroup(
        name: "Configuration", about: "All that is administered, as files that can be kept in git.",
        operations: [
            OperationDescription(
                .get, "/configuration", "Show the configuration",
                [.flag("registered", "Also clients that registered themselves.")],
                answers: [
                    .json(
                        200,
                        .object(.must("files", .list(of: .named("ShownFile")))), "All of one moment.")
                ]),
            OperationDescription(
                .post, "/configuration/plan", "Say what files would change", body: .json(Schema.object(given).closed),
                answers: [.json(200, .object(plan), "Nothing is changed.")]),
            OperationDescription(
                .post, "/configuration/apply", "Put files in place",
                body: .json(
                    Schema.object(
                        given + [
                            .must("fingerprint", Schema.text.about("Of the plan that was looked at.")),
                            .may(
                                "secrets",
                                Schema.map(to: .text(atLeast: 16)).about("By reference, for clients without one.")
                            ),
                            .may("generate_secrets", Schema.flag.about("For the clients that are left without one.")),
                        ]
                    ).closed),
                answers: [
                    .json(
                        200, .object(plan + [.once("generated_secrets", .map(to: .text))]),
                        "All of it is in place; the secrets by client.")
                ], refusals: [.changedSince, .nothingSeen]),
        ],
        schemas: [
            ("ShownFile", .object(.must("name", .text), .must("json", .map(to: .any)))),
            (
                "ConfigurationFile",
                Schema.exactly(.must("name", .line(1...300)), .must("content", .text))
                    .about("`clients/growth-chart.json`, and what it holds, as text.")
            ),
            (
                "ConfigurationChange",
                .object(
                    .must("file", .text), .must("step", .word("create", "update", "remove", "unchanged")),
                    .may(
                        "changes",
                        .list(of: .object(.must("member", .text), .must("from", .any), .must("to", .any)), atLeast: 1)),
                    .may("needs_secret", .object(.must("client_id", .text), .must("reference", .text))))
            ),
        ])

    private static let given: [Schema.Member] = [
        .must("files", .list(of: .named("ConfigurationFile"))),
        .may(
            "prune",
            Schema.list(of: .word(of: ConfigurationKind.self)).about("Of these kinds, what no file is of goes.")
        ),
    ]

    private static let plan: [Schema.Member] = [
        .must("changes", .list(of: .named("ConfigurationChange"))),
        .must("counts", .object(["create", "update", "remove", "unchanged"].map { .must($0, .integer(atLeast: 0)) })),
        .must("fingerprint", Schema.text.about("Another where anything of the plan is another.")),
    ]
}
