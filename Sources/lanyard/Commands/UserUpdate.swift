import Encoding
import HTTP

extension Command {
    static let userShow = Command(
        "user show", "show one person", arguments: [.username], options: Option.administration
    ) { invocation in
        let user = try await invocation.administration().send(.get, try invocation.userPath())
        invocation.answer(user, Presentation.members)
    }

    static let userUpdate = Command(
        "user update", "change a person's name, who they are in FHIR, or whom they may act for", arguments: [.username],
        options: [
            .value("name", "NAME", "the name shown on pages"),
            .value("fhir-user", "TYPE/ID|none", "who it is in FHIR; sessions and grants end if it is another"),
            .value(
                "patient", "ID|none", "a patient that this person may act for, instead of those before",
                repeatable: true),
            .force,
        ] + Option.administration
    ) { invocation in
        var patch: JSONObject = [:]
        patch["name"] = invocation.option("name").map { .string($0) }
        if let user = invocation.option("fhir-user") { patch["fhirUser"] = user == "none" ? .null : .string(user) }
        let patients = invocation.values("patient")
        if !patients.isEmpty { patch["patients"] = .array(patients.filter { $0 != "none" }.map { .string($0) }) }
        guard !patch.isEmpty else {
            throw CommandFailure.usage("what is to be other: --name, --fhir-user or --patient")
        }
        // What is given here depends on nothing that was read before.
        let answer = try await invocation.administration().send(
            .patch, try invocation.userPath() + invocation.insistence, .object(patch), ifMatch: "*")
        invocation.answer(answer, Presentation.members)
    }

    static let userRemove = Command(
        "user remove", "remove a person, with their sessions, grants and roles", arguments: [.username],
        options: [.force] + Option.administration
    ) { invocation in
        _ = try await invocation.administration().send(.delete, try invocation.userPath() + invocation.insistence)
        let username = try invocation.argument(0)
        invocation.answer(["username": .string(username), "removed": true]) { _ in
            SafeText.line("removed \(username)") + "\n"
        }
    }
}
