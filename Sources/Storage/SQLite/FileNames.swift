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

    /// Of mode 0600, and new, with that text in it, which is on disk when this returns.
    static func createPrivate(_ path: String, _ text: String = "") throws(StorageError) {
        let file = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard file >= 0 else { throw .io("\(path): \(reason())") }
        defer { close(file) }
        let octets = Array(text.utf8)
        let written = unsafe octets.withUnsafeBytes { unsafe write(file, $0.baseAddress, $0.count) }
        guard written == octets.count, octets.isEmpty || fsync(file) == 0 else { throw .io("\(path): \(reason())") }
    }

    /// The text of a small file.
    static func content(_ path: String, limit: Int) throws(StorageError) -> String {
        let file = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard file >= 0 else { throw .io("\(path): \(reason())") }
        defer { close(file) }
        var count = 0
        let octets = unsafe [UInt8](unsafeUninitializedCapacity: limit) { buffer, filled in
            count = unsafe pread(file, buffer.baseAddress, limit, 0)
            filled = max(0, count)
        }
        guard count >= 0 else { throw .io("\(path): \(reason())") }
        return String(decoding: octets, as: UTF8.self)
    }

    /// Renames a file whose content is on disk, and has the disk know the new name too.
    static func moveDurably(_ path: String, to destination: String) throws(StorageError) {
        guard unsafe rename(path, destination) == 0 else { throw .io("\(destination): \(reason())") }
        try syncFolder(of: destination)
    }

    /// Has the disk know the names in the folder of a file.
    static func syncFolder(of path: String) throws(StorageError) {
        let folder = folder(of: path)
        let descriptor = unsafe open(folder, O_RDONLY | O_CLOEXEC | O_DIRECTORY)
        guard descriptor >= 0 else { throw .io("\(folder): \(reason())") }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw .io("\(folder): \(reason())") }
    }

    static func folder(of path: String) -> String {
        let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
        return folder.isEmpty ? "/" : folder
    }
}
