import Encoding
import SMART
import Storage

/// The access tokens with which this server asks a FHIR server for its patients: issued to itself, for that one server, for
/// a minute, to read patients and encounters and nothing else. Each has a grant of its own, so that the FHIR server's
/// introspection knows it. The client is named by the issuer, an id that no client can have (`ClientRegistry`).
struct DirectoryTokens: Sendable {
    let server: FHIRServer
    let issuer: Issuer
    let tokens: TokenIssuer
    let servers: FHIRServerBook
    let clock: Clock

    static let scope = ScopeSet(parsing: "system/Patient.rs system/Encounter.rs")
    static let lifetime: Int64 = 60

    func issue() async throws -> String {
        let now = clock.now
        let end = now.adding(seconds: Self.lifetime)
        let (clientID, audience) = (issuer.value, server.base.value)
        let stored = try await tokens.database.write { [servers] transaction -> StoredGrant? in
            guard try servers.isServed(audience, transaction) else {
                throw DirectoryTrouble.unusable("the FHIR server has been removed")
            }
            let id = try transaction.insertGrant(
                userID: nil, clientID: clientID, audience: audience, scope: Self.scope.text, context: "{}",
                sessionID: nil, nonce: nil, authTime: nil, refresh: .none, now: now, expiresAt: end)
            try transaction.appendAudit(
                AuditRecord(
                    at: now, action: AuditEvent.tokenIssued.rawValue, actor: nil, client: clientID, patient: nil,
                    address: nil, outcome: "success", detail: "directory of \(audience)"))
            return try transaction.grant(id)
        }
        guard let stored else { throw StorageError.corrupt("a grant that was just made is not there") }
        return try await tokens.directoryToken(try Grant(stored), for: server, now: now, expiresAt: end)
    }
}
