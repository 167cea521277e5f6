import Storage

/// What the database has: each role's policy, and the roles whose policy somebody has removed.
struct StandingPolicies: Sendable {
    /// The actor of what a start does by itself.
    static let server = "server"

    let policies: [StoredRolePolicy]
    private let removed: Set<String>

    init(_ transaction: borrowing some Reading & ~Copyable) throws(StorageError) {
        policies = try transaction.rolePolicies()
        removed = Set(try transaction.rolePolicyRemovals().filter { $0.actor != Self.server }.map(\.role))
    }

    subscript(_ role: String) -> StoredRolePolicy? { policies.first { $0.role == role } }

    func hasRemoved(_ role: String) -> Bool { removed.contains(role) }

    /// Whether these alone can be started with: read, held together and with their tests run.
    var areSound: Bool {
        !policies.isEmpty
            && PolicyCheck(policies.map { PolicyFile(name: $0.role, content: Array($0.document.utf8)) }).problems
                .isEmpty
    }
}
