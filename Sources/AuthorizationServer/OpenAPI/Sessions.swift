import HTTP

extension OperationGroup {
    static let sessions = OperationGroup(
        name: "Sessions", about: "Who is signed in.",
        operations: [
            OperationDescription(
                .get, "/sessions", "List live sessions", .sortedPaging(CreationSort.self) + [person],
                answers: [.page("sessions", of: .named("Session"), "The oldest first.")], refusals: [.notFound]),
            OperationDescription(
                .delete, "/sessions/{id}", "End a session",
                answers: [.nothing(204, "As if the person had signed out.")]),
        ],
        schemas: [
            (
                "Session",
                .object(
                    .must("id", .integer(atLeast: 1)), .may("user", .text), .must("created_at", .time),
                    .must("auth_time", .time), .must("last_seen_at", .time), .must("expires_at", .time))
            )
        ])
}
