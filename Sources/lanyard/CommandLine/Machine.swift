import Glibc

/// What this machine has left.
enum Machine {
    /// Octets that this user may still write into the folder's file system; nil where it cannot be asked.
    static func freeOctets(_ folder: String) -> UInt64? {
        var room = statvfs()
        guard unsafe statvfs(folder, &room) == 0 else { return nil }
        let (octets, overflows) = UInt64(room.f_bavail).multipliedReportingOverflow(by: UInt64(room.f_frsize))
        return overflows ? .max : octets
    }

    /// How many files this process may have open.
    static var openFiles: UInt64? {
        var limit = rlimit()
        guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return nil }
        return UInt64(limit.rlim_cur)
    }
}
