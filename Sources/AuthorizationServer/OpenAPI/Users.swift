import HTTP
import Storage

extension OperationGroup {
    static let users = OperationGroup(
        name: "Users", about: "The people who sign in.",
        operations: [
            OperationDescription(
                .post, "/users", "Add a person", body: .json(.named("NewUser")),
                answers: [.json(201, .named("User"), "Added.")], refusals: [.notFound]),
            OperationDescription(
                .get, "/users", "List people",
                .sortedPaging(UserSort.self) + [
                    .query(
                        "username",
                        Schema.text(atLeast: 1).about("Only those whose name begins so, sorted by `username`."))
                ],
                answers: [.page("users", of: .named("User"), "As they were added, or as `sort` says.")]),
            OperationDescription(
                .get, "/users/{username}", "Show a person",
                answers: [.json(200, .named("UserDetails"), "As they are.", .entityTag)]),
            OperationDescription(
                .patch, "/users/{username}", "Change a person", [.seen, force], body: .mergePatch(.named("UserPatch")),
                answers: [
                    .json(
                        200, .named("UserDetails"), "Who has become another in the record has to sign in again.",
                        .entityTag)
                ], refusals: [.conflict, .changedSince, .wrongType, .notValid, .nothingSeen]),
            OperationDescription(
                .delete, "/users/{username}", "Remove a person", [force],
                answers: [.nothing(204, "They are gone, with their sessions, grants and roles.")],
                refusals: [.conflict]),
            OperationDescription(
                .post, "/users/{username}/disable", "Shut a person out", [force],
                answers: [.json(200, .named("User"), "Disabled; sessions and grants have ended.")]),
            OperationDescription(
                .post, "/users/{username}/enable", "Let a person in again",
                answers: [.json(200, .named("User"), "Enabled.")]),
            OperationDescription(
                .post, "/users/{username}/unlock", "Forget failed sign-ins",
                answers: [.json(200, .named("User"), "May try again, from anywhere.")]),
            OperationDescription(
                .put, "/users/{username}/password", "Set a password", body: .json(.named("PasswordChange")),
                answers: [.json(200, .named("User"), "Set; sessions and grants have ended.")], refusals: [.notValid]),
        ],
        schemas: [
            ("User", .object(user)), ("UserDetails", .object(user + [.must("patients", .list(of: .named("FHIRID")))])),
            (
                "UserPatch",
                .exactly(
                    .may("name", .line(1...200)), .may("fhirUser", Schema.text.orNull),
                    .may("patients", Schema.list(of: .named("FHIRID")).orNull))
            ),
            (
                "NewUser",
                .exactly(
                    .must("username", .text(1...128, matching: "^[^\\x00-\\x20\\x7F]+$")),
                    .must("password", .named("Password")), .may("name", .line(1...200)),
                    .may("fhirUser", Schema.text.about("Such as Practitioner/9.")),
                    .may("patients", Schema.list(of: .named("FHIRID")).about("Whose records they may choose.")),
                    .may(
                        "roles",
                        Schema.list(of: .either(.named("RoleName"), .named("RoleGift")))
                            .about("In place of the usual one.")),
                    .may("must_change_password", .flag))
            ),
            (
                "PasswordChange",
                .object(.must("password", .named("Password")), .may("must_change_password", .flag))
            ),
            ("Password", .text(15...1024)),
            ("FHIRID", .text(1...64, matching: "^[A-Za-z0-9.-]+$")),
        ])

    private static let user: [Schema.Member] = [
        .must("username", .text), .must("sub", .text), .must("name", .text), .must("created_at", .time),
        .must("disabled", .flag), .must("locked", Schema.flag.about("For addresses that are not known.")),
        .may("must_change_password", .flag), .may("fhirUser", .text),
    ]

    /// AD-07.
    static let force = OperationDescription.Parameter.flag(
        "force", "Although nobody can assign roles after it: the operator of the system only.")
}
