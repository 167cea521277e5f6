import Encoding
import HTTP
import Policy
import SMART
import Storage

/// Somebody who can have roles, as administrators name them.
enum NamedSubject: Sendable {
    case user(String)
    case client(String)
    case group(String)

    static let members = ["user", "client", "group"]

    /// The one of the members that is there. Nil, with what is wrong among the errors, for none or several.
    init?(_ json: JSON, members: [String] = members, _ errors: inout [(member: String, reason: String)]) {
        let named = members.filter { json[$0] != nil }
        guard named.count == 1, let member = named.first else {
            errors.append((named.last ?? members[0], "must be the only one of \(members.joined(separator: ", "))"))
            return nil
        }
        guard let name = json[member]?.stringValue, !name.isEmpty else {
            errors.append((member, "must be a name"))
            return nil
        }
        self.init(member: member, name: name)
    }

    /// The one that a query filters by; nil where it filters by none. Several are refused.
    static func filter(_ query: ListQuery) throws -> NamedSubject? {
        let named = members.filter { query[$0] != nil }
        guard named.count <= 1 else {
            throw Problem(
                status: 400, title: "Too many filters",
                detail: "Only one of \(members.joined(separator: ", ")) can be asked for.")
        }
        guard let member = named.first, let name = query[member] else { return nil }
        return NamedSubject(member: member, name: name)
    }

    private init(member: String, name: String) {
        switch member {
        case "user": self = .user(name)
        case "client": self = .client(name)
        default: self = .group(name)
        }
    }

    /// Who it is in the database, and of what kind; nil where there is nobody of that name.
    func found(
        _ transaction: borrowing some Reading & ~Copyable
    ) throws(StorageError) -> (subject: RoleSubject, holder: Holder?)? {
        switch self {
        case .user(let name):
            guard let user = try transaction.user(usernameKey: Username.key(name)) else { return nil }
            return (.user(user.id), user.fhirUser.flatMap(FHIRUser.init).map { Holder($0.type) })
        case .client(let id): return try transaction.client(id).map { (.client($0.id), .client) }
        case .group(let name): return try transaction.group(name).map { (.group($0.name), nil) }
        }
    }

    /// What is answered where there is nobody of that name.
    var unknown: Problem {
        switch self {
        case .user(let name): UserAdministration.unknown(name)
        case .client(let id): ClientAdministration.unknown(id)
        case .group(let name): GroupAdministration.unknown(name)
        }
    }
}

extension RoleSubject {
    /// The member of an answer that names it. A user that is gone keeps the number.
    func named(
        _ transaction: borrowing some Reading & ~Copyable
    ) throws(StorageError) -> (member: String, name: String) {
        switch self {
        case .user(let id): ("user", try transaction.user(id: id)?.username ?? "\(id)")
        case .client(let id): ("client", id)
        case .group(let name): ("group", name)
        }
    }
}
