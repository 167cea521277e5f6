import HTTP

extension OperationGroup {
    static let recentRefusals = OperationGroup(
        name: "Refusals", about: "Why somebody was refused just now, by the request id that they were told.",
        operations: [
            OperationDescription(
                .get, "/refusals", "List refusals",
                .numberedPaging
                    + ["request_id", "error", "path", "address"].map {
                        OperationDescription.Parameter.query($0, .text(atLeast: 1))
                    },
                answers: [.page("refusals", of: .named("RecentRefusal"), "The newest first.")])
        ],
        schemas: [
            (
                "RecentRefusal",
                .object(
                    .must("at", .time), .must("request_id", .text), .must("method", .text), .must("path", .text),
                    .must("address", .text), .must("error", .text), .must("description", .text),
                    .may("detail", Schema.text.about("For the operator: the client was not told.")))
            )
        ])
}
