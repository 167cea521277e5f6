import Glibc

/// What is done with whole files by their names, around databases that are not open.
enum FileNames {
    static func exists(_ path: String) -> Bool { unsafe access(path, F_OK) == 0 }

    /// Octets; 0 where there is none.
    static func size(_ path: String) -> Int {
        var status = stat()
        return unsafe stat(path, &status) == 0 ? Int(status.st_size) : 0
    }

    /// Nothing is wrong where there is none.
    static func remove(_ path: String) { _ = unsafe unlink(path) }

    /// Empty, of mode 0600, and new.
    static func createPrivate(_ path: String) throws(StorageError) {
        let file = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard file >= 0 else { throw .io("\(path): \(reason())") }
        close(file)
    }

    /// Renames a file whose content is on disk, and has the disk know the new name too.
    static func moveDurably(_ path: String, to destination: String) throws(StorageError) {
        guard unsafe rename(path, destination) == 0 else { throw .io("\(destination): \(reason())") }
        let directory = destination.lastIndex(of: "/").map { String(destination[..<$0]) } ?? "."
        let folder = unsafe open(directory.isEmpty ? "/" : directory, O_RDONLY | O_CLOEXEC | O_DIRECTORY)
        guard folder >= 0 else { throw .io("\(directory): \(reason())") }
        defer { close(folder) }
        guard fsync(folder) == 0 else { throw .io("\(directory): \(reason())") }
    }
}
