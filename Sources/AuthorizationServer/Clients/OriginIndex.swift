import SMART

/// Which origins belong to enabled clients, kept beside the clients in memory.
struct OriginIndex: Sendable {
    private var origins: [String: [String]] = [:]
    /// How many clients have an origin: several may share one.
    private var owners: [String: Int] = [:]
    /// Clients that have changed since they were looked at.
    private(set) var stale: Set<String> = []

    func contains(_ origin: String) -> Bool { owners[origin] != nil }

    /// Takes up what a client has now; nil: it is gone or disabled.
    mutating func set(_ id: String, _ client: Client?) {
        remove(id)
        stale.remove(id)
        guard let client, client.isEnabled else { return }
        let new = client.metadata.allowedOrigins
        origins[id] = new
        for origin in new { owners[origin, default: 0] += 1 }
    }

    /// The client has changed: what it had counts no more, and what it has is looked up when it is next needed.
    mutating func forget(_ id: String) {
        remove(id)
        stale.insert(id)
    }

    private mutating func remove(_ id: String) {
        for origin in origins.removeValue(forKey: id) ?? [] {
            let rest = (owners[origin] ?? 1) - 1
            owners[origin] = rest > 0 ? rest : nil
        }
    }
}
