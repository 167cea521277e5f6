import Encoding

/// Reads one object of a policy file member by member, and keeps every problem it meets; a member that nobody asked for is
/// a problem too.
struct MemberReader {
    let path: String
    private let object: JSONObject
    private var asked: [String] = []
    private(set) var problems: [Complaint] = []

    /// `member` as the reader of a problem finds it: `rules[labs].allow`.
    struct Complaint {
        let member: String
        let reason: String
    }

    init(_ object: JSONObject, path: String = "") {
        self.object = object
        self.path = path
    }

    func has(_ name: String) -> Bool { object.contains(name) }

    mutating func refuse(_ name: String, _ reason: String) {
        problems.append(Complaint(member: Self.safe(member(name)), reason: reason))
    }

    mutating func add(_ complaints: [Complaint]) { problems += complaints }

    func member(_ name: String) -> String { path.isEmpty ? name : "\(path).\(name)" }

    /// The member, if it is there and `read` takes it.
    mutating func value<T>(_ name: String, _ expected: String, _ read: (JSON) -> T?) -> T? {
        asked.append(name)
        guard let json = object[name] else { return nil }
        guard let value = read(json) else {
            refuse(name, "must be \(expected)")
            return nil
        }
        return value
    }

    mutating func required<T>(_ name: String, _ expected: String, _ read: (JSON) -> T?) -> T? {
        guard object.contains(name) else {
            asked.append(name)
            refuse(name, "is missing: must be \(expected)")
            return nil
        }
        return value(name, expected, read)
    }

    mutating func text(_ name: String) -> String? {
        value(name, "a text", Self.line)
    }

    /// A list whose items are read one by one, each wrong one named; what is there twice is a slip.
    mutating func list<T>(
        _ name: String, _ expected: String, most: Int = .max, _ read: (String) -> T?
    ) -> [T] {
        guard let texts = value(name, "a list of \(expected)", \.strings) else { return [] }
        guard texts.count <= most else {
            refuse(name, "has \(texts.count) items: at most \(most)")
            return []
        }
        var items: [T] = []
        var known: Set<String> = []
        for text in texts {
            if !known.insert(text).inserted {
                refuse(name, "has \(Self.quoted(text)) twice")
            } else if let item = read(text) {
                items.append(item)
            } else {
                refuse(name, "\(Self.quoted(text)) is none of \(expected)")
            }
        }
        return items
    }

    /// A list that limits something, which an empty one could be taken to forbid or to leave open.
    mutating func limit<T>(_ name: String, _ expected: String, _ read: (String) -> T?) -> [T] {
        if object[name]?.arrayValue?.isEmpty == true { refuse(name, "is empty: leave it out where nothing is limited") }
        return list(name, expected, read)
    }

    /// After the last member was asked for.
    mutating func finish() {
        for name in object.names where !asked.contains(name) {
            let known = asked.sorted().joined(separator: ", ")
            refuse(name, "is not a member here; these are: \(known)")
        }
    }

    /// One line of text without control characters.
    static func line(_ json: JSON) -> String? {
        guard let text = json.stringValue, !text.isEmpty, text.utf8.count <= 1000,
            text.unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control })
        else { return nil }
        return text
    }

    /// What a file says, for a message: short, and on one line.
    static func quoted(_ text: String) -> String { "\"\(safe(text))\"" }

    private static func safe(_ text: String) -> String {
        String(text.unicodeScalars.prefix(120).map { $0.value < 0x20 || $0.value == 0x7F ? "?" : Character($0) })
    }
}
