import HTTP
import SMART

/// What can be asked of the administration, and what right that takes.
struct AdministrationOperation: Sendable {
    let method: Method
    let path: String
    let right: AdministrationRight
    /// Octets.
    let bodyLimit: Int

    typealias Answer = @Sendable (AdministrationRequest) async throws -> Response

    /// The figures on `admin_listen`: beside `/admin/v1`, where whoever scrapes them looks, and for who brings a token, since they
    /// tell how busy everybody is.
    static let figures = AdministrationOperation(.get, MetricsEndpoint.path, "auth/Settings.r")

    /// AD-10: what somebody at an unlocked screen must not do in another's name. Keys, roles, and what others prove themselves with.
    var needsFreshSignIn: Bool {
        guard method != .get else { return false }
        if ["Key", "RoleAssignment", "RolePolicy"].contains(right.scope.type.text) {
            return !right.scope.interactions.isDisjoint(with: [.create, .update, .delete])
        }
        return path.contains("/secrets") || path.hasSuffix("/password")
            || Self.givesRights.contains { path.hasPrefix($0) }
    }

    /// Whether an `Idempotency-Key` tells that a request is repeated. Plans and checks change nothing, and nothing of them is kept.
    var isRepeatable: Bool {
        method == .post && !right.scope.interactions.isDisjoint(with: [.create, .update, .delete])
    }

    /// Where roles, keys or passwords come along with something else.
    private static let givesRights = ["/groups", "/users", "/user-records", "/clients", "/configuration/apply"]

    /// Seconds.
    static let freshness: Int64 = 900

    init(_ method: Method, _ path: String, _ right: AdministrationRight, bodyLimit: Int = 1 << 20) {
        self.method = method
        self.path = path
        self.right = right
        self.bodyLimit = bodyLimit
    }
}
