import Encoding
import Policy
import Storage

/// A group as its file has it: its name, its title and its roles. Who is in it is no configuration.
struct GroupFile: Sendable {
    let group: NewGroup
    /// Nil: the file says nothing of them.
    let roles: RoleList?

    init?(_ json: JSONObject, _ errors: inout [(member: String, reason: String)], now: Int64) {
        let before = errors.count
        var own = json
        own["roles"] = nil
        roles = RoleList(json["roles"], &errors, now: now)
        do {
            group = try NewGroup(.object(own))
        } catch {
            errors += (error as? Problem)?.errors ?? [("", "cannot be read")]
            return nil
        }
        guard errors.count == before else { return nil }
    }

    func object(roles: JSON?) -> ConfigurationObject {
        Self.object(name: group.name, title: group.title, roles: roles)
    }

    static func object(_ group: StoredGroup, roles: [RoleEntry]) -> ConfigurationObject {
        object(name: group.name, title: group.title, roles: RoleEntry.json(roles))
    }

    private static func object(name: String, title: String, roles: JSON?) -> ConfigurationObject {
        var json: JSONObject = ["name": .string(name), "title": .string(title)]
        json["roles"] = roles
        return ConfigurationObject(kind: .groups, name: name, json: json.canonical)
    }
}
