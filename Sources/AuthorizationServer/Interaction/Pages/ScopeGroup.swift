/// The sections of the consent page, in the order a person reads them: what weighs most comes first.
enum ScopeGroup: Int, Sendable, CaseIterable {
    case patientRecord, userRecords, systemRecords, administration, identity, context, continuedAccess, other
}
