extension Schema {
    static let properties: StaticString = """
        CREATE TABLE properties (
            name TEXT PRIMARY KEY,
            value TEXT NOT NULL
        ) STRICT, WITHOUT ROWID;
        """
}

extension Reading where Self: ~Copyable {
    /// A small fact the server keeps about itself, such as the latest time it has seen.
    package func property(_ name: String) throws(StorageError) -> String? {
        try connection.first("SELECT value FROM properties WHERE name = ?1", name) { $0.text(0) }
    }
}

extension WriteTransaction {
    package func setProperty(_ name: String, _ value: String) throws(StorageError) {
        try connection.run(
            """
            INSERT INTO properties (name, value) VALUES (?1, ?2)
            ON CONFLICT (name) DO UPDATE SET value = excluded.value
            """, name, value)
    }
}
