/// What a database file says of itself, whoever has it open: read with nothing changed.
package struct DatabaseReport: Sendable {
    package struct Step: Sendable, Equatable {
        package let version: Int
        package let title: String
    }

    package struct Table: Sendable, Equatable {
        package let name: String
        package let rows: Int64
    }

    package let path: String
    package let octets: Int64
    package let schemaVersion: Int
    /// What this program would do to it, in order.
    package let pendingSteps: [Step]
    /// What is damaged, a line each; at most 20.
    package let damages: [String]
    /// Rows that refer to one that is not there.
    package let brokenReferences: Int
    /// The kinds of rows that there are.
    package let tables: [Table]

    package var isSound: Bool { damages.isEmpty && brokenReferences == 0 }

    /// How much of the file is read for damage.
    package enum Depth: Sendable {
        /// Every page, and that rows are where they should be.
        case quick
        /// Also that each index holds just what its table holds.
        case thorough
    }

    /// Throws where the file is none of ours, is of a newer program, or cannot be read at all.
    package init(of path: String, depth: Depth) throws(StorageError) {
        guard FileNames.exists(path) else { throw .io("\(path) is not there") }
        try DatabaseFile(path: path).check()
        let connection = try Connection(path: path, for: .inspecting, busyMilliseconds: 5000)
        let version = try Migration.version(of: connection, known: migrations)
        guard version > 0 else { throw .corrupt("\(path) holds no database of this program") }
        try connection.control("BEGIN")
        defer { try? connection.control("COMMIT") }
        self.path = path
        schemaVersion = version
        octets = try connection.pragma("PRAGMA page_count") * connection.pragma("PRAGMA page_size")
        pendingSteps = migrations.filter { $0.version > version }.map { Step(version: $0.version, title: $0.title) }
        let found =
            switch depth {
            case .quick: try connection.all("PRAGMA quick_check(20)") { $0.text(0) }
            case .thorough: try connection.all("PRAGMA integrity_check(20)") { $0.text(0) }
            }
        damages = found.filter { $0 != "ok" }
        brokenReferences = try connection.all("PRAGMA foreign_key_check") { _ in }.count
        var tables: [Table] = []
        for (name, count) in Self.counts
        where try connection.first("SELECT 1 FROM sqlite_schema WHERE name = ?1", name, read: { _ in }) != nil {
            tables.append(Table(name: name, rows: try connection.pragma(count)))
        }
        self.tables = tables
    }

    /// What an operator knows the size of their system by.
    private static let counts: [(name: String, statement: StaticString)] = [
        ("clients", "SELECT count(*) FROM clients"), ("users", "SELECT count(*) FROM users"),
        ("patients", "SELECT count(*) FROM patients"), ("encounters", "SELECT count(*) FROM encounters"),
        ("role_policies", "SELECT count(*) FROM role_policies"),
        ("role_assignments", "SELECT count(*) FROM role_assignments"), ("groups", "SELECT count(*) FROM groups"),
        ("sessions", "SELECT count(*) FROM sessions"), ("grants", "SELECT count(*) FROM grants"),
        ("refresh_tokens", "SELECT count(*) FROM refresh_tokens"), ("consents", "SELECT count(*) FROM consents"),
        ("audit", "SELECT count(*) FROM audit"),
    ]
}

extension DatabaseReport {
    /// When the newest audit record was written, in seconds since 1970; nil where there is none.
    package static func lastRecord(of path: String) throws(StorageError) -> Int64? {
        let connection = try Connection(path: path, for: .inspecting, busyMilliseconds: 5000)
        try connection.control("BEGIN")
        defer { try? connection.control("COMMIT") }
        return try connection.first("SELECT at FROM audit ORDER BY id DESC LIMIT 1") { $0.integer(0) }
    }
}
