import Glibc

/// A directory of its own for a database that is not kept, deleted with everything that a database leaves in it.
final class TemporaryDirectory: Sendable {
    let path: String

    init() throws(StorageError) {
        for parent in ["/dev/shm", "/tmp"] {
            var template = Array("\(parent)/lanyard-XXXXXX".utf8CString)
            guard unsafe mkdtemp(&template) != nil else { continue }
            path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
            return
        }
        throw .io("no temporary directory: \(reason())")
    }

    /// Where the database goes.
    var databasePath: String { path + "/database" }

    deinit {
        for ending in ["", "-wal", "-shm", "-journal", ".lock"] { _ = unsafe unlink(databasePath + ending) }
        _ = unsafe rmdir(path)
    }
}
