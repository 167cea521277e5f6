import SMART
import Storage

/// Everything that a person's apps may do, by app: the live grants, and what need not be asked again.
struct AppListing: Sendable {
    private let server: AuthorizationServer

    init(_ server: AuthorizationServer) {
        self.server = server
    }

    private struct Rows: Sendable {
        let access: [AppAccess]
        let consents: [StoredConsent]
        /// By id, those that the directory knows.
        let patientNames: [String: String]
    }

    /// In the order of their names.
    func apps(of user: StoredUser) throws -> [AppSummary] {
        let rows = try rows(of: user)
        let remembered = Dictionary(grouping: rows.consents, by: \.clientID)
        var apps = try rows.access.map { try summary($0, isRemembered: remembered[$0.clientID] != nil, rows) }
        let known = Set(apps.map(\.clientID))
        for (clientID, consents) in remembered where !known.contains(clientID) {
            apps.append(try summary(clientID, consents, rows))
        }
        return apps.sorted { ($0.name.lowercased(), $0.clientID) < ($1.name.lowercased(), $1.clientID) }
    }

    private func rows(of user: StoredUser) throws(StorageError) -> Rows {
        let now = server.clock.now
        return try server.database.read { (transaction) throws(StorageError) in
            let access = try transaction.appAccess(userID: user.id, now: now)
            let consents = try transaction.consents(userID: user.id, now: now)
            var names: [String: String] = [:]
            for id in Set(access.flatMap(\.patients) + consents.compactMap(\.patient)) {
                names[id] = try transaction.patient(id)?.fullName
            }
            return Rows(access: access, consents: consents, patientNames: names)
        }
    }

    private func summary(_ access: AppAccess, isRemembered: Bool, _ rows: Rows) throws -> AppSummary {
        let client = try server.clients.client(access.clientID)
        return AppSummary(
            clientID: access.clientID, name: client?.displayName ?? access.clientID,
            publisherURI: client?.metadata.clientURI?.value, documentHost: client?.documentHost,
            scope: try scope(access.scopes), patients: access.patients.map { rows.patientNames[$0] ?? $0 },
            morePatients: access.patientCount - access.patients.count, since: access.since, lastUsed: access.lastUsed,
            duration: access.isOffline ? .offline : access.isOnline ? .online : .until(access.expiresAt),
            isRemembered: isRemembered)
    }

    /// No grant lives, but the next one would be given without a word.
    private func summary(_ clientID: String, _ consents: [StoredConsent], _ rows: Rows) throws -> AppSummary {
        let client = try server.clients.client(clientID)
        return AppSummary(
            clientID: clientID, name: client?.displayName ?? clientID,
            publisherURI: client?.metadata.clientURI?.value, documentHost: client?.documentHost,
            scope: try scope(consents.map(\.scope)),
            patients: consents.compactMap(\.patient).prefix(5).map { rows.patientNames[$0] ?? $0 },
            morePatients: max(0, consents.count { $0.patient != nil } - 5), since: consents.map(\.createdAt).min(),
            lastUsed: nil, duration: nil, isRemembered: true)
    }

    /// All that is allowed, each right once.
    private func scope(_ texts: [String]) throws -> ScopeSet {
        let sets = texts.map(ScopeSet.init(parsing:))
        guard sets.allSatisfy(\.rejected.isEmpty) else {
            throw StorageError.corrupt("the scope of a grant or a remembered consent cannot be read")
        }
        return sets.reduce(ScopeSet.empty) { $0.union($1) }.version2.normalForm.removing(where: Offer.isFrame)
    }
}
