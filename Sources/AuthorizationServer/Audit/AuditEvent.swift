import SMART
import Storage

/// What happened, in the words of the audit record (AU-01).
enum AuditEvent: String, Sendable, CaseIterable {
    case signIn = "sign-in"
    case signInFailure = "sign-in-failure"
    case signOut = "sign-out"
    case sessionExpired = "session-expired"
    case logoutNoticeFailed = "logout-notice-failed"
    case consent, deny
    case tokenIssued = "token-issued"
    case tokenRefreshed = "token-refreshed"
    case refreshTokenReused = "refresh-token-reused"
    case grantRevoked = "grant-revoked"
    case launchOpened = "launch-opened"
    case launchWithdrawn = "launch-withdrawn"
    case sessionEnded = "session-ended"
    case clientRegistered = "client-registered"
    case clientUpdated = "client-updated"
    case clientRemoved = "client-removed"
    case clientSecretRotated = "client-secret-rotated"
    case clientSecretRevoked = "client-secret-revoked"
    case clientApproved = "client-approved"
    case clientDisabled = "client-disabled"
    case clientEnabled = "client-enabled"
    case registrationTokenCreated = "registration-token-created"
    case registrationTokenRevoked = "registration-token-revoked"
    case userAdded = "user-added"
    case userUpdated = "user-updated"
    case userRemoved = "user-removed"
    case userDisabled = "user-disabled"
    case userEnabled = "user-enabled"
    case userLocked = "user-locked"
    case userUnlocked = "user-unlocked"
    case passwordSet = "password-set"
    case patientsImported = "patients-imported"
    case patientRemoved = "patient-removed"
    case roleAssigned = "role-assigned"
    case roleRevoked = "role-revoked"
    case rolePolicyChanged = "role-policy-changed"
    case rolePolicyRemoved = "role-policy-removed"
    case groupChanged = "group-changed"
    case administrationRefused = "administration-refused"
    case fhirServerAdded = "fhir-server-added"
    case fhirServerChanged = "fhir-server-changed"
    case fhirServerRemoved = "fhir-server-removed"
    case configurationApplied = "configuration-applied"
    case userImported = "user-imported"
    case passwordHashesExported = "password-hashes-exported"
    case keyGenerated = "key-generated"
    case keyRotated = "key-rotated"
    case keyRevoked = "key-revoked"
    case keyRemoved = "key-removed"
    case keysReencrypted = "keys-reencrypted"
    case emergencyAccess = "emergency-access"
    case eventNoticeFailed = "event-notice-failed"
    case emergencyAccessReviewed = "emergency-access-reviewed"
    case backupMade = "backup-made"
    case databaseRestored = "database-restored"
    case auditCheckpoint = "audit-checkpoint"
    case auditForeignCheckpoint = "audit-foreign-checkpoint"
    case auditRemoved = "audit-removed"
}

extension WriteTransaction {
    /// Written in the transaction of what it records: both are there after a crash, or neither.
    borrowing func audit(
        _ event: AuditEvent, actor: String? = nil, client: String? = nil, patient: String? = nil, address: String,
        outcome: String = "success", detail: String? = nil, subject: String? = nil, at now: Int64
    ) throws(StorageError) {
        try appendAudit(
            AuditRecord(
                at: now, action: event.rawValue, actor: actor, client: client, patient: patient, address: address,
                outcome: outcome, detail: detail, subject: subject))
    }

    borrowing func audit(
        _ event: AuditEvent, _ grant: Grant, user: StoredUser?, address: String, outcome: String = "success",
        at now: Int64
    ) throws(StorageError) {
        try audit(
            event, actor: user?.sub, client: grant.clientID, patient: grant.context.patient?.value, address: address,
            outcome: outcome, at: now)
    }

    /// Of a role, and whose it is.
    borrowing func audit(
        _ event: AuditEvent, of subject: RoleSubject, actor: String, address: String, detail: String, at now: Int64
    ) throws(StorageError) {
        switch subject {
        case .user(let id):
            let sub = try user(id: id)?.sub
            try audit(event, actor: actor, address: address, detail: detail, subject: sub, at: now)
        case .client(let id): try audit(event, actor: actor, client: id, address: address, detail: detail, at: now)
        case .group(let name):
            try audit(event, actor: actor, address: address, detail: "\(detail) of the group \(name)", at: now)
        }
    }
}
