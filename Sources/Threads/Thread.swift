import Glibc

/// Starts operating-system threads. Only nonisolated types may start one: a closure written in `main.swift` is
/// `@MainActor` and would trap on another thread.
package enum Thread {
    /// 2 MiB, a quarter of what Linux reserves by itself: nothing here recurses without a bound.
    private static let stackOctets = 2 << 20

    /// Starts a detached thread that runs `body` to its end. False if the system has no thread left. `yields`: for long
    /// computations, which let the threads of short ones go first where there are not cores enough for all.
    package static func start(
        named name: String, yields: Bool = false, _ body: sending @escaping () -> Void
    ) -> Bool {
        var attributes = pthread_attr_t()
        unsafe pthread_attr_init(&attributes)
        defer { unsafe pthread_attr_destroy(&attributes) }
        unsafe pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
        unsafe pthread_attr_setstacksize(&attributes, stackOctets)
        let start = unsafe Unmanaged.passRetained(Start(name: name, yields: yields, body))
        var identifier = pthread_t()
        let status = unsafe pthread_create(&identifier, &attributes, run, start.toOpaque())
        if status != 0 { unsafe start.release() }
        return status == 0
    }
}

/// What a new thread needs, carried through pthread's one pointer.
private final class Start {
    let name: String
    let yields: Bool
    let body: () -> Void
    init(name: String, yields: Bool, _ body: @escaping () -> Void) {
        self.name = name
        self.yields = yields
        self.body = body
    }
}

private func run(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    guard let argument = unsafe argument else { return nil }
    let start = unsafe Unmanaged<Start>.fromOpaque(argument).takeRetainedValue()
    rename(start.name)
    // On Linux it is the thread's own (nice(2), C library/kernel differences). About a tenth of an event loop's weight: on a core
    // that is full, a computation keeps a loop waiting until the kernel's next tick, and does so as often as its share says.
    if start.yields { _ = nice(10) }
    start.body()
    return nil
}

/// The name that `top -H` and a profiler show; Linux keeps 15 octets. (Glibc's module map leaves pthread_setname_np out.)
private func rename(_ name: String) {
    let file = unsafe open("/proc/thread-self/comm", O_WRONLY | O_CLOEXEC)
    guard file >= 0 else { return }
    let octets = Array(name.utf8.prefix(15))
    _ = unsafe octets.withUnsafeBytes { unsafe write(file, $0.baseAddress, $0.count) }
    close(file)
}
