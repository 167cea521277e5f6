import HTTP
import Policy

extension OperationGroup {
    static let rolePolicies = OperationGroup(
        name: "Role policies", about: "What each role may do, and what it could before.",
        operations: [
            OperationDescription(
                .get, "/role-policies", "List role policies",
                answers: [
                    .json(200, .object(.must("role_policies", .list(of: .named("RolePolicySummary")))), "All of them.")
                ]),
            OperationDescription(
                .get, "/role-policies/{role}", "Show a role policy",
                answers: [.json(200, .named("StoredRolePolicy"), "As it stands.", .always("ETag", .text))]),
            OperationDescription(
                .put, "/role-policies/{role}", "Make or replace a role policy", [reason, ifMatch, force],
                body: .json(.named("RolePolicy")),
                answers: [
                    .json(200, .named("StoredRolePolicy"), "Replaced.", .always("ETag", .text)),
                    .json(201, .named("StoredRolePolicy"), "Made.", .always("ETag", .text)),
                ], refusals: [.conflict, .changedSince, .notValid, .nothingSeen]),
            OperationDescription(
                .delete, "/role-policies/{role}", "Remove a role policy", [reason, ifMatch, force],
                answers: [.nothing(204, "Removed; its history stays.")],
                refusals: [.conflict, .changedSince, .notValid, .nothingSeen]),
            OperationDescription(
                .get, "/role-policies/{role}/history", "List the revisions of a role policy", .numberedPaging,
                answers: [
                    .page(
                        "revisions", of: .named("RolePolicyRevisionSummary"), "The newest first.",
                        more: .must("role", .text))
                ]),
            OperationDescription(
                .get, "/role-policies/{role}/history/{revision}", "Show a revision",
                answers: [.json(200, .named("RolePolicyRevision"), "As it was.")]),
            OperationDescription(
                .post, "/role-policies/{role}/restore", "Put a revision in place again", [ifMatch, force],
                body: .json(.exactly(.must("revision", .integer), .must("reason", .named("Reason")))),
                answers: [.json(200, .named("StoredRolePolicy"), "In place.", .sometimes("ETag", .text))],
                refusals: [.changedSince, .nothingSeen]),
            OperationDescription(
                .post, "/role-policies/check", "Look for what is wrong with files",
                body: .json(.exactly(.must("files", .list(of: .named("PolicyFile"))))),
                answers: [
                    .json(
                        200,
                        .object(
                            .must("problems", .list(of: .named("PolicyRemark"))),
                            .must("warnings", .list(of: .named("PolicyRemark")))), "Nothing is changed.")
                ]),
            OperationDescription(
                .post, "/role-policies/plan", "Say what files would change",
                body: .json(.exactly(.must("files", .list(of: .named("PolicyFile"))), .may("overwrite", .flag))),
                answers: [
                    .json(
                        200,
                        .object(
                            .must("plans", .list(of: .named("PolicyPlan"))), .must("revisions", .named("Revisions"))),
                        "Nothing is changed.")
                ]),
            OperationDescription(
                .post, "/role-policies/apply", "Put files in place", [force],
                body: .json(
                    .exactly(
                        .must("files", .list(of: .named("PolicyFile"))), .may("overwrite", .flag),
                        .may("revisions", .named("Revisions")))),
                answers: [
                    .json(200, .object(.must("plans", .list(of: .named("PolicyPlan")))), "All of them are in place.")
                ], refusals: [.changedSince, .nothingSeen]),
            OperationDescription(
                .post, "/explain", "Say whether somebody may make a request, and why", body: .json(.named("Question")),
                answers: [.json(200, .named("Explanation"), "The decision and what led to it.")]),
        ],
        schemas: [
            ("RoleName", .text(1...64, matching: "^[a-z](?:[a-z0-9-]*[a-z0-9])?$")),
            ("Reason", .line(1...1000)),
            (
                "RolePolicy",
                Schema.object(
                    .must("role", .named("RoleName")), .must("version", .integer(atLeast: 1)), .must("title", .text),
                    .must("description", .text), .may("holders", .list(of: .word(of: Holder.self))),
                    .may("extends", .list(of: .named("RoleName"))), .may("parameters", .map(to: .any)),
                    .may("requires", .map(to: .any)), .may("rules", .list(of: .map(to: .any))),
                    .may("tests", .list(of: .map(to: .any)))
                ).closed.about("The whole form is in Policies/README.md; every member of it is checked.")
            ),
            ("RolePolicySummary", .object(summary + [.may("title", .text), .must("assigned", .flag)])),
            ("StoredRolePolicy", .object(summary + [.must("policy", .named("RolePolicy"))])),
            ("RolePolicyRevisionSummary", .object(revision)),
            ("RolePolicyRevision", .object(revision + [.may("policy", .named("RolePolicy"))])),
            ("PolicyFile", .exactly(.must("name", .text(1...255)), .must("content", .text))),
            ("PolicyRemark", .object(.must("file", .text), .must("member", .text), .must("reason", .text))),
            (
                "PolicyPlan",
                .object(.must("file", .text), .must("role", .text), .must("step", .text), .must("text", .text))
            ),
            (
                "Revisions",
                Schema.map(to: .integer(atLeast: 0)).about("By role, as `plan` showed them; 0: there was none.")
            ),
            (
                "Question",
                Schema.exactly(
                    .may("user", .text(atLeast: 1)), .may("client", .text(atLeast: 1)), .may("app", .text),
                    .must("request", Schema.text.about("Such as GET Observation?patient=456.")), .may("scopes", .text),
                    .may("patient", .named("FHIRID")), .may("purpose", .text), .may("acr", .text),
                    .may("address", .text), .may("request_body", .text), .may("if_none_exist", .text),
                    .may("filtering", .text)
                ).withOneOf("user", "client")
            ),
            (
                "Explanation",
                .object(
                    .must("decision", .named("Decision")), .must("words", .text), .must("scope", .text),
                    .must("roles", .list(of: .text)), .may("purpose_of_use", .text),
                    .must("trail", .list(of: .map(to: .any))))
            ),
        ])

    private static let summary: [Schema.Member] = [
        .must("role", .text), .must("revision", .integer(atLeast: 1)), .must("edited", .flag),
        .must("updated_at", .time),
        .must("actor", .text), .may("seed_version", .integer), .may("reason", .text),
    ]

    private static let revision: [Schema.Member] = [
        .must("role", .text), .must("revision", .integer(atLeast: 1)), .must("at", .time), .must("actor", .text),
        .may("seed_version", .integer), .may("reason", .text), .may("removed", .flag),
    ]

    private static let reason = OperationDescription.Parameter.query("reason", .named("Reason"), isRequired: true)

    private static let ifMatch = OperationDescription.Parameter.header(
        "If-Match", Schema.text.about("The ETag of the revision that is replaced."))
}
