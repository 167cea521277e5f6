import Glibc

/// Reads certificate and key files. The checks are made on the open file, so that it cannot be changed for another in
/// between. Links are followed: certificate tools put links where servers look.
enum TLSFile {
    private static var longest: Int { 1_048_576 }

    static func certificate(_ path: String) throws(TLSError) -> [UInt8] {
        try read(path) { _ in true }
    }

    /// Nobody but the owner may have any right on a key file (HT-12).
    static func key(_ path: String) throws(TLSError) -> [UInt8] {
        try read(path) { status in
            status.st_mode & 0o077 == 0 && (status.st_uid == geteuid() || status.st_uid == 0)
        }
    }

    private static func read(_ path: String, _ permits: (stat) -> Bool) throws(TLSError) -> [UInt8] {
        let file = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard file >= 0 else { throw .unreadable(file: path) }
        defer { close(file) }
        var status = stat()
        guard unsafe fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw .unreadable(file: path)
        }
        guard permits(status) else { throw .exposedKey(file: path) }
        guard let octets = contents(file) else { throw .unreadable(file: path) }
        return octets
    }

    private static func contents(_ file: Int32) -> [UInt8]? {
        var octets: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 16_384)
        while true {
            let count = unsafe Glibc.read(file, &buffer, buffer.count)
            if count < 0 { return nil }
            if count == 0 { return octets }
            octets.append(contentsOf: buffer.prefix(count))
            guard octets.count <= longest else { return nil }
        }
    }
}
