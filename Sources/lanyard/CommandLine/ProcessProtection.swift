import Glibc

/// Keeps the memory and the files of this process to itself (ST-13).
enum ProcessProtection {
    /// New files are the owner's only; a crash writes no memory to a disk, neither to a core file nor to a program that
    /// collects them (which RLIMIT_CORE does not stop, core(5); an empty coredump_filter does).
    static func apply() {
        umask(0o077)
        dieWithoutTelling()
        var none = rlimit(rlim_cur: 0, rlim_max: 0)
        unsafe setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &none)
        let filter = unsafe open("/proc/self/coredump_filter", O_WRONLY | O_CLOEXEC)
        guard filter >= 0 else { return }
        let zero: [UInt8] = [0x30]
        _ = unsafe zero.withUnsafeBytes { unsafe write(filter, $0.baseAddress, $0.count) }
        close(filter)
    }

    /// Swift's own handler of crashes writes all registers to standard error, with what is in the memory that they point at: a
    /// password may be. It stays where somebody has asked for it, by the variable that also says how much it tells.
    private static func dieWithoutTelling() {
        guard unsafe getenv("SWIFT_BACKTRACE") == nil else { return }
        for crash in [SIGQUIT, SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGSEGV] { signal(crash, SIG_DFL) }
    }
}
