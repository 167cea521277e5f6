import Glibc

/// What a thread does between two sleeps, such as an event loop with all that has come. Whom it wakes at once breaks into it
/// where there are not cores enough, and finds the first of what is coming instead of all: so the others are woken at the end,
/// and each only once.
///
/// Used by its thread alone.
package final class Turn {
    private var toRaise: [Signal] = []
    private var putOff = 0

    /// So many times something is put off, and then no longer: a thread that has very much at hand would keep others from work
    /// that a free core could do.
    private static let longest = 64

    private static let key: pthread_key_t? = {
        var key = pthread_key_t()
        return unsafe pthread_key_create(&key, nil) == 0 ? key : nil
    }()

    /// That of the calling thread; nil: it wakes others at once.
    static var current: Turn? {
        guard let key, let turn = unsafe pthread_getspecific(key) else { return nil }
        return unsafe Unmanaged<Turn>.fromOpaque(turn).takeUnretainedValue()
    }

    package init() {}

    /// Runs `body`, which calls `end` before each sleep, on this thread, which must not be in one already.
    package func run(_ body: () -> Void) {
        guard let key = Self.key else { return body() }
        unsafe pthread_setspecific(key, Unmanaged.passUnretained(self).toOpaque())
        body()
        pthread_setspecific(key, nil)
        end()
    }

    /// Wakes those that were put off; what comes next begins another turn.
    package func end() {
        putOff = 0
        guard !toRaise.isEmpty else { return }
        for signal in toRaise { signal.raise() }
        toRaise.removeAll(keepingCapacity: true)
    }

    func raiseAtEnd(_ signal: Signal) {
        if !toRaise.contains(where: { $0 === signal }) { toRaise.append(signal) }
        putOff += 1
        if putOff >= Self.longest { end() }
    }
}
