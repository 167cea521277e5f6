import Glibc

/// A descriptor kept for the day there is none left: it is given up so that the waiting connection can be taken and
/// closed. Otherwise it would wait on, and the level-triggered listener would spin (HT-06).
struct ReserveDescriptor: ~Copyable {
    private var descriptor: Int32

    init() { descriptor = Self.open() }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// Calls `body` with one descriptor free. False if there was none to free: then the listener must rest.
    mutating func spend(_ body: () -> Void) -> Bool {
        guard descriptor >= 0 else {
            descriptor = Self.open()
            return descriptor >= 0
        }
        close(descriptor)
        body()
        descriptor = Self.open()
        return true
    }

    private static func open() -> Int32 { unsafe Glibc.open("/dev/null", O_RDONLY | O_CLOEXEC) }
}
