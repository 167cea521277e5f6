import Crypto
import Encoding

/// A change of the keys' folder, written down as a whole before any of it is done. It happens with the commit that records it:
/// the database then names it by its id, and whatever ends the process in between, the next start does the rest of it. One that
/// the database does not name never happened.
struct KeyJournal: Sendable {
    /// A `.key`, as it may hold private keys.
    private let path: String

    init(folder: String) { path = folder + "/change.key" }

    /// What the database calls the last change that it knows of.
    static let property = "keys_changed"

    /// What is left of an earlier change, if anything is, has never happened.
    func write(_ id: String, _ steps: [KeyChange.Step]) throws(PrivateFile.Failure) {
        let entry: JSON = ["change": .string(id), "steps": .array(steps.map(\.json))]
        try PrivateFile.write(entry.serialized(), to: path)
    }

    /// Every step of it has been done.
    func remove() throws(PrivateFile.Failure) { try PrivateFile.remove(path) }

    /// At a start: does what `committed` is the id of, whatever of it is done already.
    func resume(in folder: String, committed: String?) throws {
        guard let content = try PrivateFile.read(path) else { return }
        guard let entry = try? JSON(parsing: content), let id = entry["change"]?.stringValue,
            let steps = entry["steps"]?.arrayValue
        else { throw damaged }
        if id == committed {
            for step in steps { try carryOut(step, in: folder) }
        }
        try remove()
    }

    private func carryOut(_ step: JSON, in folder: String) throws {
        let members = step.objectValue?.names ?? []
        guard let name = (step["write"] ?? step["remove"])?.stringValue, name.hasSuffix(".pem"),
            !name.utf8.contains(UInt8(ascii: "/"))
        else { throw damaged }
        if let content = step["content"]?.stringValue, members == ["write", "content"] {
            try PrivateFile.write(Array(content.utf8), to: folder + "/" + name)
        } else if members == ["remove"] {
            try PrivateFile.remove(folder + "/" + name)
        } else {
            throw damaged
        }
    }

    private var damaged: KeyStoreFailure {
        KeyStoreFailure(
            description: "\(path): a change of the keys that cannot be read: remove it if the folder is as it should be"
        )
    }
}

extension KeyChange.Step {
    fileprivate var json: JSON {
        switch self {
        case .write(let key):
            ["write": .string(key.name), "content": .string(String(decoding: key.content, as: UTF8.self))]
        case .remove(let name): ["remove": .string(name)]
        }
    }
}
