import Glibc
import Threads

/// The signals of a process that runs until it is stopped, as a sequence.
///
/// They are blocked on the main thread before any other thread is born (a thread inherits the mask), so each of them
/// waits for the one thread that asks for it with `sigwait` and can never end the process half-way.
struct Signals: Sendable {
    enum Event: Sendable, Equatable {
        /// SIGTERM or SIGINT.
        case stop
        /// SIGHUP.
        case reload
    }

    /// Call it first of all in the process.
    static func block() {
        var set = ours()
        unsafe pthread_sigmask(SIG_BLOCK, &set, nil)
        signal(SIGPIPE, SIG_IGN)
    }

    /// The events from now on.
    static func events() -> AsyncStream<Event> {
        AsyncStream { continuation in
            let started = Thread.start(named: "signals") {
                var set = ours()
                var number: Int32 = 0
                while unsafe sigwait(&set, &number) == 0 {
                    continuation.yield(number == SIGHUP ? .reload : .stop)
                }
                continuation.finish()
            }
            if !started { continuation.finish() }
        }
    }

    /// Comes back when the process is asked to stop.
    static func waitForStop() async {
        for await event in events() where event == .stop { return }
    }

    private static func ours() -> sigset_t {
        var set = sigset_t()
        unsafe sigemptyset(&set)
        for signal in [SIGTERM, SIGINT, SIGHUP] { unsafe sigaddset(&set, signal) }
        return set
    }
}
