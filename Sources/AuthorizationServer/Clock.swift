import Glibc

/// The time, in seconds since the epoch. Tests move it.
package struct Clock: Sendable {
    private let read: @Sendable () -> Int64

    package init(_ read: @escaping @Sendable () -> Int64) {
        self.read = read
    }

    package static let system = Clock {
        var now = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &now)
        return Int64(now.tv_sec)
    }

    package var now: Int64 { read() }
}
