import Encoding
import Policy
import SMART
import Storage

/// What a person gave to an app: the row behind a code, its access tokens and its refresh tokens, with validated members.
struct Grant: Sendable {
    let id: Int64
    let clientID: String
    let audience: String
    let scope: ScopeSet
    let context: LaunchContext
    let nonce: String?
    let authTime: Int64?
    let sessionID: Int64?
    let userID: Int64?
    let refresh: RefreshKind
    let isRevoked: Bool
    /// Whose roles are asked whenever something is issued from it.
    let circumstances: Circumstances

    /// Under what circumstances a grant was made, as far as roles ask.
    struct Circumstances: Sendable {
        var purpose: PurposeOfUse?
        var acr: String?
        var address: String?
    }

    /// Of a client on its own, as it is about to be written.
    init(id: Int64, clientID: String, audience: String, scope: ScopeSet) {
        self.id = id
        self.clientID = clientID
        self.audience = audience
        self.scope = scope
        context = LaunchContext()
        nonce = nil
        authTime = nil
        sessionID = nil
        userID = nil
        refresh = .none
        isRevoked = false
        circumstances = Circumstances()
    }

    /// Throws where the row does not hold what was written: damage, never a narrower grant.
    init(_ stored: StoredGrant) throws(StorageError) {
        guard let json = try? JSON(parsing: Array(stored.context.utf8)), let context = try? LaunchContext(json) else {
            throw StorageError.corrupt("the launch context of grant \(stored.id) cannot be read")
        }
        id = stored.id
        clientID = stored.clientID
        audience = stored.audience
        scope = ScopeSet(parsing: stored.scope)
        guard scope.rejected.isEmpty else {
            throw StorageError.corrupt("the scope of grant \(stored.id) cannot be read")
        }
        self.context = context
        nonce = stored.nonce
        authTime = stored.authTime
        sessionID = stored.sessionID
        userID = stored.userID
        refresh = stored.refresh
        isRevoked = stored.revokedAt != nil
        circumstances = Circumstances(stored)
    }
}

extension Grant.Circumstances {
    init(_ stored: StoredGrant) {
        self.init(purpose: stored.purpose.flatMap(PurposeOfUse.init), acr: stored.acr, address: stored.address)
    }
}

extension Lifetimes {
    /// Seconds that an access token of the grant lives: five minutes for a client on its own (checklist BS-6), a quarter of an
    /// hour in an emergency and for the administration, the configured time else and at the longest.
    func accessToken(of grant: Grant) -> Int64 {
        let longest: Int64 =
            switch (grant.userID, grant.circumstances.purpose) {
            case (nil, _): 300
            case (_, .breakTheGlass): emergencyAccessToken
            // AD-10. Only tokens for the administration have such scopes for a person.
            default: grant.scope.resources(level: .auth).isEmpty ? accessToken : 900
            }
        return min(longest, accessToken)
    }
}
