import CLinux

/// The parts in which glibc hands out memory. By itself it makes up to eight for each core, as threads come, and reserves 64 MB
/// of addresses for each: within 512 MB (`ulimit -v`) none were left for the stacks of threads, and libdispatch, which
/// cannot do without one, ended the process.
package enum MemoryArenas {
    private static let atMost: Int32 = 4

    /// To be called before there are many threads.
    package static func limit() { _ = lanyard_limit_arenas(atMost) }
}
