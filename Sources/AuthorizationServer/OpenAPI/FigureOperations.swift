import HTTP

extension OperationGroup {
    static let figures = OperationGroup(
        name: "Figures",
        about: "How much is done and how long it takes: beside the administration, for who brings a token for it.",
        operations: [
            OperationDescription(
                .get, MetricsEndpoint.path, "Tell the figures",
                answers: [
                    OperationDescription.Answer(
                        status: 200, about: "The Prometheus text format 0.0.4.",
                        content: [OperationDescription.Content("text/plain", .text)])
                ])
        ])
}
