import Encoding
import Storage

extension DatabaseReport {
    var json: JSONObject {
        [
            "file": .string(path), "octets": .integer(octets), "schema_version": .integer(Int64(schemaVersion)),
            "pending_steps": .array(
                pendingSteps.map { ["version": .integer(Int64($0.version)), "title": .string($0.title)] }),
            "rows": .object(JSONObject(tables.map { ($0.name, .integer($0.rows)) })),
            "troubles": .array(troubles.map { .string($0) }),
        ]
    }

    /// For people: the file, and how much of what is in it.
    var text: String {
        let rows = [["file", path], ["size", "\(octets / 1024) KiB"], ["schema", "\(schemaVersion)"]]
        return Columns(rows + tables.map { [$0.name, "\($0.rows)"] }).text
    }

    /// A line each.
    var troubles: [String] {
        damages + (brokenReferences > 0 ? ["\(brokenReferences) rows refer to one that is not there"] : [])
    }
}

/// Tells on a terminal how far the copying of pages is, at each tenth.
final class PageProgress: Sendable {
    private let verb: String
    private let console: Console
    /// A few seconds' worth: what is done at once needs no telling.
    private static let smallest = 25_000

    init(_ verb: String, _ console: Console) {
        self.verb = verb
        self.console = console
    }

    func report(done: Int, all: Int) {
        guard all > Self.smallest, done % max(1, all / 10 / 1024 * 1024) < 1024 else { return }
        console.note("\(verb): \(done) of \(all) pages\n")
    }
}
