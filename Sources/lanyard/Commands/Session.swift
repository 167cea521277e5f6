import Encoding
import HTTP

extension Command {
    static let sessionList = Command(
        "session list", "list who is signed in",
        options: [.value("user", "USERNAME", "only that person")] + Option.administration
    ) { invocation in
        let sessions = try await invocation.administration().list(
            "/admin/v1/sessions" + invocation.query("user"), "sessions")
        invocation.answer(["sessions": .array(sessions)]) { _ in
            Presentation.table(
                sessions,
                [("ID", "id"), ("USER", "user"), ("SIGNED IN", "auth_time"), ("LAST SEEN", "last_seen_at")])
        }
    }

    static let sessionEnd = Command(
        "session end", "sign somebody out, as they would themselves",
        arguments: [Argument("ID", "the number of the session, as session list shows it")],
        options: Option.administration
    ) { invocation in
        let path = "/admin/v1/sessions/" + PathSegment.encode(try invocation.argument(0))
        _ = try await invocation.administration().send(.delete, path)
        invocation.answer(["ended": true]) { _ in "ended\n" }
    }
}
