import Encoding
import HTTP

extension Command {
    static let launchList = Command(
        "launch list", "list the launches that no app has taken up yet",
        options: [.value("client", "ID", "only of that app")] + Option.administration
    ) { invocation in
        let launches = try await invocation.administration().list(
            "/admin/v1/launches" + invocation.query("client"), "launches")
        invocation.answer(["launches": .array(launches)]) { _ in
            Presentation.table(
                launches,
                [
                    ("ID", "id"), ("CLIENT", "client_id"), ("USER", "user"), ("UNTIL", "expires_at"),
                    ("CONTEXT", "context"),
                ])
        }
    }

    static let launchWithdraw = Command(
        "launch withdraw", "take back a launch that no app has taken up yet",
        arguments: [Argument("ID", "the number of the launch, as launch list shows it")],
        options: Option.administration
    ) { invocation in
        let path = "/admin/v1/launches/" + PathSegment.encode(try invocation.argument(0))
        _ = try await invocation.administration().send(.delete, path)
        invocation.answer(["withdrawn": true]) { _ in "withdrawn\n" }
    }
}
