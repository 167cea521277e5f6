import Glibc

/// A program that is run to its end for what it prints: no shell, nothing to read, its errors are its own.
enum CapturedCommand {
    struct Failure: Error, Equatable { let reason: String }

    /// `words`: the program's path and its arguments.
    static func output(of words: [String], seconds: Int, limit: Int) throws(Failure) -> [UInt8] {
        guard let program = words.first else { throw Failure(reason: "names no program") }
        var ends: [Int32] = [-1, -1]
        guard unsafe pipe(&ends) == 0 else { throw Failure(reason: "no pipe") }
        let (reading, writing) = (ends[0], ends[1])
        defer { close(reading) }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        let child: pid_t
        do throws(Failure) {
            child = try start(program, words, writing)
        } catch {
            close(writing)
            throw error
        }
        close(writing)
        let deadline = ContinuousClock.now + .seconds(seconds)
        let read = Result { () throws(Failure) in try self.read(reading, until: deadline, limit: limit) }
        if case .failure = read { _ = kill(-child, SIGKILL) }
        var status: Int32 = 0
        while unsafe waitpid(child, &status, 0) < 0, errno == EINTR {}
        let octets = try read.get()
        guard status == 0 else {
            throw Failure(
                reason: status & 0x7F == 0 ? "\(program) ended with \(status >> 8 & 0xFF)" : "\(program) was stopped")
        }
        return octets
    }

    /// In a process group of its own, so that its children can be stopped with it, and with no signal blocked.
    private static func start(_ program: String, _ words: [String], _ output: Int32) throws(Failure) -> pid_t {
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        unsafe posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        unsafe posix_spawn_file_actions_adddup2(&actions, output, 1)
        unsafe posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
        var attributes = posix_spawnattr_t()
        unsafe posix_spawnattr_init(&attributes)
        defer { unsafe posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        unsafe sigemptyset(&none)
        unsafe posix_spawnattr_setsigmask(&attributes, &none)
        unsafe posix_spawnattr_setpgroup(&attributes, 0)
        unsafe posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK))
        var arguments = unsafe words.map { unsafe strdup($0) } + [nil]
        defer { for index in unsafe arguments.indices { unsafe free(arguments[index]) } }
        var child = pid_t()
        let code = unsafe posix_spawn(&child, program, &actions, &attributes, &arguments, environ)
        guard code == 0 else {
            throw Failure(reason: "\(program): \(FileAccess.Failure(code: code).reason)")
        }
        return child
    }

    private static func read(
        _ descriptor: Int32, until deadline: ContinuousClock.Instant, limit: Int
    ) throws(Failure) -> [UInt8] {
        var octets: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 4096)
        while true {
            let left = (deadline - .now).components
            var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            let milliseconds = max(0, left.seconds * 1000 + left.attoseconds / 1_000_000_000_000_000)
            let ready = unsafe poll(&waiting, 1, Int32(clamping: milliseconds))
            if ready < 0, errno == EINTR { continue }
            guard ready > 0 else { throw Failure(reason: "took too long") }
            let count = unsafe block.withUnsafeMutableBytes { unsafe Glibc.read(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw Failure(reason: "what it prints cannot be read") }
            if count == 0 { return octets }
            octets += block.prefix(count)
            guard octets.count <= limit else { throw Failure(reason: "prints more than \(limit) octets") }
        }
    }
}
