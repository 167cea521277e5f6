import Encoding
import HTTP
import SMART
import Storage

/// What lets somebody register a client.
enum RegistrationRight: Sendable {
    case initialAccessToken(StoredRegistrationToken)
    case softwareStatement(SoftwareStatement)
    /// The server lets everybody.
    case everybody

    /// RFC 7591 §3: 401 where one of them is needed and there is none.
    init(
        _ token: StoredRegistrationToken?, _ statement: SoftwareStatement?, _ mode: RegistrationPolicy.Mode
    ) throws(OAuthError) {
        if let token {
            self = .initialAccessToken(token)
        } else if let statement {
            self = .softwareStatement(statement)
        } else if mode == .open {
            self = .everybody
        } else {
            throw BearerToken.missing()
        }
    }

    /// The one that the request carries. It must be right also where none is needed: its limits are meant.
    static func initialAccessToken(
        _ request: Request, _ server: AuthorizationServer
    ) throws -> StoredRegistrationToken? {
        guard let authorization = try AuthorizationHeader(request.headers) else { return nil }
        guard let handle = BearerToken(authorization)?.handle,
            let token = try server.database.read({ (transaction) throws(StorageError) in
                try transaction.registrationToken(handle.id)
            }), token.secretHash == handle.hash, token.usesLeft > 0, token.expiresAt > server.clock.now
        else { throw BearerToken.invalid() }
        return token
    }

    var scopeLimit: String? {
        if case .initialAccessToken(let token) = self { token.scopeLimit } else { nil }
    }

    /// For the audit record.
    var actor: String {
        switch self {
        case .initialAccessToken(let token): "registration-token \(token.id)"
        case .softwareStatement(let statement): "software-statement of \(OAuthError.safe(statement.issuer))"
        case .everybody: "anybody"
        }
    }

    /// Takes the use of the token in the transaction of what it is used for: of those who race for the last one, one wins.
    func claim(_ transaction: borrowing WriteTransaction, now: Int64) throws {
        guard case .initialAccessToken(let token) = self else { return }
        guard try transaction.claimRegistrationToken(id: token.id, hash: token.secretHash, now: now) != nil else {
            throw BearerToken.invalid()
        }
    }
}
