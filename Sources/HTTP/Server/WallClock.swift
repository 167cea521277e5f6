import Glibc

/// The system's wall clock.
package enum WallClock {
    /// Seconds since the epoch.
    package static func seconds() -> Int64 { Int64(time(nil)) }
}
