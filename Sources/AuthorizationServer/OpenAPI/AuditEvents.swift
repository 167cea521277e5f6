import Encoding
import HTTP

extension OperationGroup {
    static let auditEvents = OperationGroup(
        name: "Audit events", about: "What happened, and whether the records of it are as they were written.",
        operations: [
            OperationDescription(
                .get, "/audit-events", "List audit records",
                .paging(after: "^([0-9]{1,18}-[0-9]{1,18})?$") + filters,
                answers: [
                    OperationDescription.Answer(
                        status: 200, about: "The newest first, in lines where `Accept` asks for them.",
                        content: [
                            OperationDescription.Content(
                                "application/json",
                                OperationDescription.Answer.pageSchema(
                                    "audit_events", of: .either(.named("AuditRecord"), .named("FHIRAuditEvent")))),
                            OperationDescription.Content("application/x-ndjson", .text),
                            OperationDescription.Content("application/fhir+ndjson", .text),
                        ], headers: [.sometimes("Link", Schema.text.about("Of lines: the next page (RFC 8288)."))])
                ]),
            OperationDescription(
                .get, "/audit-events/{id}", "Show an audit record",
                answers: [
                    OperationDescription.Answer(
                        status: 200, about: "As FHIR has it, where `Accept` asks for that.",
                        content: [
                            OperationDescription.Content("application/json", .named("AuditRecord")),
                            OperationDescription.Content("application/fhir+json", .named("FHIRAuditEvent")),
                        ])
                ]),
            OperationDescription(
                .post, "/audit-events/verify", "Look one page further whether the records are whole",
                body: .json(.named("AuditVerification"), isRequired: false),
                answers: [.json(200, .named("VerifiedAudit"), "The next request sends the `progress` of this one.")]),
            OperationDescription(
                .get, "/audit-checkpoints", "List the signed checkpoints", .numberedPaging,
                answers: [.page("audit_checkpoints", of: .named("AuditCheckpoint"), "The newest first.")]),
        ],
        schemas: [
            (
                "AuditRecord",
                .object(
                    .must("id", .integer(atLeast: 1)), .must("at", .time), .must("action", .text),
                    .must("failed", .flag), .must("outcome", .text), .may("actor", .text), .may("username", .text),
                    .may("client_id", .text), .may("client_name", .text), .may("patient", .text),
                    .may("patient_name", .text), .may("subject", .text), .may("subject_username", .text),
                    .may("address", .text), .may("detail", .text),
                    .may("trace", Schema.text.about("Of the `traceparent` that the request had.")))
            ),
            (
                "FHIRAuditEvent",
                Schema.object(.must("resourceType", .word("AuditEvent"))).extensible.about("FHIR R4.")
            ),
            (
                "AuditVerification",
                .object(
                    .may("progress", Schema.named("AuditProgress")),
                    .may("checkpoints", Schema.list(of: .text).about("Copies that were kept elsewhere.")),
                    .may(
                        "through",
                        Schema.integer(atLeast: 0).about("The last record to look at before more copies are sent.")),
                    .may(
                        "trusted_keys",
                        Schema.list(of: .text).about("Thumbprints of earlier keys; those of today are trusted.")))
            ),
            (
                "AuditProgress",
                .object(
                    .must("seq", .integer(atLeast: 0)), .must("hash", .text(43...43, matching: "^[A-Za-z0-9_-]{43}$")),
                    .must("checked", .integer(atLeast: 0)), .must("unchained", .integer(atLeast: 0)),
                    .may("anchor_named_at", .integer))
            ),
            (
                "VerifiedAudit",
                .object(
                    .must("done", .flag), .must("checked", .integer(atLeast: 0)),
                    .must("unchained", .integer(atLeast: 0)), .must("notes", .list(of: .text)),
                    .may(
                        "finding",
                        Schema.object(.must("seq", .integer), .must("reason", .text)).about("What is not as it was.")),
                    .may("progress", .named("AuditProgress")), .must("last", .integer(atLeast: 0)),
                    .may(
                        "voucher",
                        Schema.object(
                            .must("number", .integer(atLeast: 1)), .must("seq", .integer(atLeast: 0)),
                            .must("at", .time), .must("key", .text)
                        ).about("The newest checkpoint, which vouches for all records up to `seq`.")))
            ),
            (
                "AuditCheckpoint",
                .object(
                    .must("number", .integer(atLeast: 1)), .must("seq", .integer(atLeast: 0)), .must("at", .time),
                    .must("jws", .text), .must("jwk", Schema.map(to: .any).orNull), .must("key", Schema.text.orNull))
            ),
        ])

    private static let filters: [OperationDescription.Parameter] = [
        .query("person", Schema.text(atLeast: 1).about("A username or a sub: who acted, or was acted on.")),
        .query("patient", .text(atLeast: 1)), .query("client", .text(atLeast: 1)),
        .query("action", Schema.list(of: .word(of: AuditEvent.self)).about("One of these.")),
        .query("trace", .text(32...32, matching: "^[0-9a-f]{32}$")), .query("from", moment), .query("to", moment),
        .query("outcome", .word("success", "failure")),
        .query("format", Schema.text(atLeast: 1).about("`fhir`: each as a FHIR AuditEvent.")),
    ]

    private static let moment = Schema.either(
        Schema(["type": "integer"]), Schema(["type": "string", "format": "date-time"]),
        // What is there without a value counts as left out.
        Schema(["type": "string", "maxLength": 0])
    ).about("RFC 3339, or in seconds since 1970.")
}
