import Glibc

/// `<path>.lock`, held as long as the database is open. The lock belongs to the open file, so that a second `Database` in
/// the same process is refused as well; the system drops it when the process dies.
final class LockFile: Sendable {
    private let descriptor: Int32

    init(path: String) throws(StorageError) {
        let opened = unsafe open(path + ".lock", O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard opened >= 0 else { throw .io("\(path).lock: \(reason())") }
        guard flock(opened, LOCK_EX | LOCK_NB) == 0 else {
            let holder = Self.holder(opened)
            close(opened)
            throw .locked("\(path) is in use by \(holder): stop it first, or use its admin API")
        }
        fchmod(opened, 0o600)
        ftruncate(opened, 0)
        let process = Array("\(getpid())\n".utf8)
        _ = unsafe process.withUnsafeBytes { unsafe pwrite(opened, $0.baseAddress, $0.count, 0) }
        descriptor = opened
    }

    /// Unlocks first: a process that is just being started may hold the file open a moment longer.
    deinit {
        flock(descriptor, LOCK_UN)
        close(descriptor)
    }

    private static func holder(_ descriptor: Int32) -> String {
        let octets = unsafe [UInt8](unsafeUninitializedCapacity: 20) { buffer, filled in
            filled = max(0, unsafe pread(descriptor, buffer.baseAddress, 20, 0))
        }
        let digits = octets.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        return digits.isEmpty ? "another process" : "process \(String(decoding: digits, as: UTF8.self))"
    }
}
