/// How large a table is, and what the sweeper has left to do in it (lessons C2, C5).
package struct TableFigure: Sendable, Equatable {
    package let name: String
    package let rows: Int64
    /// Expired rows that are still there, counted to 10,000; nil for a table whose rows do not expire.
    package var overdue: Int64?
    /// When the sweeper could have deleted the oldest of them.
    package var oldestExpiry: Int64?

    private struct Question: Sendable {
        let name: String
        let rows: StaticString
        var overdue: StaticString?
    }

    private static let questions = [
        Question(name: "audit", rows: "SELECT count(*) FROM audit"),
        Question(name: "clients", rows: "SELECT count(*) FROM clients"),
        Question(name: "users", rows: "SELECT count(*) FROM users"),
        Question(name: "patients", rows: "SELECT count(*) FROM patients"),
        Question(name: "role_assignments", rows: "SELECT count(*) FROM role_assignments"),
        Question(
            name: "codes", rows: "SELECT count(*) FROM codes",
            overdue: """
                SELECT count(*), min(expires_at) + 86400 FROM
                (SELECT expires_at FROM codes WHERE expires_at <= ?1 - 86400 ORDER BY expires_at LIMIT 10000)
                """),
        Question(
            name: "refresh_tokens", rows: "SELECT count(*) FROM refresh_tokens",
            overdue: """
                SELECT count(*), min(expires_at) FROM
                (SELECT expires_at FROM refresh_tokens WHERE expires_at <= ?1 ORDER BY expires_at LIMIT 10000)
                """),
        Question(
            name: "access_tokens", rows: "SELECT count(*) FROM access_tokens",
            overdue: """
                SELECT count(*), min(expires_at) FROM
                (SELECT expires_at FROM access_tokens WHERE expires_at <= ?1 ORDER BY expires_at LIMIT 10000)
                """),
        Question(
            name: "grants", rows: "SELECT count(*) FROM grants",
            overdue: """
                SELECT count(*), min(expires_at) FROM
                (SELECT expires_at FROM grants WHERE expires_at <= ?1 ORDER BY expires_at LIMIT 10000)
                """),
        Question(
            name: "interactions", rows: "SELECT count(*) FROM interactions",
            overdue: """
                SELECT count(*), min(expires_at) FROM
                (SELECT expires_at FROM interactions WHERE expires_at <= ?1 ORDER BY expires_at LIMIT 10000)
                """),
        Question(
            name: "sessions", rows: "SELECT count(*) FROM sessions",
            overdue: """
                SELECT count(*), min(expires_at) FROM
                (SELECT expires_at FROM sessions WHERE expires_at <= ?1 ORDER BY expires_at LIMIT 10000)
                """),
        Question(
            name: "assertions", rows: "SELECT count(*) FROM assertions",
            overdue: """
                SELECT count(*), min(expires_at) + 3600 FROM
                (SELECT expires_at FROM assertions WHERE expires_at <= ?1 - 3600 ORDER BY expires_at LIMIT 10000)
                """),
        Question(
            name: "consents", rows: "SELECT count(*) FROM consents",
            overdue: """
                SELECT count(*), min(expires_at) FROM
                (SELECT expires_at FROM consents WHERE expires_at <= ?1 ORDER BY expires_at LIMIT 10000)
                """),
    ]

    /// One question after the other, each a transaction of its own: none holds up the write-ahead log for long.
    static func all(on connection: Connection, now: Int64) throws(StorageError) -> [TableFigure] {
        var figures: [TableFigure] = []
        for question in questions {
            try connection.control("BEGIN")
            var figure = TableFigure(name: question.name, rows: try connection.pragma(question.rows))
            if let overdue = question.overdue {
                let found = try connection.first(overdue, now) { (count: $0.integer(0), oldest: $0.optionalInteger(1)) }
                figure.overdue = found?.count ?? 0
                figure.oldestExpiry = found?.oldest
            }
            try connection.control("COMMIT")
            figures.append(figure)
        }
        return figures
    }

    private init(name: String, rows: Int64) {
        self.name = name
        self.rows = rows
    }
}
