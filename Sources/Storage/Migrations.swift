/// Every step there is, in order. To change the schema, write the new step's text beside the record it serves and add a
/// line here: additive, explicit, small enough not to hold up the start.
let migrations: [Migration] = [
    Migration(
        version: 1,
        scripts: [
            Schema.properties, Schema.clients, Schema.users, Schema.patients, Schema.representations, Schema.encounters,
            Schema.attempts, Schema.sessions, Schema.interactions, Schema.launches, Schema.grants, Schema.codes,
            Schema.refreshTokens, Schema.assertions, Schema.consents, Schema.audit,
        ]),
    Migration(version: 2, scripts: [Schema.accessTokens]),
    Migration(version: 3, scripts: [Schema.sessionClients, Schema.logoutNotices, Schema.sessionsByUse]),
    Migration(
        version: 4,
        scripts: [Schema.grantUse, Schema.signInHistory, Schema.patientWords, Schema.encounterOrder]),
    Migration(version: 5, scripts: [Schema.signInFailures]),
    Migration(version: 6, scripts: [Schema.clientStandings, Schema.registrations, Schema.registrationTokens]),
    Migration(version: 7, scripts: [Schema.clientDocuments]),
    Migration(
        version: 8,
        scripts: [
            Schema.policyEpoch, Schema.rolePolicies, Schema.rolePolicyHistory, Schema.groups, Schema.roleAssignments,
            Schema.grantCircumstances, Schema.emergencyAccesses, Schema.eventNotices,
        ]),
    Migration(version: 9, scripts: [Schema.auditChain, Schema.auditCheckpoints, Schema.auditSearch]),
]

/// Where each record's file puts the text that makes its table.
enum Schema {}
