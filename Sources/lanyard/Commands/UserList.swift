import Encoding

extension Command {
    static let userList = Command(
        "user list", "list the people who sign in",
        options: [.value("sort", "KEY", "by created (default), username or name; -created: the other way round")]
            + Option.administration
    ) { invocation in
        let users = try await invocation.administration().list("/admin/v1/users" + invocation.query("sort"), "users")
        invocation.answer(["users": .array(users)]) { _ in
            Presentation.table(
                users,
                [
                    ("USERNAME", "username"), ("NAME", "name"), ("FHIR USER", "fhirUser"),
                    ("DISABLED", "disabled"), ("LOCKED", "locked"),
                ])
        }
    }
}
