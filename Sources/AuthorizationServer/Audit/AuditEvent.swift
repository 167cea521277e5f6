import SMART
import Storage

/// What happened, in the words of the audit record (AU-01).
enum AuditEvent: String, Sendable {
    case signIn = "sign-in"
    case signInFailure = "sign-in-failure"
    case signOut = "sign-out"
    case logoutNoticeFailed = "logout-notice-failed"
    case consent, deny
    case tokenIssued = "token-issued"
    case tokenRefreshed = "token-refreshed"
    case refreshTokenReused = "refresh-token-reused"
    case grantRevoked = "grant-revoked"
    case launchOpened = "launch-opened"
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
    case userDisabled = "user-disabled"
    case userEnabled = "user-enabled"
    case userLocked = "user-locked"
    case userUnlocked = "user-unlocked"
    case passwordSet = "password-set"
    case patientsImported = "patients-imported"
    case roleAssigned = "role-assigned"
    case roleRevoked = "role-revoked"
    case rolePolicyChanged = "role-policy-changed"
    case rolePolicyRemoved = "role-policy-removed"
    case groupChanged = "group-changed"
    case keyGenerated = "key-generated"
    case keyRotated = "key-rotated"
    case keyRevoked = "key-revoked"
    case keyRemoved = "key-removed"
    case keysReencrypted = "keys-reencrypted"
    case emergencyAccess = "emergency-access"
    case eventNoticeFailed = "event-notice-failed"
    case emergencyAccessReviewed = "emergency-access-reviewed"
}

extension WriteTransaction {
    /// Written in the transaction of what it records: both are there after a crash, or neither.
    borrowing func audit(
        _ event: AuditEvent, actor: String? = nil, client: String? = nil, patient: String? = nil, address: String,
        outcome: String = "success", detail: String? = nil, at now: Int64
    ) throws(StorageError) {
        try appendAudit(
            AuditRecord(
                at: now, action: event.rawValue, actor: actor, client: client, patient: patient, address: address,
                outcome: outcome, detail: detail))
    }

    borrowing func audit(
        _ event: AuditEvent, _ grant: Grant, user: StoredUser?, address: String, outcome: String = "success",
        at now: Int64
    ) throws(StorageError) {
        try audit(
            event, actor: user?.sub, client: grant.clientID, patient: grant.context.patient?.value, address: address,
            outcome: outcome, at: now)
    }
}
