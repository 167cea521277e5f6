import HTTP

extension OperationGroup {
    static let launches = OperationGroup(
        name: "Launches", about: "What an EHR has opened and no app has taken up yet.",
        operations: [
            OperationDescription(
                .post, "/launches", "Open an EHR launch", body: .json(.named("NewLaunch")),
                answers: [.json(201, .named("OpenedLaunch"), "Where to send the browser.")]),
            OperationDescription(
                .get, "/launches", "List open launches", .numberedPaging + [.query("client", .text(atLeast: 1))],
                answers: [.page("launches", of: .named("OpenLaunch"), "Never the value that the app brings.")]),
            OperationDescription(
                .delete, "/launches/{id}", "Withdraw a launch",
                answers: [.nothing(204, "No app can take it up any more.")]),
        ],
        schemas: [
            (
                "NewLaunch",
                Schema.object(
                    .must("client_id", .text), .may("user", .text), .may("patient", .named("FHIRID")),
                    .may("encounter", .named("FHIRID")), .may("fhirContext", .list(of: .map(to: .any))),
                    .may("intent", .line(1...255)), .may("need_patient_banner", .flag), .may("smart_style_url", .uri),
                    .may("tenant", .line(1...255)),
                    .may("aud", Schema.uri.about("Which FHIR server; the first by default.")),
                    .may("launch_url", Schema.uri.about("Which of the client's; the first by default."))
                ).about("Extensions of the launch context are named by a URI or with two underscores.")
            ),
            ("Launch", .object(.must("launch", .text), .must("launch_url", .uri), .must("expires_in", .integer))),
            (
                "OpenedLaunch",
                .object(.once("launch", .text), .once("launch_url", .uri), .must("expires_in", .integer))
            ),
            (
                "OpenLaunch",
                .object(
                    .must("id", .integer(atLeast: 1)), .must("client_id", .text), .may("user", .text),
                    .must("audience", .text), .may("context", .map(to: .any)), .must("created_at", .time),
                    .must("expires_at", .time))
            ),
        ])
}
