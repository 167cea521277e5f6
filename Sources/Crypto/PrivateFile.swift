import Glibc

/// Files that hold keys and secrets: mode 0600, owned by us, no symbolic links, replaced atomically (ST-07).
package enum PrivateFile {
    package struct Failure: Error, Equatable, CustomStringConvertible {
        package let path: String
        package let reason: String
        package var description: String { "\(path): \(reason)" }
    }

    /// The file's octets; nil if there is no such file.
    ///
    /// Throws if it is not a regular file of ours, if others may read it, or if it is longer than `limit` octets.
    package static func read(_ path: String, limit: Int = 1 << 20) throws(Failure) -> [UInt8]? {
        let file = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        if file < 0 && errno == ENOENT { return nil }
        guard file >= 0 else { throw failure(path) }
        defer { close(file) }
        try requirePrivate(file, path)
        var octets: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 16_384)
        while true {
            let count = unsafe buffer.withUnsafeMutableBytes { unsafe Glibc.read(file, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw failure(path) }
            if count == 0 { return octets }
            octets += buffer.prefix(count)
            guard octets.count <= limit else { throw Failure(path: path, reason: "longer than \(limit) octets") }
        }
    }

    /// Writes the file as a whole or not at all: a temporary file beside it, fsync, rename, fsync of the folder.
    package static func write(_ octets: [UInt8], to path: String) throws(Failure) {
        let temporary = path + ".new"
        _ = unsafe unlink(temporary)
        let file = unsafe open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard file >= 0 else { throw failure(temporary) }
        do throws(Failure) {
            try write(octets, file, temporary)
            guard fsync(file) == 0 else { throw failure(temporary) }
        } catch {
            close(file)
            _ = unsafe unlink(temporary)
            throw error
        }
        close(file)
        guard unsafe rename(temporary, path) == 0 else { throw failure(path) }
        try syncDirectory(of: path)
    }

    /// Takes the file away, for good when this returns; one that is not there is no error.
    package static func remove(_ path: String) throws(Failure) {
        guard unsafe unlink(path) == 0 || errno == ENOENT else { throw failure(path) }
        try syncDirectory(of: path)
    }

    /// Makes the folder with mode 0700, or checks that the one that is there is ours and closed to others.
    package static func requireDirectory(_ path: String) throws(Failure) {
        if unsafe mkdir(path, 0o700) == 0 { return }
        guard errno == EEXIST else { throw failure(path) }
        let folder = unsafe open(path, O_RDONLY | O_CLOEXEC | O_DIRECTORY)
        guard folder >= 0 else { throw failure(path) }
        defer { close(folder) }
        var status = stat()
        guard unsafe fstat(folder, &status) == 0 else { throw failure(path) }
        guard status.st_uid == geteuid() else { throw Failure(path: path, reason: "belongs to another user") }
        guard status.st_mode & 0o022 == 0 else { throw Failure(path: path, reason: "others may write into it") }
    }

    /// The names in a folder, sorted, without those that begin with a dot.
    package static func names(in directory: String) throws(Failure) -> [String] {
        guard let handle = unsafe opendir(directory) else { throw failure(directory) }
        defer { unsafe closedir(handle) }
        var names: [String] = []
        while let entry = unsafe readdir(handle) {
            let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { octets in
                unsafe String(decoding: octets.prefix { $0 != 0 }, as: UTF8.self)
            }
            if !name.hasPrefix(".") { names.append(name) }
        }
        return names.sorted()
    }

    private static func requirePrivate(_ file: Int32, _ path: String) throws(Failure) {
        var status = stat()
        guard unsafe fstat(file, &status) == 0 else { throw failure(path) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw Failure(path: path, reason: "not a regular file") }
        guard status.st_uid == geteuid() else { throw Failure(path: path, reason: "belongs to another user") }
        guard status.st_mode & 0o077 == 0 else {
            throw Failure(path: path, reason: "others may read it; chmod 600 it")
        }
    }

    private static func write(_ octets: [UInt8], _ file: Int32, _ path: String) throws(Failure) {
        var written = 0
        while written < octets.count {
            let count = unsafe octets.withUnsafeBytes { all in
                unsafe Glibc.write(file, all.baseAddress?.advanced(by: written), all.count - written)
            }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw failure(path) }
            written += count
        }
    }

    private static func syncDirectory(of path: String) throws(Failure) {
        let directory = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
        let folder = unsafe open(directory.isEmpty ? "/" : directory, O_RDONLY | O_CLOEXEC | O_DIRECTORY)
        guard folder >= 0 else { throw failure(directory) }
        defer { close(folder) }
        guard fsync(folder) == 0 else { throw failure(directory) }
    }

    private static func failure(_ path: String) -> Failure {
        Failure(path: path, reason: unsafe String(cString: strerror(errno)))
    }
}
