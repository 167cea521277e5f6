import Glibc

/// What the system says of this process: memory, time, descriptors.
package struct ProcessUsage: Sendable {
    package let residentBytes: Int64
    package let cpuNanoseconds: Int64
    package let descriptors: Int64

    package init() {
        let page = Int64(sysconf(Int32(_SC_PAGESIZE)))
        // proc_pid_statm(5): the second number counts resident pages.
        let pages = Self.words("/proc/self/statm").dropFirst().first.flatMap { Int64($0) } ?? 0
        residentBytes = pages &* page
        var usage = timespec()
        unsafe clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &usage)
        cpuNanoseconds = Int64(usage.tv_sec) &* 1_000_000_000 &+ Int64(usage.tv_nsec)
        descriptors = Self.entries("/proc/self/fd")
    }

    private static func words(_ path: String) -> [Substring] {
        guard let file = unsafe fopen(path, "re") else { return [] }
        defer { unsafe fclose(file) }
        var buffer = [UInt8](repeating: 0, count: 512)
        let count = unsafe fread(&buffer, 1, buffer.count, file)
        return String(decoding: buffer.prefix(count), as: UTF8.self).split { $0 == " " || $0 == "\n" }
    }

    private static func entries(_ path: String) -> Int64 {
        guard let folder = unsafe opendir(path) else { return 0 }
        defer { unsafe closedir(folder) }
        var count: Int64 = 0
        while unsafe readdir(folder) != nil { count += 1 }
        // Without `.`, `..` and the descriptor that reads the folder.
        return max(0, count - 3)
    }
}
