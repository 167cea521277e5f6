/// Every step there is, in order. To change the schema, write the new step's text beside the record it serves and add a
/// line here: additive, explicit, small enough not to hold up the start.
let migrations: [Migration] = [
    Migration(
        version: 1, title: "the first tables",
        scripts: [
            Schema.properties, Schema.clients, Schema.users, Schema.patients, Schema.representations, Schema.encounters,
            Schema.attempts, Schema.sessions, Schema.interactions, Schema.launches, Schema.grants, Schema.codes,
            Schema.refreshTokens, Schema.assertions, Schema.consents, Schema.audit,
        ]),
    Migration(version: 2, title: "opaque access tokens", scripts: [Schema.accessTokens]),
    Migration(
        version: 3, title: "sign-out notices",
        scripts: [Schema.sessionClients, Schema.logoutNotices, Schema.sessionsByUse]),
    Migration(
        version: 4, title: "the use of grants, the search for patients",
        scripts: [Schema.grantUse, Schema.signInHistory, Schema.patientWords, Schema.encounterOrder]),
    Migration(version: 5, title: "failed sign-ins by address", scripts: [Schema.signInFailures]),
    Migration(
        version: 6, title: "clients that register themselves",
        scripts: [Schema.clientStandings, Schema.registrations, Schema.registrationTokens]),
    Migration(version: 7, title: "client ID metadata documents", scripts: [Schema.clientDocuments]),
    Migration(
        version: 8, title: "role policies, assignments, emergency access",
        scripts: [
            Schema.policyEpoch, Schema.rolePolicies, Schema.rolePolicyHistory, Schema.groups, Schema.roleAssignments,
            Schema.grantCircumstances, Schema.emergencyAccesses, Schema.eventNotices,
        ]),
    Migration(
        version: 9, title: "grants by patient, creations that are repeated",
        scripts: [Schema.grantsByPatient, Schema.idempotencyKeys]),
    Migration(version: 10, title: "FHIR servers that are registered", scripts: [Schema.fhirServers]),
    Migration(
        version: 11, title: "the chain of audit records, their checkpoints and their search",
        scripts: [Schema.auditChain, Schema.auditCheckpoints, Schema.auditSearch]),
    Migration(
        version: 12, title: "the search of audit records by person, patient and client",
        scripts: [Schema.auditSearchByName]),
    Migration(
        version: Schema.auditTraceVersion, title: "people by name, the trace of audit records",
        scripts: [Schema.usersByName, Schema.auditTraces]),
    Migration(version: 14, title: "assertions in the order they are used", scripts: [Schema.assertionsInOrder]),
    Migration(
        version: 15, title: "audit records that cost less", scripts: [Schema.auditSeldomCompared, Schema.auditOrder]),
]

/// Where each record's file puts the text that makes its table.
enum Schema {}
