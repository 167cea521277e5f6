import HTTP

extension OperationGroup {
    static let health = OperationGroup(
        name: "Health", about: "For whoever keeps servers running; answered on every listener.",
        operations: [
            OperationDescription(
                .get, "/health/live", "Does the process answer",
                answers: [.json(200, .object(.must("status", .word("live"))), "It does.")], security: [.none]),
            OperationDescription(
                .get, "/health/ready", "Should requests come here now",
                answers: [
                    .json(200, readiness("ready"), "They should."),
                    .json(503, readiness("not ready"), "They should not: what does not work is named."),
                ], security: [.none]),
        ])

    private static func readiness(_ status: String) -> Schema {
        .object(
            .must("status", .word(status)),
            .must(
                "checks",
                .object(["database", "keys", "log", "running"].map { .must($0, .word("ok", "failing")) })))
    }
}
