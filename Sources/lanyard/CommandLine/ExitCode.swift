/// What the process answers to the shell; the numbers of sysexits.h(3head) where it has one.
enum ExitCode: Int32, Sendable {
    case ok = 0
    case failed = 1
    /// The command line was not understood.
    case usage = 64
    /// The server, its socket or its database cannot be reached now; trying again later can help.
    case unavailable = 69
    /// The configuration is wrong; trying again does not help.
    case configuration = 78
}
