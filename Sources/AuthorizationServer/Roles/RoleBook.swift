import Encoding
import HTTP
import Policy
import Storage
import Synchronization

/// The role policies in force, read from the database once for each epoch and shared by all requests.
final class RoleBook: Sendable {
    /// All policies as they are at one epoch.
    struct Edition: Sendable {
        let epoch: Int64
        let policies: PolicySet
    }

    private struct State {
        var edition: Edition?
        /// The count of commits at which the epoch was last read.
        var commits: UInt64?
        /// A transaction has met another epoch than the edition's.
        var isOutdated = true
    }

    private let database: Database
    private let state = Mutex(State())

    init(_ database: Database) { self.database = database }

    /// The edition in force after the last commit. No epoch rises without one.
    func edition() throws(StorageError) -> Edition {
        // Before the row is read: what is committed in between is looked at next time.
        let commits = database.commitCount
        let known = state.withLock { $0.commits == commits ? $0.edition : nil }
        if let known { return known }
        return try database.read { (transaction) throws(StorageError) in
            let edition = try self.edition(transaction)
            state.withLock { state in
                // Of two readers, the one who read the older rows may come last.
                guard state.edition.map({ $0.epoch <= edition.epoch }) ?? true else { return }
                state = State(edition: edition, commits: commits, isOutdated: false)
            }
            return edition
        }
    }

    /// Before a transaction that will ask for the edition, so that it need not read all policies itself.
    func prepare() throws(StorageError) {
        if state.withLock({ $0.isOutdated }) { _ = try edition() }
    }

    /// The edition that the transaction sees. What it has changed itself is not kept: it may yet be undone.
    func edition(_ transaction: borrowing some Reading & ~Copyable) throws(StorageError) -> Edition {
        let epoch = try transaction.policyEpoch()
        let known = state.withLock { $0.edition }
        if let known, known.epoch == epoch { return known }
        state.withLock { $0.isOutdated = true }
        return Edition(epoch: epoch, policies: try Self.policies(transaction))
    }

    /// Whether the edition was read after a commit.
    func isKnown(_ edition: Edition) -> Bool { state.withLock { $0.edition?.epoch == edition.epoch } }

    /// What is stored was valid when it was put there, so that what cannot be read is damage, and not a role less.
    private static func policies(_ transaction: borrowing some Reading & ~Copyable) throws(StorageError) -> PolicySet {
        let stored = try transaction.rolePolicies()
        do throws(PolicyProblems) {
            var policies: [PolicySet.NamedPolicy] = []
            for row in stored { policies.append((row.role, try reader.read(Array(row.document.utf8), file: row.role))) }
            return try PolicySet(stored: policies)
        } catch {
            let problem = error.list.first?.description ?? "unknown"
            throw StorageError.corrupt("a role policy cannot be read: \(problem)")
        }
    }

    /// Reads policies wherever they come from.
    static let reader = PolicyReader(isNetwork: { IPNetwork($0) != nil })
}
