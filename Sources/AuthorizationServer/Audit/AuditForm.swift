import Storage

/// What an event is in the words of FHIR's AuditEvent: its kind (DICOM PS3.16 CID 400 and 401), what was done to what it is about,
/// and how it came out. One row for each event.
struct AuditForm: Sendable, Equatable {
    struct Code: Sendable, Equatable {
        let system: String
        let code: String
        let display: String

        private static let dicom = "http://dicom.nema.org/resources/ontology/DCM"

        static func dicom(_ code: String, _ display: String) -> Code {
            Code(system: dicom, code: code, display: display)
        }
    }

    enum Action: String, Sendable {
        case create = "C"
        case read = "R"
        case update = "U"
        case delete = "D"
        case execute = "E"
    }

    enum Outcome: Int, Sendable {
        case success = 0
        case minorFailure = 4
        case seriousFailure = 8
        case majorFailure = 12

        var display: String {
            switch self {
            case .success: "Success"
            case .minorFailure: "Minor failure"
            case .seriousFailure: "Serious failure"
            case .majorFailure: "Major failure"
            }
        }
    }

    let type: Code
    let subtype: Code?
    let action: Action
    var outcome = Outcome.success
}

extension AuditForm.Code {
    fileprivate static let authentication = dicom("110114", "User Authentication")
    fileprivate static let alert = dicom("110113", "Security Alert")
    fileprivate static let activity = dicom("110100", "Application Activity")
    fileprivate static let auditUsed = dicom("110101", "Audit Log Used")
    fileprivate static let imported = dicom("110107", "Import")
    fileprivate static let exported = dicom("110106", "Export")

    fileprivate static let login = dicom("110122", "Login")
    fileprivate static let logout = dicom("110123", "Logout")
    fileprivate static let override = dicom("110127", "Emergency Override Started")
    fileprivate static let configuration = dicom("110129", "Security Configuration")
    fileprivate static let restricted = dicom("110132", "Use of Restricted Function")
    fileprivate static let roles = dicom("110136", "Security Roles Changed")
    fileprivate static let user = dicom("110137", "User security Attributes Changed")
    /// IHE IUA.
    fileprivate static let accessToken = AuditForm.Code(
        system: "urn:ihe:event-type-code", code: "ITI-71", display: "Get Access Token")
    /// IHE BALP.
    fileprivate static let consent = AuditForm.Code(
        system: "https://profiles.ihe.net/ITI/BALP/CodeSystem/AuthZsubType", code: "AuthZ-Consent",
        display: "Authorization Decision using Roles and Consent")
}

extension AuditEvent {
    var form: AuditForm {
        switch self {
        case .signIn: AuditForm(type: .authentication, subtype: .login, action: .execute)
        case .signInFailure:
            AuditForm(type: .authentication, subtype: .login, action: .execute, outcome: .minorFailure)
        case .signOut, .sessionExpired, .sessionEnded:
            AuditForm(type: .authentication, subtype: .logout, action: .execute)
        case .logoutNoticeFailed:
            AuditForm(type: .authentication, subtype: .logout, action: .execute, outcome: .minorFailure)
        case .consent: AuditForm(type: .alert, subtype: .consent, action: .execute)
        case .deny: AuditForm(type: .alert, subtype: .consent, action: .execute, outcome: .minorFailure)
        case .tokenIssued: AuditForm(type: .authentication, subtype: .accessToken, action: .create)
        case .tokenRefreshed: AuditForm(type: .authentication, subtype: .accessToken, action: .update)
        case .refreshTokenReused:
            AuditForm(type: .alert, subtype: .restricted, action: .execute, outcome: .seriousFailure)
        case .grantRevoked: AuditForm(type: .alert, subtype: .consent, action: .delete)
        case .launchOpened: AuditForm(type: .activity, subtype: nil, action: .create)
        case .launchWithdrawn: AuditForm(type: .activity, subtype: nil, action: .delete)
        case .clientRegistered, .registrationTokenCreated, .fhirServerAdded:
            AuditForm(type: .alert, subtype: .configuration, action: .create)
        case .clientUpdated, .clientSecretRotated, .clientApproved, .clientDisabled, .clientEnabled, .fhirServerChanged,
            .configurationApplied:
            AuditForm(type: .alert, subtype: .configuration, action: .update)
        case .clientRemoved, .clientSecretRevoked, .registrationTokenRevoked, .fhirServerRemoved:
            AuditForm(type: .alert, subtype: .configuration, action: .delete)
        case .userAdded, .userImported: AuditForm(type: .alert, subtype: .user, action: .create)
        case .userUpdated, .userDisabled, .userEnabled, .userLocked, .userUnlocked, .passwordSet:
            AuditForm(type: .alert, subtype: .user, action: .update)
        case .userRemoved: AuditForm(type: .alert, subtype: .user, action: .delete)
        case .passwordHashesExported: AuditForm(type: .exported, subtype: .user, action: .read)
        case .administrationRefused:
            AuditForm(type: .alert, subtype: .restricted, action: .execute, outcome: .seriousFailure)
        case .patientsImported: AuditForm(type: .imported, subtype: nil, action: .create)
        case .patientRemoved: AuditForm(type: .activity, subtype: nil, action: .delete)
        case .backupMade: AuditForm(type: .exported, subtype: nil, action: .read)
        case .databaseRestored: AuditForm(type: .imported, subtype: .configuration, action: .update)
        case .roleAssigned: AuditForm(type: .alert, subtype: .roles, action: .create)
        case .roleRevoked: AuditForm(type: .alert, subtype: .roles, action: .delete)
        case .rolePolicyChanged, .groupChanged: AuditForm(type: .alert, subtype: .roles, action: .update)
        case .rolePolicyRemoved: AuditForm(type: .alert, subtype: .roles, action: .delete)
        case .emergencyAccess: AuditForm(type: .alert, subtype: .override, action: .execute)
        case .eventNoticeFailed:
            AuditForm(type: .alert, subtype: .override, action: .execute, outcome: .majorFailure)
        case .emergencyAccessReviewed: AuditForm(type: .auditUsed, subtype: .override, action: .update)
        case .auditCheckpoint: AuditForm(type: .auditUsed, subtype: nil, action: .create)
        case .auditForeignCheckpoint:
            AuditForm(type: .alert, subtype: .restricted, action: .execute, outcome: .seriousFailure)
        case .auditRemoved: AuditForm(type: .auditUsed, subtype: nil, action: .delete)
        case .keyGenerated: AuditForm(type: .alert, subtype: .configuration, action: .create)
        case .keyRotated, .keysReencrypted: AuditForm(type: .alert, subtype: .configuration, action: .update)
        case .keyRevoked, .keyRemoved: AuditForm(type: .alert, subtype: .configuration, action: .delete)
        }
    }

    /// Those that are a failure whatever else the record says.
    static let failures = allCases.filter { $0.form.outcome != .success }.map(\.rawValue)
}

extension AuditRecord {
    /// An event that can end either way says that it was refused.
    var outcomeCode: AuditForm.Outcome {
        if outcome.hasPrefix("refused") { return .seriousFailure }
        return AuditEvent(rawValue: action)?.form.outcome ?? .success
    }
}
