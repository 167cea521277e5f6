import HTTP

extension OperationGroup {
    static let patients = OperationGroup(
        name: "Patients", about: "The directory in which people look for a patient.",
        operations: [
            OperationDescription(
                .post, "/patients", "Import patients and encounters",
                body: OperationDescription.Body(
                    content: [
                        OperationDescription.Content("application/json", .named("Bundle")),
                        OperationDescription.Content("application/x-ndjson", .text),
                    ], isRequired: true),
                answers: [.json(200, .named("Import"), "All that was right is imported.")]),
            OperationDescription(
                .get, "/patients", "List patients",
                .paging + [
                    .query("search", Schema.text(atLeast: 1).about("A name, a record number or a date of birth."))
                ],
                answers: [.page("patients", of: .named("Patient"), "By their ids.")]),
            OperationDescription(
                .get, "/patients/{id}", "Show a patient",
                answers: [.json(200, .named("Patient"), "As the directory has them.")]),
            OperationDescription(
                .delete, "/patients/{id}", "Take a patient out of the directory",
                answers: [.nothing(204, "Apps keep what they were let into.")]),
        ],
        schemas: [
            (
                "Bundle",
                Schema.object(
                    .must("resourceType", .word("Bundle")),
                    .may("entry", Schema.list(of: .any).about("With a `resource` each; what is wrong is named."))
                ).about("FHIR R4.")
            ),
            (
                "Import",
                .object(
                    .must("patients", .integer(atLeast: 0)), .must("encounters", .integer(atLeast: 0)),
                    .must("skipped", .list(of: .object(.must("line", .integer), .must("reason", .text)))))
            ),
            (
                "Patient",
                .object(
                    .must("id", .named("FHIRID")), .must("family", .text), .must("given", .text),
                    .may("birth_date", .text), .may("gender", .text),
                    .may("identifier", Schema.text.about("The record number, where there is one.")))
            ),
        ])
}
