import Crypto
import Encoding
import Foundation
import JOSE
import TestSupport
import Testing

@testable import AuthorizationServer
@testable import Storage

/// A folder of keys, the database beside it, and a clock that a test moves.
private struct KeyRoom {
    let folder = FileManager.default.temporaryDirectory.path + "/ring-\(UUID().uuidString)"
    let clock = TestClock()
    let database: Database

    /// RSA keys take long: one for all tests.
    private static let rsa = try? SigningKey.generate(.rsa(bits: 2048)).pem()

    init() throws {
        database = try Database(path: ":memory:", options: .usual)
        try PrivateFile.requireDirectory(folder)
        try PrivateFile.write(try #require(Self.rsa), to: folder + "/rsa.RS256.active.pem")
        try PrivateFile.write(try SigningKey.generate(.p256).pem(), to: folder + "/first.ES256.active.pem")
    }

    /// As a start does.
    func open(_ passphrase: String? = nil, previous: [String] = []) throws -> KeyStore {
        try KeyStore(
            directory: folder, passphrase: passphrase.map { Secret(Array($0.utf8)) },
            previous: previous.map { Secret(Array($0.utf8)) }, database: database, random: RandomBytes(),
            clock: clock.clock)
    }

    /// The database knows of that change.
    func open(change id: String) throws -> KeyStore {
        try database.writeBlocking { try $0.setProperty(KeyJournal.property, id) }
        return try open()
    }

    func files() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: folder).sorted() }

    func remove() { try? FileManager.default.removeItem(atPath: folder) }
}

extension KeyStore {
    @discardableResult
    fileprivate func add(_ algorithm: Algorithm = .es256) throws -> RingKey {
        let key = try make(algorithm)
        try change { try $0.adding(key) }
        return key
    }

    fileprivate func change(_ plan: @escaping @Sendable (KeyMoment) throws -> KeyPlan) throws {
        try change(plan) { _ in }
    }

    fileprivate func ids(_ state: KeyState, _ algorithm: Algorithm = .es256) -> [String] {
        ring.keys(algorithm, state).map(\.keyID)
    }

    fileprivate func rotate(force: Bool = false) throws { try change { try $0.rotating(.es256, force: force) } }
}

private let day: Int64 = 86_400

@Suite struct `JW-08, K1: keys follow one another` {
    @Test func `a next key is published at once, and signs only a day later`() throws {
        let room = try KeyRoom()
        defer { room.remove() }
        let keys = try room.open()
        let next = try keys.add()
        #expect(keys.published.keys.contains { $0.keyID == next.keyID })
        #expect(keys.accessTokenSigner.keyID == "first")
        room.clock.advance(day - 1)
        #expect(throws: KeyRefusal.tooEarly(.es256, wait: 1)) { try keys.rotate() }
        #expect(keys.accessTokenSigner.keyID == "first")
        room.clock.advance(1)
        try keys.rotate()
        #expect(keys.accessTokenSigner.keyID == next.keyID)
        #expect(keys.ids(.retired) == ["first"])
        #expect(keys.verificationKey("first") != nil)
        #expect(
            try room.files()
                == ["first.ES256.retired.pem", "\(next.keyID).ES256.active.pem", "rsa.RS256.active.pem"].sorted())
    }

    @Test func `without a next key there is nothing to rotate to, and force rotates to one that nobody has yet`() throws
    {
        let room = try KeyRoom()
        defer { room.remove() }
        let keys = try room.open()
        #expect(throws: KeyRefusal.noNext(.es256)) { try keys.rotate(force: true) }
        let next = try keys.add()
        try keys.rotate(force: true)
        #expect(keys.accessTokenSigner.keyID == next.keyID)
    }

    @Test func `a clock that is set forward makes no key sign earlier, in this process or after a restart`() throws {
        let room = try KeyRoom()
        defer { room.remove() }
        let keys = try room.open()
        try keys.add()
        room.clock.set(by: 365 * day)
        #expect(throws: KeyRefusal.tooEarly(.es256, wait: day)) { try keys.rotate() }
        room.clock.advance(1000)
        try keys.note()
        let again = try room.open()
        #expect(throws: KeyRefusal.tooEarly(.es256, wait: day - 1000)) { try again.rotate() }
        room.clock.advance(day - 1000)
        try again.rotate()
    }

    @Test func `time in which no server runs does not count: nobody reads what is not published`() throws {
        let room = try KeyRoom()
        defer { room.remove() }
        let keys = try room.open()
        try keys.add()
        room.clock.advance(3600)
        try keys.note()
        room.clock.advance(30 * day)
        let again = try room.open()
        #expect(throws: KeyRefusal.tooEarly(.es256, wait: day - 3600)) { try again.rotate() }
    }

    @Test func `a clock that is set back holds up no rotation and takes no key away early`() throws {
        let room = try KeyRoom()
        defer { room.remove() }
        let keys = try room.open()
        try keys.add()
        room.clock.set(by: -365 * day)
        room.clock.advance(day)
        try keys.rotate()
        // What it signed before the clock was set back lives for another year by that clock.
        room.clock.advance(2 * day)
        #expect(keys.moment().withoutThoseThatAreOver() == nil)
        try keys.note()
        let again = try room.open()
        room.clock.advance(day)
        #expect(again.moment().withoutThoseThatAreOver() == nil)
        room.clock.advance(365 * day)
        #expect(again.moment().withoutThoseThatAreOver() != nil)
    }

    @Test func `a retired key stays until its last token has expired, whatever the clock is set to, and then goes`()
        throws
    {
        let room = try KeyRoom()
        defer { room.remove() }
        let keys = try room.open()
        try keys.add()
        room.clock.advance(day)
        try keys.rotate()
        room.clock.set(by: 365 * day)
        #expect(keys.moment().withoutThoseThatAreOver() == nil)
        room.clock.advance(KeyMoment.keptAfter - 1)
        #expect(keys.moment().withoutThoseThatAreOver() == nil)
        room.clock.advance(1)
        try keys.change { try #require($0.withoutThoseThatAreOver()) }
        #expect(keys.verificationKey("first") == nil)
        #expect(try !room.files().contains { $0.hasPrefix("first") })
    }

    @Test func `notes that cannot be true count for less, and unreadable ones stop the start`() throws {
        let room = try KeyRoom()
        defer { room.remove() }
        let keys = try room.open()
        let next = try keys.add()
        let path = room.folder + "/" + next.name
        let text = String(decoding: try #require(try PrivateFile.read(path)), as: UTF8.self)
        try PrivateFile.write(Array(text.replacing("Observed: 0", with: "Observed: 999999").utf8), to: path)
        #expect(throws: KeyRefusal.tooEarly(.es256, wait: day)) { try room.open().rotate() }
        for wrong in ["Observed: -1", "Observed: many", "Observed: 99999999999999999999"] {
            try PrivateFile.write(Array(text.replacing("Observed: 0", with: wrong).utf8), to: path)
            #expect { try room.open() } throws: { "\($0)".contains(next.name) }
        }
        try PrivateFile.write(Array(text.replacing("Since: 20", with: "Since: 19").utf8), to: path)
        #expect { try room.open() } throws: { "\($0)".contains(next.name) }
    }

    @Test func `a next key can be taken back; what signs or has signed goes only by rotation or as compromised`() throws
    {
        let room = try KeyRoom()
        defer { room.remove() }
        let keys = try room.open()
        let next = try keys.add()
        try keys.change { try $0.withdrawing(next.keyID) }
        #expect(try room.files() == ["first.ES256.active.pem", "rsa.RS256.active.pem"])
        #expect(throws: KeyRefusal.active) { try keys.change { try $0.withdrawing("first") } }
        try keys.add()
        try keys.rotate(force: true)
        #expect(throws: KeyRefusal.alreadyRetired) { try keys.change { try $0.withdrawing("first") } }
        #expect(throws: KeyRefusal.unknownKey("none")) { try keys.change { try $0.withdrawing("none") } }
    }

    @Test(arguments: KeyState.allCases)
    func `a compromised key is gone at once, and something else signs`(state: KeyState) throws {
        let room = try KeyRoom()
        defer { room.remove() }
        let keys = try room.open()
        let next = try keys.add()
        if state == .retired { try keys.rotate(force: true) }
        let victim = state == .next ? next.keyID : "first"
        let before = keys.revocationCount
        try keys.change { try $0.revoking(victim, replacement: nil) }
        #expect(keys.verificationKey(victim) == nil)
        #expect(!keys.published.keys.contains { $0.keyID == victim })
        #expect(keys.revocationCount == before + 1)
        #expect(keys.accessTokenSigner.keyID != victim)
        #expect(try !room.files().contains { $0.hasPrefix(victim) })
        #expect(try room.open().accessTokenSigner.keyID == keys.accessTokenSigner.keyID)
    }

    @Test func `JW-07: a key that is printed, alone or within a plan, shows its name and nothing of itself`() throws {
        let room = try KeyRoom()
        defer { room.remove() }
        let keys = try room.open()
        let plan = try keys.moment().adding(try keys.make(.es256))
        var dumped = ""
        dump(plan, to: &dumped)
        let octets = try #require(plan.keys.first).pem.prefix(12).map(String.init).joined(separator: ", ")
        #expect(!"\(plan)".contains(octets) && !dumped.contains("pem: "))
    }

    @Test func `RSA keys of the configured length are made, and no private member is published`() throws {
        let room = try KeyRoom()
        defer { room.remove() }
        let keys = try KeyStore(
            directory: room.folder, passphrase: nil, database: room.database, random: RandomBytes(),
            clock: room.clock.clock, rsaBits: 3072)
        let key = try keys.add(.rs256)
        #expect(key.key.kind == .rsa(bits: 3072))
        for key in try #require(keys.published.json["keys"]?.arrayValue) {
            for name in ["d", "p", "q", "dp", "dq", "qi", "k"] { #expect(key[name] == nil) }
        }
    }
}

@Suite struct `JW-08: a change happens with the commit that records it` {
    enum Change: CaseIterable { case add, rotate, revokeActive, revokeNext, drop, reencrypt }

    /// A crash after so many steps of a change, committed or not, and what the next start makes of it. Without a journal: a folder
    /// that was copied meanwhile.
    enum Crash: CaseIterable { case beforeCommit, afterCommit, withoutJournal }

    /// Every beginning of the steps is tried: each must be a folder that the next start understands, with one key that signs,
    /// and the change is done if it is committed, and only then.
    @Test(arguments: Change.allCases, Crash.allCases)
    func `a crash at any point leaves one key that signs, and what is committed is done`(
        change: Change, crash: Crash
    ) async throws {
        var cut = crash == .withoutJournal ? 1 : 0
        // Before the commit nothing is touched.
        while try await survives(change, crash, cutAfter: cut), crash != .beforeCommit { cut += 1 }
    }

    /// False when there was nothing left to cut.
    private func survives(_ change: Change, _ crash: Crash, cutAfter count: Int) async throws -> Bool {
        let room = try KeyRoom()
        defer { room.remove() }
        let keys = try room.open()
        let next = try keys.add()
        if change == .drop { try keys.rotate(force: true) }
        let (old, files) = (keys.ring, try room.files())
        let plan = try plan(change, keys, next)
        if crash != .withoutJournal {
            let isCommitted = crash == .afterCommit
            try? await room.database.write(once: true) { transaction in
                try keys.prepare("change", transaction) { _ in plan }
                if !isCommitted { throw KeyRefusal.tooMany }
            }
            #expect(try room.files() == (["change.key"] + files).sorted(), "nothing else is touched yet")
        }
        let steps = plan.changes.flatMap(\.steps)
        for step in steps.prefix(count) { try keys.folder.apply(step) }
        // A file that was half written when the power went.
        try PrivateFile.write(Array("-----BEGIN PRIV".utf8), to: "\(room.folder)/half.ES256.active.pem.new")
        room.clock.advance(5)
        let again = try room.open("secret")
        let expected = crash == .beforeCommit ? old : try KeyRing(plan.keys)
        #expect(again.ring.keys.map(\.name) == expected.keys.map(\.name), "\(change) cut after \(count)")
        #expect(again.ring.keys(.es256, .active).count == 1)
        #expect(try room.files() == again.ring.keys.map(\.name).sorted())
        if change == .reencrypt, crash != .withoutJournal {
            let isPlain = again.ring.keys.map { !String(decoding: $0.pem, as: UTF8.self).contains("ENCRYPTED") }
            #expect(Set(isPlain) == [crash == .beforeCommit], "all of them or none")
        }
        #expect(try room.open("secret").ring.keys.map(\.name) == expected.keys.map(\.name))
        return count < steps.count
    }

    @Test func `a commit that fails leaves keys, what is published and the folder as they were`() async throws {
        let room = try KeyRoom()
        defer { room.remove() }
        let keys = try room.open()
        let next = try keys.add()
        let (files, ring) = (try room.files(), keys.ring)
        // Found only when all is to be written.
        #expect(throws: StorageError.self) {
            try keys.change {
                try $0.revoking("first", replacement: nil)
            } record: { transaction in
                try transaction.connection.execute("PRAGMA defer_foreign_keys = ON")
                try transaction.connection.run("INSERT INTO group_members (group_name, user_id) VALUES ('none', 1)")
            }
        }
        #expect(keys.ring === ring && keys.revocationCount == 0)
        #expect(try room.files().filter { $0.hasSuffix(".pem") } == files)
        try keys.change { try $0.withdrawing(next.keyID) }
        #expect(try room.files() == ["first.ES256.active.pem", "rsa.RS256.active.pem"])
    }

    @Test func `while one change waits for its commit there is no other`() async throws {
        let room = try KeyRoom()
        defer { room.remove() }
        let keys = try room.open()
        let next = try keys.add(), other = try keys.make(.es256)
        try await room.database.write(once: true) { transaction in
            try keys.prepare("one", transaction) { try $0.withdrawing(next.keyID) }
        }
        #expect(keys.ring.key(next.keyID) != nil)
        #expect(throws: KeyRefusal.underWay) { try keys.change { try $0.adding(other) } }
        keys.adopt("one")
        #expect(keys.ring.key(next.keyID) == nil)
        // What is left of the first is done before the second is written down.
        try keys.change { try $0.adding(other) }
        #expect(try room.files() == ["first.ES256.active.pem", "rsa.RS256.active.pem", other.name].sorted())
    }

    @Test func `a change that cannot be read stops the start and is named`() throws {
        let room = try KeyRoom()
        defer { room.remove() }
        for content in ["", "{}", #"{"change": "a", "steps": [{"write": "../x.pem", "content": ""}]}"#] {
            try PrivateFile.write(Array(content.utf8), to: room.folder + "/change.key")
            #expect { try room.open(change: "a") } throws: { "\($0)".contains("change.key") }
        }
    }

    private func plan(_ change: Change, _ keys: KeyStore, _ next: RingKey) throws -> KeyPlan {
        let moment = keys.moment()
        switch change {
        case .add: return try moment.adding(try keys.make(.es256))
        case .rotate: return try moment.rotating(.es256, force: true)
        case .revokeActive: return try moment.revoking("first", replacement: nil)
        case .revokeNext: return try moment.revoking(next.keyID, replacement: nil)
        case .drop: return try moment.revoking("first", replacement: nil)
        case .reencrypt:
            let secret = KeyPassphrases(current: Secret(Array("secret".utf8)), previous: [])
            return try moment.resealed(try keys.blocks(under: secret), under: secret)
        }
    }

    @Test func `a start without a key that signs takes the published next one before it makes another`() throws {
        let room = try KeyRoom()
        defer { room.remove() }
        let next = try room.open().add()
        try FileManager.default.removeItem(atPath: room.folder + "/first.ES256.active.pem")
        #expect(try room.open().accessTokenSigner.keyID == next.keyID)
        #expect(try room.files() == ["\(next.keyID).ES256.active.pem", "rsa.RS256.active.pem"].sorted())
    }

    @Test func `two keys that sign, neither of which says that it came after the other, stop the start`() throws {
        let room = try KeyRoom()
        defer { room.remove() }
        _ = try room.open()
        try PrivateFile.write(try SigningKey.generate(.p256).pem(), to: room.folder + "/other.ES256.active.pem")
        #expect { try room.open() } throws: { "\($0)".contains("first") && "\($0)".contains("other") }
    }

    @Test func `what somebody takes away while the server runs is not written again`() throws {
        let room = try KeyRoom()
        defer { room.remove() }
        let keys = try room.open()
        let next = try keys.add()
        try FileManager.default.removeItem(atPath: room.folder + "/" + next.name)
        try keys.note()
        #expect(try room.files() == ["first.ES256.active.pem", "rsa.RS256.active.pem"])
    }
}

@Suite struct `K3, ST-08: the passphrases of the key files` {
    @Test func `the current one and earlier ones open files; a missing one stops the start and names the setting`()
        throws
    {
        let room = try KeyRoom()
        defer { room.remove() }
        _ = try room.open("one").add()
        let first = try room.open("two", previous: ["one"]).add()
        #expect(try room.open("three", previous: ["one", "two"]).ring.key(first.keyID) != nil)
        #expect { try room.open("two") } throws: { "\($0)".contains("key_passphrase_previous_files") }
        #expect { try room.open() } throws: { "\($0)".contains("key_passphrase_file") }
    }

    @Test func `the same key is made anew under the current passphrase, and its notes stay`() throws {
        let room = try KeyRoom()
        defer { room.remove() }
        let keys = try room.open("one")
        let next = try keys.add()
        room.clock.advance(500)
        let newer = try room.open("one")
        // Read anew, as a setting says it by now.
        let passphrases = KeyPassphrases(
            current: Secret(Array("two".utf8)), previous: [Secret(Array("one".utf8))])
        let blocks = try newer.blocks(under: passphrases)
        try newer.change { try $0.resealed(blocks, under: passphrases) }
        let later = try newer.add()
        let again = try room.open("two")
        #expect(again.ring.key(later.keyID) != nil)
        #expect(again.ring.key(next.keyID)?.notes.published == next.notes.published)
        #expect(again.ring.key(next.keyID)?.key.publicKey.parameters == next.key.publicKey.parameters)
        for name in try room.files() {
            let text = try String(contentsOfFile: room.folder + "/" + name, encoding: .utf8)
            #expect(text.contains("ENCRYPTED PRIVATE KEY"))
        }
    }

    @Test func `what does not open every file encrypts none, and a key that came meanwhile is not left out`() throws {
        let room = try KeyRoom()
        defer { room.remove() }
        let keys = try room.open("one")
        try keys.add()
        let files = try room.files()
        let contents = try files.map { try PrivateFile.read(room.folder + "/" + $0) }
        let typo = KeyPassphrases(current: Secret(Array("two".utf8)), previous: [Secret(Array("on".utf8))])
        #expect { try keys.blocks(under: typo) } throws: { "\($0)".contains("key_passphrase_previous_files") }
        let right = KeyPassphrases(current: Secret(Array("two".utf8)), previous: [Secret(Array("one".utf8))])
        let blocks = try keys.blocks(under: right)
        #expect(try files.map { try PrivateFile.read(room.folder + "/" + $0) } == contents)
        try keys.add()
        #expect(throws: KeyRefusal.underWay) { try keys.change { try $0.resealed(blocks, under: right) } }
    }
}
