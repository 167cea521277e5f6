/// A kind of row that comes and goes, and the statement that takes at most one batch of the expired ones, oldest first.
struct Expiring: Sendable {
    let name: String
    /// `?1` is the time; at most `batch` rows, a few milliseconds of work.
    let statement: StaticString

    static let batch = 500

    /// In order: what hangs on a row goes before it.
    static let all = [
        Expiring(name: "attempts", statement: Schema.expiredAttempts),
        Expiring(name: "assertions", statement: Schema.expiredAssertions),
        Expiring(name: "interactions", statement: Schema.expiredInteractions),
        Expiring(name: "launches", statement: Schema.expiredLaunches),
        Expiring(name: "codes", statement: Schema.expiredCodes),
        Expiring(name: "refresh_tokens", statement: Schema.expiredRefreshTokens),
        Expiring(name: "successors", statement: Schema.expiredSuccessors),
        Expiring(name: "access_tokens", statement: Schema.expiredAccessTokens),
        Expiring(name: "registration_tokens", statement: Schema.expiredRegistrationTokens),
        Expiring(name: "idempotency_keys", statement: Schema.expiredIdempotencyKeys),
        Expiring(name: "event_notices", statement: Schema.expiredEventNotices),
        Expiring(name: "consents", statement: Schema.expiredConsents),
        Expiring(name: "sessions", statement: Schema.expiredSessions),
        Expiring(name: "grants", statement: Schema.expiredGrants),
    ]
}

extension WriteTransaction {
    /// Takes one batch and answers how many rows it was.
    func sweep(_ kind: Expiring, now: Int64) throws(StorageError) -> Int {
        try connection.run(kind.statement, now)
    }

    /// Gives up to 256 pages back to the file system while most of a large file is free; false when enough was given.
    func giveBackFreePages() throws(StorageError) -> Bool {
        let free = try connection.pragma("PRAGMA freelist_count")
        guard free > 4096, free * 2 > (try connection.pragma("PRAGMA page_count")) else { return false }
        _ = try connection.all("PRAGMA incremental_vacuum(256)") { _ in }
        return true
    }
}
