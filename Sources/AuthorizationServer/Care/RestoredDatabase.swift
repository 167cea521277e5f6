package import Storage

/// What is done to a copy of the database before it takes the place of the one that was.
package enum RestoredDatabase {
    /// For the transaction in which the copy is made ready: all that it could revive ends, and the record says so.
    package static func prepare(
        from backup: String, clock: Clock
    ) -> @Sendable (borrowing WriteTransaction) throws -> Void {
        let now = clock.now
        return { transaction in
            try transaction.fenceRestoredCopy(now: now)
            try transaction.audit(.databaseRestored, actor: "operator", address: "", detail: backup, at: now)
        }
    }
}
