import SMART
import Storage

extension Grant {
    /// What of the scope the client's registration and the person's roles still carry (checklist REF-13, RT-10): asked at each
    /// use of a code or refresh token, since either may have become less. As it was written where nothing is cut off.
    func remaining(
        of scope: ScopeSet, for client: Client, _ user: StoredUser, _ rights: HolderRights,
        _ transaction: borrowing WriteTransaction, now: Int64
    ) throws -> ScopeSet {
        let byClient = scope.cut(to: scope.intersection(client.metadata.scope, reading: .ceiling))
        let carried = try rights.carried(
            byClient, by: RoleHolder(self, user: user), isAdministration: false, transaction, now: now)
        return byClient.cut(to: carried)
    }
}

extension ScopeSet {
    fileprivate func cut(to rest: ScopeSet) -> ScopeSet { rest.covers(self, reading: .ceiling) ? self : rest }
}
