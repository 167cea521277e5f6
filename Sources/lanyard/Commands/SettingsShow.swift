import HTTP

extension Command {
    static let settingsShow = Command(
        "settings show", "show what the running server goes by, as far as it is no secret",
        options: Option.administration
    ) { invocation in
        let settings = try await invocation.administration().send(.get, "/admin/v1/settings")
        invocation.answer(settings, Presentation.members)
    }
}
