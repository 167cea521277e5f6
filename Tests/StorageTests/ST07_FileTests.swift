import Foundation
import Glibc
import Testing

@testable import Storage

@Suite struct `ST-07 the files are for their owner alone` {
    @Test func `database, log, index and lock have mode 0600 in a directory of 0700, whatever the umask`() async throws
    {
        let scratch = try Scratch()
        let path = scratch.directory + "/new/lanyard.sqlite"
        let database = try Database(path: path)
        _ = try await database.grant()
        #expect(Scratch.mode(scratch.directory + "/new") == 0o700)
        for ending in ["", "-wal", "-shm", ".lock"] { #expect(Scratch.mode(path + ending) == 0o600, "\(ending)") }
    }

    @Test func `rights of others on an existing file are taken away`() throws {
        let scratch = try Scratch()
        try Data().write(to: URL(fileURLWithPath: scratch.path))
        try FileManager.default.setAttributes([.posixPermissions: 0o666], ofItemAtPath: scratch.path)
        let database = try Database(path: scratch.path)
        #expect(Scratch.mode(scratch.path) == 0o600)
        database.close()
    }

    @Test(arguments: ["", ".lock"])
    func `a symbolic link is not followed`(ending: String) throws {
        let scratch = try Scratch()
        let target = scratch.directory + "/elsewhere"
        try Data("precious".utf8).write(to: URL(fileURLWithPath: target))
        try FileManager.default.createSymbolicLink(atPath: scratch.path + ending, withDestinationPath: target)
        #expect(throws: StorageError.self) { try Database(path: scratch.path) }
        #expect(try Data(contentsOf: URL(fileURLWithPath: target)) == Data("precious".utf8))
    }

    @Test func `a directory is not a database`() throws {
        let scratch = try Scratch()
        try FileManager.default.createDirectory(atPath: scratch.path, withIntermediateDirectories: false)
        #expect(throws: StorageError.self) { try Database(path: scratch.path) }
    }
}

@Suite struct `ST-09 one server to a database` {
    @Test func `a second one in the same process is refused, and told by whom`() throws {
        let scratch = try Scratch()
        let first = try Database(path: scratch.path)
        let error = #expect(throws: StorageError.self) { try Database(path: scratch.path) }
        #expect("\(error ?? .closed)".contains("is in use by process \(ProcessInfo.processInfo.processIdentifier)"))
        first.close()
        try openAgain(scratch).close()
    }

    /// Other tests start programs: between fork and exec such a child holds every lock of this process for a moment.
    private func openAgain(_ scratch: Scratch) throws -> Database {
        for _ in 0..<100 {
            if let database = try? Database(path: scratch.path) { return database }
            usleep(100_000)
        }
        return try Database(path: scratch.path)
    }

    @Test func `a second process is refused`() throws {
        let scratch = try Scratch()
        let database = try Database(path: scratch.path)
        #expect(try lock(scratch, andRun: "true").status == 1)
        database.close()
        #expect(try lock(scratch, andRun: "true").status == 0)
    }

    @Test func `this one is refused while another process runs on it`() throws {
        let scratch = try Scratch()
        try Database(path: scratch.path).close()
        let (other, _) = try lock(scratch, andRun: "echo held; exec sleep 60", untilHeld: true)
        let error = #expect(throws: StorageError.self) { try Database(path: scratch.path) }
        #expect(error?.isLocked == true)
        #expect(kill(other, SIGKILL) == 0)
        // The system drops the lock with the process, however that ends.
        for _ in 0..<1000 {
            if (try? Database(path: scratch.path).close()) != nil { return }
            usleep(10_000)
        }
        Issue.record("the lock outlived its process")
    }

    /// What a process holds that is being started at that moment: the descriptor, until it becomes another program.
    @Test func `closing gives the lock up, also while a copy of its descriptor is open`() throws {
        let scratch = try Scratch()
        let database = try Database(path: scratch.path)
        let folder = "/proc/self/fd"
        let held = try FileManager.default.contentsOfDirectory(atPath: folder).first {
            (try? FileManager.default.destinationOfSymbolicLink(atPath: "\(folder)/\($0)")) == scratch.path + ".lock"
        }
        let copy = dup(try #require(held.flatMap { Int32($0) }))
        #expect(copy >= 0)
        defer { close(copy) }
        database.close()
        try Database(path: scratch.path).close()
    }

    /// flock(1) takes the same lock in another process, and ends with status 1 if it is held.
    private func lock(
        _ scratch: Scratch, andRun command: String, untilHeld: Bool = false
    ) throws -> (process: pid_t, status: Int32?) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/flock")
        process.arguments = ["--nonblock", "--no-fork", scratch.path + ".lock", "/bin/sh", "-c", command]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        guard !untilHeld else {
            #expect(output.fileHandleForReading.availableData == Data("held\n".utf8))
            return (process.processIdentifier, nil)
        }
        process.waitUntilExit()
        return (process.processIdentifier, process.terminationStatus)
    }
}
