import Glibc

/// A thread sleeps on it until another wakes it: one mutex, one condition variable, one flag that cannot be missed.
@safe package final class Signal: Sendable {
    private nonisolated(unsafe) let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private nonisolated(unsafe) let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private nonisolated(unsafe) let raised = UnsafeMutablePointer<Bool>.allocate(capacity: 1)

    package init() {
        unsafe pthread_mutex_init(mutex, nil)
        var attributes = pthread_condattr_t()
        unsafe pthread_condattr_init(&attributes)
        unsafe pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        unsafe pthread_cond_init(condition, &attributes)
        unsafe pthread_condattr_destroy(&attributes)
        unsafe raised.initialize(to: false)
    }

    deinit {
        unsafe pthread_cond_destroy(condition)
        unsafe pthread_mutex_destroy(mutex)
        unsafe condition.deallocate()
        unsafe mutex.deallocate()
        unsafe raised.deallocate()
    }

    /// Wakes one sleeper, or the next one that comes to sleep.
    package func raise() {
        unsafe pthread_mutex_lock(mutex)
        unsafe raised.pointee = true
        unsafe pthread_cond_signal(condition)
        unsafe pthread_mutex_unlock(mutex)
    }

    /// The same at the end of this thread's turn, if it has one.
    package func raiseAtEndOfTurn() {
        if let turn = Turn.current { turn.raiseAtEnd(self) } else { raise() }
    }

    /// Sleeps until raised. Ends the turn: whoever raises this one may sleep until then.
    package func wait() {
        Turn.current?.end()
        unsafe pthread_mutex_lock(mutex)
        while unsafe !raised.pointee { unsafe pthread_cond_wait(condition, mutex) }
        unsafe raised.pointee = false
        unsafe pthread_mutex_unlock(mutex)
    }

    /// Sleeps until raised, at most `milliseconds`. True if raised.
    @discardableResult
    package func wait(milliseconds: Int) -> Bool {
        Turn.current?.end()
        var deadline = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC, &deadline)
        let nanoseconds = deadline.tv_nsec + (max(0, milliseconds) % 1000) * 1_000_000
        deadline.tv_sec += max(0, milliseconds) / 1000 + nanoseconds / 1_000_000_000
        deadline.tv_nsec = nanoseconds % 1_000_000_000
        unsafe pthread_mutex_lock(mutex)
        while unsafe !raised.pointee {
            if unsafe pthread_cond_timedwait(condition, mutex, &deadline) != 0 { break }
        }
        let wasRaised = unsafe raised.pointee
        unsafe raised.pointee = false
        unsafe pthread_mutex_unlock(mutex)
        return wasRaised
    }
}
