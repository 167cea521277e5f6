/// Who can have a role.
package enum RoleSubject: Sendable, Hashable {
    /// By the number of the row.
    case user(Int64)
    case client(String)
    /// Everybody in it.
    case group(String)
}

extension RoleSubject {
    /// As it is stored.
    var kind: String {
        switch self {
        case .user: "user"
        case .client: "client"
        case .group: "group"
        }
    }

    /// As it is stored.
    var key: String {
        switch self {
        case .user(let id): String(id)
        case .client(let id): id
        case .group(let name): name
        }
    }

    init(kind: String, key: String) throws(StorageError) {
        switch kind {
        case "client": self = .client(key)
        case "group": self = .group(key)
        case "user":
            // Only as we wrote it: "+7" would be found by no look-up.
            guard let id = Int64(key), String(id) == key else { throw .corrupt("who has a role cannot be read") }
            self = .user(id)
        default: throw .corrupt("who has a role cannot be read")
        }
    }
}

extension Reading where Self: ~Copyable {
    /// Disabled ones too.
    func exists(_ subject: RoleSubject) throws(StorageError) -> Bool {
        switch subject {
        case .user(let id):
            try connection.first("SELECT 1 FROM users WHERE id = ?1", id) { _ in true } ?? false
        case .client(let id):
            try connection.first("SELECT 1 FROM clients WHERE id = ?1", id) { _ in true } ?? false
        case .group(let name): try group(name) != nil
        }
    }
}
