import CLinux
import Glibc
import Synchronization

/// The face of one loop thread that others may touch: jobs of async endpoints, their answers, and the word to stop go
/// into its mailbox. As a `TaskExecutor` it brings a handler back to the loop that read its request after every `await`.
final class EventLoop: TaskExecutor, Sendable {
    /// An answer, and the connection it belongs to.
    struct Delivery: Sendable {
        let connection: ConnectionToken
        let response: Response
    }

    /// What has come since the loop last looked.
    struct Mail {
        var jobs: [UnownedJob] = []
        var deliveries: [Delivery] = []
        var stopBy: Int64?

        var isEmpty: Bool { jobs.isEmpty && deliveries.isEmpty && stopBy == nil }
    }

    private struct State {
        var mail = Mail()
        /// The thread waits in epoll: whoever brings mail must wake it.
        var sleeps = false
        var ended = false
    }

    /// Readable while there is mail for a sleeping loop.
    let wakeDescriptor: Int32
    let epoll: Epoll
    private let state = Mutex(State())

    init() throws(ServerError) {
        epoll = try Epoll()
        wakeDescriptor = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
        guard wakeDescriptor >= 0 else { throw ServerError.system(call: "eventfd", code: errno) }
    }

    deinit { close(wakeDescriptor) }

    func enqueue(_ job: consuming ExecutorJob) {
        let unowned = UnownedJob(job)
        let ended = post { $0.jobs.append(unowned) }
        // The loop has stopped and this handler has outlived it: it runs to its end elsewhere, its answer goes nowhere.
        if ended { globalConcurrentExecutor.enqueue(unowned) }
    }

    /// Runs a job on the calling thread, which must be the loop's.
    func run(_ job: UnownedJob) {
        unsafe job.runSynchronously(on: asUnownedTaskExecutor())
    }

    /// Brings the answer of an async endpoint.
    func deliver(_ response: Response, to connection: ConnectionToken) {
        _ = post { $0.deliveries.append(Delivery(connection: connection, response: response)) }
    }

    /// Asks for a graceful stop, which is over at `deadline` at the latest (monotonic milliseconds).
    func stop(by deadline: Int64) {
        _ = post { $0.stopBy = deadline }
    }

    /// Takes what is there. If there is nothing and the loop `maySleep`, the next mail wakes it.
    func takeMail(maySleep: Bool) -> Mail {
        state.withLock { state in
            state.sleeps = maySleep && state.mail.isEmpty
            let mail = state.mail
            if !mail.isEmpty { state.mail = Mail() }
            return mail
        }
    }

    /// The thread is awake again: mail need not wake it.
    func awoke() {
        state.withLock { $0.sleeps = false }
    }

    /// The thread ends. Jobs that came too late go to the global executor, like those still to come.
    func end() {
        let rest = state.withLock { state in
            state.ended = true
            state.sleeps = false
            let jobs = state.mail.jobs
            state.mail = Mail()
            return jobs
        }
        for job in rest { globalConcurrentExecutor.enqueue(job) }
    }

    /// Puts something into the mailbox and wakes the loop if it sleeps. True if the loop has ended, and nothing was put.
    private func post(_ change: (inout Mail) -> Void) -> Bool {
        let (ended, sleeps) = state.withLock { state -> (Bool, Bool) in
            guard !state.ended else { return (true, false) }
            change(&state.mail)
            let sleeps = state.sleeps
            state.sleeps = false
            return (false, sleeps)
        }
        if sleeps { eventfd_write(wakeDescriptor, 1) }
        return ended
    }
}
