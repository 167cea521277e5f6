import HTTP

extension OperationGroup {
    static let operations = OperationGroup(
        name: "Operations", about: "Patients, launches, tokens, emergencies and backups.",
        operations: [
            OperationDescription(
                .post, "/patients", "Import patients and encounters",
                body: OperationDescription.Body(
                    content: [
                        OperationDescription.Content("application/json", .named("Bundle")),
                        OperationDescription.Content("application/x-ndjson", .text),
                    ], isRequired: true),
                answers: [.json(200, .named("Import"), "All that was right is imported.")], refusals: [.notValid]),
            OperationDescription(
                .post, "/launches", "Open an EHR launch", body: .json(.named("NewLaunch")),
                answers: [.json(201, .named("Launch"), "Where to send the browser.")], refusals: [.notValid]),
            OperationDescription(
                .post, "/tokens/inspect", "Say what a token says", body: .json(.object(.must("token", .text))),
                answers: [
                    .json(
                        200,
                        .object(
                            .must("active", .flag), .may("header", .map(to: .any)), .may("claims", .map(to: .any))),
                        "Nothing but `active` may be believed.")
                ], refusals: [.notValid]),
            OperationDescription(
                .get, "/emergency-accesses", "List who broke the glass",
                .paging + [.flag("unreviewed", "Only those that nobody has looked at.")],
                answers: [.page("emergency_accesses", of: .named("EmergencyAccess"), "The newest first.")]),
            OperationDescription(
                .post, "/emergency-accesses/{id}/review", "Say what the review found",
                body: .json(.object(.must("note", .line(1...2000)))),
                answers: [.json(200, .named("EmergencyAccess"), "Reviewed.")], refusals: [.conflict, .notValid]),
            OperationDescription(
                .post, "/backups", "Record that the database is copied",
                body: .json(.object(.must("file", .named("Reason")))), answers: [.nothing(204, "Recorded.")],
                refusals: [.notValid]),
        ],
        schemas: [
            (
                "Bundle",
                Schema.object(
                    .must("resourceType", .word("Bundle")),
                    .may(
                        "entry",
                        Schema.list(of: .any).about("With a `resource` each; what is wrong is told by its place."))
                ).about("FHIR R4.")
            ),
            (
                "Import",
                .object(
                    .must("patients", .integer(atLeast: 0)), .must("encounters", .integer(atLeast: 0)),
                    .must("skipped", .list(of: .object(.must("line", .integer), .must("reason", .text)))))
            ),
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
                "EmergencyAccess",
                .object(
                    .must("id", .integer(atLeast: 1)), .must("username", .text), .must("client_id", .text),
                    .must("patient", .text), .must("reason", .text), .must("at", .time), .must("expires_at", .time),
                    .must("reviewed", .flag), .may("reviewed_at", .time), .may("reviewed_by", .text),
                    .may("note", .text))
            ),
        ])
}
