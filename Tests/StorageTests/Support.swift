import Crypto
import Foundation
import Synchronization
import Threads

@testable import Storage

/// A secret's hash for tests: 32 times the same octet.
func hash(_ octet: UInt8) throws -> SecretHash {
    guard let hash = SecretHash([UInt8](repeating: octet, count: 32)) else { throw StorageError.corrupt("hash") }
    return hash
}

/// A directory that goes with its last user, and a database's path in it.
final class Scratch: Sendable {
    let directory: String
    var path: String { directory + "/lanyard.sqlite" }

    init() throws {
        let parent = FileManager.default.isWritableFile(atPath: "/dev/shm") ? "/dev/shm" : "/tmp"
        directory = "\(parent)/lanyard-test-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: false)
    }

    deinit { try? FileManager.default.removeItem(atPath: directory) }

    /// The permission bits of a file, nil if there is none.
    static func mode(_ path: String) -> Int? {
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        return attributes?[.posixPermissions] as? Int
    }

    /// A raw connection, as a foreign process would have one.
    func connection() throws -> Connection { try Connection(path: path, for: .writing, busyMilliseconds: 1000) }
}

/// Values that threads add to.
final class Collected<Element: Sendable>: Sendable {
    private let storage = Mutex<[Element]>([])
    private let arrived = Signal()
    var values: [Element] { storage.withLock { $0 } }

    func append(_ value: Element) {
        storage.withLock { $0.append(value) }
        arrived.raise()
    }

    /// Waits until there are `count`, at most half a minute.
    func wait(for count: Int) -> [Element] {
        for _ in 0..<30_000 where values.count < count { arrived.wait(milliseconds: 1) }
        return values
    }
}

extension DatabaseOptions {
    init() { self.init(sha256: { Digest.sha256($0) }) }
}

extension Database {
    convenience init(path: String, readers: Int = 2) throws {
        var options = DatabaseOptions()
        options.readers = readers
        try self.init(path: path, options: options)
    }

    /// Queues a write and comes back at once.
    func submit<T: Sendable>(
        once runsOnce: Bool = false, _ body: @escaping @Sendable (borrowing WriteTransaction) throws -> T,
        then complete: @escaping @Sendable (Result<T, any Error>) -> Void
    ) {
        engine.writer.submit(PendingWrite(once: runsOnce, body, then: complete))
    }

    /// Runs writes that are sure to share one transaction: the writer is held up while they are queued.
    func group(
        _ bodies: [@Sendable (borrowing WriteTransaction) throws -> Void], once: Set<Int> = []
    ) -> [Result<Void, any Error>] {
        let gate = Signal()
        let entered = Signal()
        submit {
            _ in
            entered.raise()
            gate.wait()
        } then: { _ in
        }
        entered.wait()
        let answers = bodies.map { _ in Collected<Result<Void, any Error>>() }
        for (index, (body, answer)) in zip(bodies, answers).enumerated() {
            submit(once: once.contains(index), body) { answer.append($0) }
        }
        gate.raise()
        return answers.compactMap { $0.wait(for: 1).first }
    }

    /// A grant with nothing remarkable about it.
    func grant(
        userID: Int64? = nil, clientID: String = "app", sessionID: Int64? = nil, refresh: RefreshKind = .none,
        now: Int64 = 1000, expiresAt: Int64 = 5000
    ) async throws -> Int64 {
        try await write {
            try $0.insertGrant(
                userID: userID, clientID: clientID, sessionID: sessionID, refresh: refresh, now: now,
                expiresAt: expiresAt)
        }
    }

    func user(_ name: String = "ada") async throws -> Int64 {
        try await write {
            try $0.insertUser(
                sub: "sub-\(name)", username: name.capitalized, usernameKey: name, displayName: "Dr \(name)",
                passwordHash: "$scrypt$\(name)", fhirUser: "Practitioner/\(name)", now: 1000)
        }
    }

    func session(userID: Int64, now: Int64 = 1000, expiresAt: Int64 = 9000) async throws -> Int64 {
        let secret = try hash(7)
        return try await write {
            try $0.insertSession(secretHash: secret, userID: userID, authTime: now, now: now, expiresAt: expiresAt)
        }
    }

    /// A policy with nothing remarkable about it.
    func policy(_ role: String) async throws {
        _ = try await write { try $0.putRolePolicy(role) }
    }

    func client(_ id: String) async throws {
        try await write { try $0.insertClient(id: id, metadata: "{}", secretVerifiers: [], now: 1000) }
    }

    func epoch() throws -> Int64 {
        try read { (transaction) throws(StorageError) in try transaction.policyEpoch() }
    }

    func isLive(_ grantID: Int64, now: Int64 = 2000) throws -> Bool {
        try read { (transaction) throws(StorageError) in try transaction.grantEnd(grantID).map { $0 > now } ?? false }
    }
}

extension StorageError {
    var isConflict: Bool { if case .conflict = self { true } else { false } }
    var isLocked: Bool { if case .locked = self { true } else { false } }
}

extension WriteTransaction {
    func insertGrant(
        userID: Int64? = nil, clientID: String = "app", sessionID: Int64? = nil, refresh: RefreshKind = .none,
        now: Int64 = 1000, expiresAt: Int64 = 5000
    ) throws(StorageError) -> Int64 {
        try insertGrant(
            userID: userID, clientID: clientID, audience: "https://fhir.example", scope: "patient/*.rs",
            context: #"{"patient":"1"}"#, sessionID: sessionID, nonce: "n", authTime: now, refresh: refresh, now: now,
            expiresAt: expiresAt)
    }

    @discardableResult
    func putRolePolicy(
        _ role: String, _ document: String = "{}", expectedRevision: Int64? = nil, now: Int64 = 1000
    ) throws(StorageError) -> RolePolicyPut {
        try putRolePolicy(
            role, document: document, seedVersion: nil, isEdited: true, actor: "ada", reason: nil,
            expectedRevision: expectedRevision, now: now)
    }

    @discardableResult
    func assign(
        _ role: String, to subject: RoleSubject, parameters: String = "{}", now: Int64 = 1000
    ) throws(StorageError) -> RoleAssignmentOutcome {
        try assignRole(role, to: subject, parameters: parameters, by: "ada", reason: "hired", now: now)
    }

    func note(_ action: String) throws(StorageError) {
        try appendAudit(
            AuditRecord(
                at: 1, action: action, actor: nil, client: nil, patient: nil, address: nil, outcome: "ok", detail: nil))
    }
}

extension Database {
    /// What `note` has written and is there to stay.
    func notes() throws -> [String] {
        try read { (transaction) throws(StorageError) in
            try transaction.auditRecords(after: nil, limit: 1000).map(\.record.action)
        }
    }
}
