import Glibc

/// How a copy that was made ready takes the place of a database, step by step. The mark comes first and says where the old one
/// goes: whoever finds it, a start or another restore, does the rest. Each step can be done again.
struct Replacement {
    enum Step: CaseIterable {
        case mark, setLogAside, setDatabaseAside, dropIndex, putInPlace, unmark
    }

    /// Where the database stands.
    let path: String
    /// What the old one is called from then on, in the same folder.
    let asideName: String

    /// Where the copy is made ready: beside it, so that it can be renamed.
    static func staging(_ path: String) -> String { path + ".restoring" }
    private static func mark(_ path: String) -> String { path + ".restore" }

    private var aside: String { FileNames.folder(of: path) + "/" + asideName }

    func carryOut(_ step: Step) throws(StorageError) {
        let staging = Self.staging(path), mark = Self.mark(path)
        switch step {
        case .mark:
            FileNames.remove(mark + ".new")
            try FileNames.createPrivate(mark + ".new", asideName)
            try FileNames.moveDurably(mark + ".new", to: mark)
        case .setLogAside: try move(path + "-wal", to: aside + "-wal", before: staging)
        case .setDatabaseAside: try move(path, to: aside, before: staging)
        // Of the old one.
        case .dropIndex: if FileNames.exists(staging) { FileNames.remove(path + "-shm") }
        case .putInPlace: try move(staging, to: path, before: staging)
        case .unmark:
            FileNames.remove(mark)
            try FileNames.syncFolder(of: mark)
        }
    }

    /// Once what was made ready has gone into place, there is nothing old left to move.
    private func move(_ file: String, to destination: String, before staging: String) throws(StorageError) {
        guard FileNames.exists(staging), FileNames.exists(file) else { return }
        try FileNames.moveDurably(file, to: destination)
    }

    /// Does the rest of one that was cut short, if one was. For whoever has the database's lock.
    static func finish(at path: String) throws(StorageError) {
        let mark = mark(path)
        guard FileNames.exists(mark) else { return }
        // Programs before this one left it empty.
        let name = try FileNames.content(mark, limit: 4096)
        guard !name.isEmpty, !name.utf8.contains(UInt8(ascii: "/")),
            FileNames.exists(staging(path)) || FileNames.exists(path)
        else {
            throw .corrupt("a restore into \(path) was cut short: run it again, or remove \(mark) if you put it right")
        }
        let replacement = Replacement(path: path, asideName: name)
        for step in Step.allCases.dropFirst() { try replacement.carryOut(step) }
    }
}
