import Glibc

/// What a thread does between two sleeps, such as an event loop with all that has come. Whom it wakes at once breaks into it
/// where there are not cores enough, and finds the first of what is coming instead of all: so the others are woken at the end,
/// and each only once.
///
/// Used by its thread alone.
package final class Turn {
    private var toRaise: [Signal] = []

    private static let key = {
        var key = pthread_key_t()
        unsafe pthread_key_create(&key, nil)
        return key
    }()

    /// That of the calling thread; nil: it wakes others at once.
    static var current: Turn? {
        unsafe pthread_getspecific(key).map { unsafe Unmanaged<Turn>.fromOpaque($0).takeUnretainedValue() }
    }

    package init() {}

    /// Runs `body`, which calls `end` before each sleep, on this thread.
    package func run(_ body: () -> Void) {
        unsafe pthread_setspecific(Self.key, Unmanaged.passUnretained(self).toOpaque())
        body()
        pthread_setspecific(Self.key, nil)
        end()
    }

    package func end() {
        guard !toRaise.isEmpty else { return }
        for signal in toRaise { signal.raise() }
        toRaise.removeAll(keepingCapacity: true)
    }

    func raiseAtEnd(_ signal: Signal) {
        if !toRaise.contains(where: { $0 === signal }) { toRaise.append(signal) }
    }
}
