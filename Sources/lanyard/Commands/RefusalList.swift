import Encoding

extension Command {
    static let refusalList = Command(
        "refusal list", "say why somebody was refused just now, newest first",
        options: [
            .value("request-id", "ID", "the request id that they were told"),
            .value("error", "CODE", "only that error, such as invalid_client"),
            .value("path", "PATH", "only at that path, such as /token"),
            .value("address", "ADDRESS", "only from there"),
        ] + Option.administration,
        notes: ["The running server keeps the last thousand in memory: none are left after a restart."]
    ) { invocation in
        let query = invocation.query("request-id", "error", "path", "address").replacing(
            "request-id=", with: "request_id=")
        let refusals = try await invocation.administration().list("/admin/v1/refusals" + query, "refusals")
        invocation.answer(["refusals": .array(refusals)]) { _ in
            Presentation.table(
                refusals,
                [
                    ("AT", "at"), ("REQUEST", "request_id"), ("FROM", "address"), ("PATH", "path"), ("ERROR", "error"),
                    ("SAID", "description"), ("BECAUSE", "detail"),
                ])
        }
    }
}
