/// One numbered step of the schema. A step that has been released never changes; the next one adds to it.
struct Migration: Sendable {
    let version: Int
    /// What it is for, in a few words for the operator.
    let title: String
    /// Runs in one transaction, together with the new version number.
    let scripts: [StaticString]
}

extension Migration {
    /// "Lany" in SQLite's header field for the kind of a database.
    private static let applicationID: Int64 = 0x4C61_6E79

    /// Brings the file to the schema this program knows. Killed in the middle, the file is at one step or the next.
    /// `before` is called once, where a file that holds something is about to change.
    static func run(
        _ migrations: [Migration], on connection: Connection,
        before: (_ version: Int) throws(StorageError) -> Void = { _ throws(StorageError) in }
    ) throws(StorageError) {
        let found = try version(of: connection, known: migrations)
        if found == 0 { try claim(connection) }
        try connection.control("PRAGMA journal_mode = WAL")
        let pending = migrations.filter { $0.version > found }
        if found > 0, !pending.isEmpty { try before(found) }
        for migration in pending { try migration.run(on: connection) }
    }

    /// The step that the file is at; 0 for an empty one.
    static func version(of connection: Connection, known migrations: [Migration]) throws(StorageError) -> Int {
        let known = migrations.last?.version ?? 0
        let found = Int(try connection.pragma("PRAGMA user_version"))
        guard found <= known else { throw .newerSchema(found: found, known: known) }
        if found > 0, try connection.pragma("PRAGMA application_id") != applicationID {
            throw .corrupt("the file is the database of another program")
        }
        return found
    }

    /// An empty file becomes ours; one that has tables and no version is somebody else's.
    private static func claim(_ connection: Connection) throws(StorageError) {
        guard try connection.pragma("SELECT count(*) FROM sqlite_schema") == 0 else {
            throw .corrupt("the file is the database of another program")
        }
        // Free pages can be given back later only if this is set before the first table.
        try connection.execute("PRAGMA auto_vacuum = INCREMENTAL; PRAGMA application_id = 0x4C616E79;")
    }

    private func run(on connection: Connection) throws(StorageError) {
        try connection.control("BEGIN IMMEDIATE")
        do throws(StorageError) {
            for script in scripts { try connection.execute(script) }
            try connection.setVersion(version)
            try connection.control("COMMIT")
        } catch {
            if connection.isInTransaction { try? connection.control("ROLLBACK") }
            throw error
        }
    }
}
