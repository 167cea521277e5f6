import Glibc

/// The file before SQLite opens it: who may read it, and whether it can be a database at all.
struct DatabaseFile {
    let path: String

    /// Creates the file with mode 0600 if it is missing, and takes the rights of others away from a file that has them.
    /// The write-ahead log and its index get the file's mode from SQLite.
    func prepare() throws(StorageError) {
        let descriptor = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw .io("\(path): \(reason())") }
        defer { close(descriptor) }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else { throw .io("\(path): \(reason())") }
        guard status.st_mode & S_IFMT == S_IFREG else { throw .io("\(path) is not a file") }
        guard status.st_uid == geteuid() else { throw .io("\(path) belongs to another user") }
        guard fchmod(descriptor, 0o600) == 0 else { throw .io("\(path): \(reason())") }
        try checkHeader(descriptor, size: Int(status.st_size))
    }

    /// The same look at a file that is left as it is: a backup, or a database that somebody has open.
    func check() throws(StorageError) {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .io("\(path): \(reason())") }
        defer { close(descriptor) }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else { throw .io("\(path): \(reason())") }
        guard status.st_mode & S_IFMT == S_IFREG, status.st_size > 0 else {
            throw .corrupt("\(path) is not an SQLite database")
        }
        try checkHeader(descriptor, size: Int(status.st_size))
    }

    /// A wrong header, a file cut short and an emptied log are found here, before anything is answered from them.
    private func checkHeader(_ descriptor: Int32, size: Int) throws(StorageError) {
        let log = try logHeader()
        guard size > 0 else {
            guard log == nil else { throw .corrupt("\(path) is empty but has a write-ahead log; \(Self.advice)") }
            return
        }
        let header = read(descriptor, count: 100)
        guard header.count == 100, header.starts(with: Array("SQLite format 3\0".utf8)) else {
            throw .corrupt("\(path) is not an SQLite database; \(Self.advice)")
        }
        if let log {
            // SQLite takes a log without its magic number for an empty one, and answered commits would be gone.
            guard [0x37, 0x7F, 0x06] == log.prefix(3), log[3] & 0xFE == 0x82 else {
                throw .corrupt("\(path)-wal is not a write-ahead log; \(Self.advice)")
            }
        } else {
            let pageSize = header[16] == 0 && header[17] == 1 ? 65536 : number(header[16..<18])
            guard size >= number(header[28..<32]) * pageSize else {
                throw .corrupt("\(path) is shorter than it says; \(Self.advice)")
            }
        }
    }

    private static let advice = "restore the last backup"

    /// The first octets of the write-ahead log; nil if it is missing or empty.
    private func logHeader() throws(StorageError) -> [UInt8]? {
        let descriptor = unsafe open(path + "-wal", O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else {
            guard errno == ENOENT else { throw .io("\(path)-wal: \(reason())") }
            return nil
        }
        defer { close(descriptor) }
        let header = read(descriptor, count: 32)
        guard !header.isEmpty else { return nil }
        return header + [UInt8](repeating: 0, count: 32 - header.count)
    }

    private func number(_ octets: ArraySlice<UInt8>) -> Int { octets.reduce(0) { $0 << 8 | Int($1) } }

    private func read(_ descriptor: Int32, count: Int) -> [UInt8] {
        unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            filled = max(0, unsafe pread(descriptor, buffer.baseAddress, count, 0))
        }
    }

    /// Whether there is such a file, whatever it holds.
    var exists: Bool { unsafe access(path, F_OK) == 0 }

    /// Mode 0700. Only the last directory of the path is ours to create; one that exists keeps its mode.
    func createDirectory() {
        guard let slash = path.lastIndex(of: "/"), slash > path.startIndex else { return }
        _ = unsafe mkdir(String(path[..<slash]), 0o700)
    }
}

/// What `errno` says, read right after the call.
func reason() -> String { unsafe String(cString: strerror(errno)) }
