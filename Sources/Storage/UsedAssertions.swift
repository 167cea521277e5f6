import Encoding

/// The assertions that were used lately, as the writer's thread knows them: of each, 64 bits that a key of this process makes of
/// client and `jti`, some 16 bytes. That one makes the same as one of a million others is as likely as that a key of 44 bits
/// is guessed, and then it is refused.
///
/// The rows on disk decide. What is taken back there is taken back here; whatever leaves in doubt what is there, a failed
/// commit, a clock that was set back, has them read again.
final class UsedAssertions {
    /// By the minute in which they expire, for a minute goes at once.
    private var marks: [Int64: Set<Int>] = [:]
    /// Of every row that expires then or later there is a mark; nil: nothing was read yet.
    private var start: Int64?
    /// Those of the transaction that runs.
    private var added: [(minute: Int64, mark: Int)] = []
    /// Rows were read after it had used some: a mark may be of a row of its own and of one on disk at once.
    private var isMixed = false

    /// How long after its end an assertion is known, in seconds: a `jti` must not come again within the longest life that an
    /// assertion may have (SMART App Launch 2.2, "Validating the client's JWT"), however short its own was. A clock may go
    /// back as far without the rows being read again.
    private static let memory: Int64 = 360

    func use(
        _ clientID: String, _ jwtID: String, _ expiresAt: Int64, now: Int64, on connection: Connection
    ) throws(StorageError) -> Bool {
        try know(from: now, on: connection)
        let mark = Self.mark(clientID, jwtID)
        guard !marks.values.contains(where: { $0.contains(mark) }) else { return false }
        marks[Self.minute(expiresAt), default: []].insert(mark)
        added.append((Self.minute(expiresAt), mark))
        return true
    }

    /// How many the transaction has used so far.
    var count: Int { added.count }

    /// Takes back all that it used but the first so many.
    func takeBack(to count: Int) {
        guard !isMixed else { return forget() }
        while added.count > count, let last = added.popLast() { marks[last.minute]?.remove(last.mark) }
    }

    /// The transaction is on disk.
    func committed() {
        added.removeAll(keepingCapacity: true)
        isMixed = false
    }

    /// What is on disk is not known.
    func forget() { (marks, start, added, isMixed) = ([:], nil, [], false) }

    /// Reads the rows if some may be missing, and lets go of those that are over.
    private func know(from now: Int64, on connection: Connection) throws(StorageError) {
        let earliest = now.subtracting(seconds: Self.memory)
        guard let start, start <= now else { return try read(from: earliest, on: connection) }
        guard Self.minute(start) < Self.minute(earliest) else { return }
        marks = marks.filter { $0.key >= Self.minute(earliest) }
        self.start = earliest
    }

    private func read(from earliest: Int64, on connection: Connection) throws(StorageError) {
        (marks, start) = ([:], nil)
        isMixed = isMixed || !added.isEmpty
        let rows = try connection.all(
            "SELECT client_id, jwt_id, expires_at FROM assertions WHERE expires_at >= ?1", earliest
        ) { (minute: Self.minute($0.integer(2)), mark: Self.mark($0.text(0), $0.text(1))) }
        for row in rows { marks[row.minute, default: []].insert(row.mark) }
        start = earliest
    }

    private static func minute(_ time: Int64) -> Int64 { time / 60 }

    /// Of the octets: two texts that only look the same are two.
    private static func mark(_ clientID: String, _ jwtID: String) -> Int {
        var hasher = Hasher()
        hasher.combine(clientID.utf8.count)
        for octet in clientID.utf8 { hasher.combine(octet) }
        for octet in jwtID.utf8 { hasher.combine(octet) }
        return hasher.finalize()
    }
}
