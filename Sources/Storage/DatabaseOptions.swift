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

    /// SHA-256, which chains the audit records. Handed in, for what hashes stands beside this module and not below it.
    package let sha256: SHA256

    package init(sha256: @escaping SHA256) { self.sha256 = sha256 }
}

/// The 32 octets of a SHA-256 (FIPS 180-4).
package typealias SHA256 = @Sendable ([UInt8]) -> [UInt8]
