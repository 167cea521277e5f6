import HTTP

extension Command {
    static let resourceServerRemove = Command(
        "resource-server remove", "remove a FHIR server: it can introspect nothing any more", arguments: [.clientID],
        options: Option.administration
    ) { invocation in
        let answer = try await invocation.administration().send(.delete, try invocation.resourceServerPath())
        invocation.answerRemoval(answer, ofClient: try invocation.argument(0))
    }
}
