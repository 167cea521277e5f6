import Encoding
import Storage

extension WriteTransaction {
    /// Revokes a grant and records it, unless that was done before. What else its row says is not asked: a grant whose scope or
    /// context is damaged can be ended as well.
    borrowing func endGrant(
        _ id: Int64, _ event: AuditEvent, _ reason: String, address: String, now: Int64
    ) throws(StorageError) {
        guard try revokeGrant(id, reason: reason, now: now), let grant = try grant(id) else { return }
        let user: StoredUser? = if let id = grant.userID { try self.user(id: id) } else { nil }
        let context = try? JSON(parsing: Array(grant.context.utf8))
        try audit(
            event, actor: user?.sub, client: grant.clientID, patient: context?["patient"]?.stringValue,
            address: address, outcome: reason, at: now)
    }
}
