import AuthorizationServer

extension Setting {
    /// How audit records are kept.
    static let audit: [Setting] = [
        integer("audit.retention_days", \.audit.retentionDays, in: 1...36_525),
        integer("audit.checkpoint_minutes", \.audit.checkpointMinutes, in: 1...1440),
        integer("audit.checkpoint_records", \.audit.checkpointRecords, in: 100...1_000_000),
    ]
}
