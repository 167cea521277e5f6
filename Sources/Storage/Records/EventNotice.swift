/// Something that happened and that the operator's own systems have yet to hear of: a row of the outbox of webhooks. Written
/// in the transaction of the event itself and deleted once it was taken, so that neither a crash nor a receiver that is down
/// loses one. What its body means is not known here.
package struct EventNotice: Sendable, Equatable {
    package let id: Int64
    package let kind: String
    /// JSON text.
    package let body: String
    package let createdAt: Int64
    /// Deliveries that failed.
    package let tries: Int64
    /// When it was tried for the last time, in vain; nil: it is still to be delivered.
    package let givenUpAt: Int64?
}

extension Schema {
    static let eventNotices: StaticString = """
        CREATE TABLE event_notices (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            kind TEXT NOT NULL,
            body TEXT NOT NULL,
            created_at INTEGER NOT NULL,
            tries INTEGER NOT NULL DEFAULT 0,
            next_try_at INTEGER NOT NULL,
            given_up_at INTEGER
        ) STRICT;
        CREATE INDEX event_notices_by_time ON event_notices (next_try_at) WHERE given_up_at IS NULL;
        CREATE INDEX event_notices_given_up ON event_notices (given_up_at) WHERE given_up_at IS NOT NULL;
        """

    /// An operator has thirty days to find what was given up.
    static let expiredEventNotices: StaticString = """
        DELETE FROM event_notices WHERE id IN (
            SELECT id FROM event_notices WHERE given_up_at <= ?1 - 2592000 ORDER BY given_up_at LIMIT 500)
        """
}

extension Reading where Self: ~Copyable {
    /// What is to be tried now, what has waited longest first.
    package func dueEventNotices(now: Int64, limit: Int) throws(StorageError) -> [EventNotice] {
        try connection.all(
            """
            SELECT id, kind, body, created_at, tries, given_up_at FROM event_notices
            WHERE given_up_at IS NULL AND next_try_at <= ?1 ORDER BY next_try_at, id LIMIT ?2
            """, now, page(limit)
        ) { EventNotice($0) }
    }

    /// Newest first, those before the number `before`.
    package func eventNoticesGivenUp(before: Int64?, limit: Int) throws(StorageError) -> [EventNotice] {
        try connection.all(
            """
            SELECT id, kind, body, created_at, tries, given_up_at FROM event_notices
            WHERE given_up_at IS NOT NULL AND id < ?1 ORDER BY id DESC LIMIT ?2
            """, before ?? Int64.max, page(limit)
        ) { EventNotice($0) }
    }

    /// How many are still to be delivered.
    package func eventNoticesWaiting() throws(StorageError) -> Int64 {
        try connection.first("SELECT count(*) FROM event_notices WHERE given_up_at IS NULL") { $0.integer(0) } ?? 0
    }
}

extension WriteTransaction {
    /// Due at once.
    package func insertEventNotice(kind: String, body: String, now: Int64) throws(StorageError) -> Int64 {
        try connection.insert(
            "INSERT INTO event_notices (kind, body, created_at, next_try_at) VALUES (?1, ?2, ?3, ?3)", kind, body, now)
    }

    /// Delivered.
    package func deleteEventNotice(_ id: Int64) throws(StorageError) {
        try connection.run("DELETE FROM event_notices WHERE id = ?1", id)
    }

    /// A delivery failed. The others do not wait for it: a receiver that refuses one may well take the next.
    package func postponeEventNotice(_ id: Int64, until time: Int64) throws(StorageError) {
        try connection.run(
            "UPDATE event_notices SET tries = tries + 1, next_try_at = ?2 WHERE id = ?1 AND given_up_at IS NULL", id,
            time)
    }

    /// The last delivery failed. The notice is kept for a while for the operator to see.
    package func giveUpEventNotice(_ id: Int64, now: Int64) throws(StorageError) {
        try connection.run(
            "UPDATE event_notices SET tries = tries + 1, given_up_at = ?2 WHERE id = ?1 AND given_up_at IS NULL", id,
            now)
    }
}

extension EventNotice {
    fileprivate init(_ row: borrowing Row) {
        self.init(
            id: row.integer(0), kind: row.text(1), body: row.text(2), createdAt: row.integer(3), tries: row.integer(4),
            givenUpAt: row.optionalInteger(5))
    }
}
