/// Everything that can go wrong with what is stored. "No such row" is not here: that is nil.
package enum StorageError: Error, Equatable {
    /// Another process holds the database longer than we wait: answer 503 with Retry-After.
    case busy
    /// The disk, or the size allowed to the database, is used up.
    case full
    /// The operating system refused to read, write or open.
    case io(String)
    /// The file is damaged, or is no database of ours. The text says what to do.
    case corrupt(String)
    /// A second process, or a second `Database` of this one, has the file open.
    case locked(String)
    /// The file was written by a newer program.
    case newerSchema(found: Int, known: Int)
    /// What is stored forbids it: the name is taken, or the row it refers to does not exist.
    case conflict(String)
    /// The database was closed.
    case closed
    /// Too many writes wait already: answer 503 with Retry-After.
    case overloaded
    /// Anything else SQLite reports.
    case library(code: Int32, message: String)
}

extension StorageError: CustomStringConvertible {
    /// One line for the log. It never carries a stored value.
    package var description: String {
        switch self {
        case .busy: "the database is held by another process"
        case .full: "the disk or the database is full"
        case .io(let reason): "the database cannot be read or written: \(reason)"
        case .corrupt(let reason): "the database is damaged: \(reason)"
        case .locked(let reason): reason
        case .newerSchema(let found, let known):
            "the database has schema version \(found), this program knows up to \(known): run the newer program"
        case .conflict(let reason): "conflict with what is stored: \(reason)"
        case .closed: "the database is closed"
        case .overloaded: "too many writes are waiting"
        case .library(let code, let message): "SQLite error \(code): \(message)"
        }
    }
}
