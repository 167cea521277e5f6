import Glibc

/// The process's environment as values.
enum Environment {
    static func current() -> [String: String] {
        var variables: [String: String] = [:]
        var next = unsafe environ
        while let entry = unsafe next.pointee {
            let text = unsafe String(cString: entry)
            let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if parts.count == 2 { variables[String(parts[0])] = String(parts[1]) }
            unsafe next += 1
        }
        return variables
    }

    /// Takes a secret out of the process's environment: programs that it starts do not get it, and `/proc` shows it no more.
    /// The values that `current` has read before are copies.
    static func erase(_ name: String) {
        guard let value = unsafe getenv(name) else { return }
        unsafe memset(value, 0x78, strlen(value))
        unsafe unsetenv(name)
    }
}
