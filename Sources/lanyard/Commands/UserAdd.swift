import Encoding
import HTTP

extension Command {
    static let userAdd = Command(
        "user add", "add a person who signs in", arguments: [.username],
        options: [
            .value("name", "NAME", "the name shown on pages (default: the username)"),
            .value("fhir-user", "TYPE/ID", "who it is in FHIR, such as Practitioner/9 or Patient/456"),
            .value("patient", "ID", "a patient that this person may act for", repeatable: true),
            .value("role", "ROLE", "a role (default: the one of default_roles for this kind)", repeatable: true),
            .passwordFromInput, .keepPassword,
        ] + Option.administration,
        notes: Option.passwordNotes
    ) { invocation in
        let username = try invocation.argument(0)
        let client = try invocation.administration()
        var user: JSONObject = ["username": .string(username), "password": .string(try invocation.newPassword())]
        user["must_change_password"] = .bool(!invocation.flag(Option.keepPassword.name))
        user["name"] = .string(invocation.option("name") ?? username)
        user["fhirUser"] = invocation.option("fhir-user").map { .string($0) }
        let patients = invocation.values("patient")
        if !patients.isEmpty { user["patients"] = .array(patients.map { .string($0) }) }
        let roles = invocation.values("role")
        if !roles.isEmpty { user["roles"] = .array(roles.map { .string($0) }) }
        let answer = try await client.send(.post, "/admin/v1/users", .object(user))
        invocation.answer(answer, Presentation.members)
    }
}

extension Argument {
    static let username = Argument("USERNAME", "what the person types to sign in")
}
