import Glibc

/// The time, in seconds since the epoch. Tests move it.
package struct Clock: Sendable {
    private let read: @Sendable () -> Int64
    private let readElapsed: @Sendable () -> Int64

    /// `elapsed`: seconds that only ever pass, whoever sets the clock; those of `read` where it is left out.
    package init(
        elapsed: (@Sendable () -> Int64)? = nil, _ read: @escaping @Sendable () -> Int64
    ) {
        self.read = read
        readElapsed = elapsed ?? read
    }

    /// By the coarse clocks, some milliseconds behind, that need not read the processor's counter: each request asks several times.
    package static let system = Clock(
        elapsed: { seconds(CLOCK_MONOTONIC_COARSE) }, { seconds(CLOCK_REALTIME_COARSE) })

    package var now: Int64 { read() }

    /// For how long something has gone on: the difference of two of these.
    package var elapsed: Int64 { readElapsed() }

    private static func seconds(_ clock: clockid_t) -> Int64 {
        var now = timespec()
        unsafe clock_gettime(clock, &now)
        return Int64(now.tv_sec)
    }
}
