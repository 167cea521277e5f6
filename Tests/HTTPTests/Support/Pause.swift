import Glibc

/// Waits, on the calling thread.
func sleep(milliseconds: Int) throws { usleep(UInt32(milliseconds) * 1_000) }

/// Waits until something is so, at most five seconds.
func eventually(_ condition: () -> Bool) -> Bool {
    for _ in 0..<500 {
        if condition() { return true }
        usleep(10_000)
    }
    return condition()
}
