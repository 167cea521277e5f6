import Encoding

/// What a key's file says of its life, in lines before the block: explanatory text as RFC 7468 §2 allows, so that notes and
/// key are written in one piece and no crash parts them.
struct KeyNotes: Sendable, Equatable {
    /// When it was published first.
    var published: Int64
    /// When it came into its state.
    var since: Int64
    /// For how many seconds a running server has seen it in its state. This, and no date, says whether it was published for
    /// long enough: a clock can be set, and while no server runs nobody reads what it publishes.
    var observed: Int64 = 0
    /// The latest time at which it may have signed, by a clock that may have been set back since.
    var signed: Int64?
    /// The key that it came after, which is to be retired: a rotation that was cut short is gone on with.
    var replaces: String?
    /// The key that it came after and that nobody may believe any more.
    var revokes: String?

    private static let longestLine = 200

    /// A clock that was set back in between would have it published after it signs.
    init(published: Int64, since: Int64) {
        self.published = min(published, since)
        self.since = since
    }

    var text: String {
        var lines = [
            "Published: \(Timestamp.rfc3339(published))", "Since: \(Timestamp.rfc3339(since))", "Observed: \(observed)",
        ]
        if let signed { lines.append("Signed: \(Timestamp.rfc3339(signed))") }
        if let replaces { lines.append("Replaces: \(replaces)") }
        if let revokes { lines.append("Revokes: \(revokes)") }
        return lines.map { $0 + "\n" }.joined()
    }

    /// The notes of a file that has them, and where the block begins. Nil notes: it has none, as a key made by hand. Lines
    /// that are none of ours are passed over.
    static func reading(_ content: [UInt8], now: Int64) throws(Unreadable) -> (notes: KeyNotes?, pem: [UInt8]) {
        let mark = Array("-----BEGIN ".utf8)
        var start = 0
        var members: [String: String] = [:]
        while start < content.count, !content[start...].starts(with: mark) {
            let end = content[start...].firstIndex(of: 0x0A) ?? content.count
            let line = String(decoding: content[start..<min(end, start + longestLine)], as: UTF8.self)
            if let colon = line.firstIndex(of: ":") {
                let value = line[line.index(after: colon)...].drop { $0 == " " }
                members[String(line[..<colon])] = String(value)
            }
            start = min(end + 1, content.count)
        }
        return (try KeyNotes(members, now: now), Array(content[start...]))
    }

    /// A line of ours that says nothing that can be true.
    struct Unreadable: Error { let line: String }

    /// What cannot be, by the clock of now, counts for less and never for more: a key that was seen for longer than it has
    /// been there was not.
    private init?(_ members: [String: String], now: Int64) throws(Unreadable) {
        guard members["Published"] != nil || members["Since"] != nil || members["Observed"] != nil else { return nil }
        let published = try Self.time(members, "Published"), since = try Self.time(members, "Since")
        guard published <= since else { throw Unreadable(line: "Since is before Published") }
        guard let observed = members["Observed"].flatMap({ Int64($0) }), observed >= 0 else {
            throw Unreadable(line: "Observed is not a number of seconds")
        }
        self.since = min(since, now)
        self.published = min(published, self.since)
        self.observed = min(observed, now - self.since)
        signed = members["Signed"] == nil ? nil : try Self.time(members, "Signed")
        replaces = members["Replaces"]
        revokes = members["Revokes"]
    }

    private static func time(_ members: [String: String], _ name: String) throws(Unreadable) -> Int64 {
        guard let time = members[name].flatMap(Timestamp.seconds(rfc3339:)) else {
            throw Unreadable(line: "\(name) is not a date-time")
        }
        return time
    }
}
