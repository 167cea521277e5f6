/// What an operator, or a test, may want otherwise.
package struct DatabaseOptions: Sendable {
    /// Connections that read at the same time.
    package var readers = 2
    /// How long the writer waits for another process's lock.
    package var busyMilliseconds = 5000
    /// How many writes may wait; beyond, callers get `StorageError.overloaded`.
    package var queueCapacity = 8192
    /// How large the file may grow, in pages of 4 KiB; nil: as large as SQLite can.
    package var maximumPages: Int?
    /// Whether the file is copied, to `<path>.before-<version>`, before its schema changes.
    package var copiesBeforeMigration = true

    package init() {}
}
