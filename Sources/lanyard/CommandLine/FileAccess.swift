import Glibc

/// Whole files in and out, by the system's calls.
enum FileAccess {
    /// A failed call, in the system's words.
    struct Failure: Error, Equatable {
        let code: Int32

        var reason: String {
            guard let text = unsafe strerror(code) else { return "error \(code)" }
            return unsafe String(cString: text)
        }
    }

    enum Stream: Int32, Sendable {
        case standardInput = 0
        case standardOutput = 1
        case standardError = 2
    }

    /// The most that is ever read: a file beyond it is refused rather than filling the memory.
    static let limit = 1 << 30

    static func read(_ path: String, limit: Int = limit) throws(Failure) -> [UInt8] {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Failure(code: errno) }
        defer { close(descriptor) }
        return try read(descriptor: descriptor, limit: limit)
    }

    static func read(_ stream: Stream) throws(Failure) -> [UInt8] {
        try read(descriptor: stream.rawValue, limit: limit)
    }

    private static func read(descriptor: Int32, limit: Int) throws(Failure) -> [UInt8] {
        var bytes: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 65_536)
        while true {
            let (count, code) = unsafe block.withUnsafeMutableBytes { buffer in
                (unsafe Glibc.read(descriptor, buffer.baseAddress, buffer.count), errno)
            }
            if count == 0 { return bytes }
            if count < 0 {
                if code == EINTR { continue }
                throw Failure(code: code)
            }
            guard bytes.count + count <= limit else { throw Failure(code: EFBIG) }
            bytes.append(contentsOf: block.prefix(count))
        }
    }

    /// Writes all of `bytes`. False if the other side has gone or the disk is full.
    @discardableResult
    static func write(_ bytes: [UInt8], to stream: Stream) -> Bool { write(bytes, descriptor: stream.rawValue) }

    static func write(_ bytes: [UInt8], descriptor: Int32) -> Bool {
        var written = 0
        while written < bytes.count {
            let (count, code) = unsafe bytes.withUnsafeBytes { buffer in
                let rest = unsafe UnsafeRawBufferPointer(rebasing: buffer[written...])
                return (unsafe Glibc.write(descriptor, rest.baseAddress, rest.count), errno)
            }
            if count < 0, code == EINTR { continue }
            guard count > 0 else { return false }
            written += count
        }
        return true
    }

    /// Writes a file that anybody may read, as a whole or not at all: a temporary file beside it, then renamed.
    static func write(_ bytes: [UInt8], toFile path: String) throws(Failure) {
        let temporary = path + ".new"
        let descriptor = unsafe open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o644)
        guard descriptor >= 0 else { throw Failure(code: errno) }
        let isWritten = write(bytes, descriptor: descriptor) && fsync(descriptor) == 0
        let code = errno
        close(descriptor)
        guard isWritten, unsafe rename(temporary, path) == 0 else {
            let failure = Failure(code: isWritten ? errno : code)
            _ = unsafe unlink(temporary)
            throw failure
        }
    }

    static func remove(_ path: String) throws(Failure) {
        guard unsafe unlink(path) == 0 else { throw Failure(code: errno) }
    }

    /// Makes a folder where there is none.
    static func makeDirectory(_ path: String) throws(Failure) {
        guard unsafe mkdir(path, 0o755) == 0 || errno == EEXIST else { throw Failure(code: errno) }
    }

    /// The permission bits and kind of a file; nil if there is none.
    static func status(_ path: String) -> FileStatus? {
        var raw = stat()
        guard unsafe stat(path, &raw) == 0 else { return nil }
        return FileStatus(mode: raw.st_mode, device: UInt64(raw.st_dev), number: UInt64(raw.st_ino))
    }
}

/// What the checks of the configuration want to know of a file.
struct FileStatus: Sendable, Equatable {
    let mode: UInt32
    let device: UInt64
    let number: UInt64

    /// Two names of one file.
    func isSame(as other: FileStatus) -> Bool { device == other.device && number == other.number }

    var isDirectory: Bool { mode & S_IFMT == S_IFDIR }
    /// Its group can read or change it.
    var isOpenToGroup: Bool { mode & 0o060 != 0 }
    /// Anyone on the machine can read, write or enter it.
    var isOpenToOthers: Bool { mode & 0o007 != 0 }
}
