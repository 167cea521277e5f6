import HTTP
import SMART

extension OperationGroup {
    static let fhirServers = OperationGroup(
        name: "FHIR servers", about: "Which FHIR servers tokens are issued for.",
        operations: [
            OperationDescription(
                .post, "/fhir-servers", "Register a FHIR server", body: .json(.named("NewFHIRServer")),
                answers: [
                    .json(201, .named("RegisteredFHIRServer"), "It takes tokens.", .sometimes("ETag", .text))
                ]),
            OperationDescription(
                .get, "/fhir-servers", "List FHIR servers", .paging,
                answers: [
                    .page("fhir_servers", of: .named("RegisteredFHIRServer"), "Those of the configuration file too.")
                ]),
            OperationDescription(
                .get, "/fhir-servers/{id}", "Show a FHIR server",
                answers: [.json(200, .named("RegisteredFHIRServer"), "As it is.", .entityTag)]),
            OperationDescription(
                .put, "/fhir-servers/{id}", "Replace the registration of a FHIR server", [.seen],
                body: .json(.named("NewFHIRServer")),
                answers: [.json(200, .named("RegisteredFHIRServer"), "As it is now.", .entityTag)],
                refusals: [.conflict, .changedSince, .notValid, .nothingSeen]),
            OperationDescription(
                .patch, "/fhir-servers/{id}", "Change the registration of a FHIR server", [.seen],
                body: .mergePatch(.named("FHIRServerPatch")),
                answers: [.json(200, .named("RegisteredFHIRServer"), "As it is now.", .entityTag)],
                refusals: [.conflict, .changedSince, .wrongType, .notValid, .nothingSeen]),
            OperationDescription(
                .delete, "/fhir-servers/{id}", "Remove a FHIR server",
                [.flag("force", "Although there are live grants for it: they are revoked.")],
                answers: [.nothing(204, "It takes tokens no more.")], refusals: [.conflict]),
        ],
        schemas: [
            ("FHIRServerID", .text(1...40, matching: "^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$")),
            (
                "NewFHIRServer",
                Schema.object(
                    described([.may("system", .uri), .must("value", visible)])
                ).closed.about("As one element of `fhir_servers` in the configuration file.")
            ),
            (
                "FHIRServerPatch",
                Schema.object(
                    described([.may("system", Schema.uri.orNull), .may("value", visible)]).map(\.inPatch)
                ).closed.about("`base` and `id` stay as they are.")
            ),
            (
                "RegisteredFHIRServer",
                .object(
                    .must("base", .uri), .must("id", .named("FHIRServerID")), .must("name", .text),
                    .must("fhir_version", .text), .must("access_token_format", .word(of: AccessTokenFormat.self)),
                    .must("directory", .word(of: FHIRServer.DirectorySource.self)),
                    .may("associated_endpoints", .list(of: associatedEndpoint)),
                    .may("user_access_brand_bundle", .uri),
                    .may("user_access_brand_identifier", .object(.may("system", .uri), .must("value", .text))),
                    .must("source", Schema.word("file", "registered").about("What is of the file is changed there.")),
                    .must("version", Schema.text.about("Its ETag, without the quotes.")))
            ),
        ])

    private static let visible = Schema.text(atLeast: 1)

    private static let associatedEndpoint = Schema.exactly(
        .must("url", .uri), .must("capabilities", .list(of: visible)))

    /// With the members of the brand's identifier, which a patch merges one by one.
    private static func described(_ brandIdentifier: [Schema.Member]) -> [Schema.Member] {
        [
            .must("base", Schema.uri.about("https; http only on loopback.")),
            .may("id", Schema.named("FHIRServerID")), .may("name", visible),
            .may("fhir_version", .text(1...32, matching: "^[0-9]{1,4}\\.[0-9]{1,4}\\.[0-9]{1,4}(?:-.*)?$")),
            .may("access_token_format", .word(of: AccessTokenFormat.self)),
            .may("directory", .word(of: FHIRServer.DirectorySource.self)),
            .may("associated_endpoints", .list(of: associatedEndpoint)), .may("user_access_brand_bundle", .uri),
            .may("user_access_brand_identifier", Schema.object(brandIdentifier).closed),
        ]
    }
}
