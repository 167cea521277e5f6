import Crypto
import Encoding
import Policy
import SMART
import Storage

/// A person as one server hands them to another, or a list of people is brought in: with roles and groups, and perhaps the
/// hash of a password. Every member is checked.
struct UserRecord: Sendable {
    enum Outcome: String, Sendable {
        case added, updated, unchanged
    }

    let username: String
    /// What tokens name; nil: a new one.
    let sub: String?
    let displayName: String
    let fhirUser: FHIRUser?
    /// Nil where the record says nothing of it.
    let isDisabled: Bool?
    let passwordHash: String?
    /// Nil where the record says nothing of it.
    let mustChangePassword: Bool?
    /// Of these, nil says nothing: what is there stays.
    let patients: [FHIRID]?
    let groups: [String]?
    let roles: RoleList?

    static let members = [
        "username", "sub", "name", "fhirUser", "disabled", "must_change_password", "patients", "groups", "roles",
        "password_hash",
    ]

    /// Throws a `Problem` that names every wrong member, and no value.
    init(_ json: JSON, now: Int64) throws {
        var errors: [(member: String, reason: String)] = []
        if json.objectValue == nil { errors.append(("", "must be one JSON object")) }
        for name in json.objectValue?.names ?? [] where !Self.members.contains(name) {
            errors.append((name, "is not a member of a user's record"))
        }
        username = json["username"]?.stringValue ?? ""
        if !(1...128).contains(username.utf8.count) || username.utf8.contains(where: { $0 <= 0x20 || $0 == 0x7F }) {
            errors.append(("username", "must be 1 to 128 octets without spaces and control characters"))
        }
        sub = json["sub"]?.stringValue
        if json["sub"] != nil, sub.map(Self.isSubject) != true {
            errors.append(("sub", "must be u_ and letters, digits, - and _, at most 64, as this server makes them"))
        }
        displayName = json["name"]?.stringValue ?? username
        if displayName.utf8.count > 200 || displayName.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) {
            errors.append(("name", "must be at most 200 octets without control characters"))
        }
        fhirUser = json["fhirUser"]?.stringValue.flatMap(FHIRUser.init)
        if json["fhirUser"] != nil, fhirUser == nil { errors.append(("fhirUser", "must be like Practitioner/9")) }
        for name in ["disabled", "must_change_password"] where json[name] != nil && json[name]?.boolValue == nil {
            errors.append((name, "must be true or false"))
        }
        isDisabled = json["disabled"]?.boolValue
        mustChangePassword = json["must_change_password"]?.boolValue
        passwordHash = json["password_hash"]?.stringValue
        if json["password_hash"] != nil, passwordHash.map(PasswordHash.isReadable) != true {
            errors.append(("password_hash", "must be a scrypt hash in the PHC format, at a cost that this server pays"))
        }
        patients = json["patients"]?.strings?.compactMap(FHIRID.init)
        if json["patients"] != nil, patients == nil || patients?.count != json["patients"]?.arrayValue?.count {
            errors.append(("patients", "must be a list of patient ids"))
        }
        groups = json["groups"]?.strings
        if json["groups"] != nil, groups == nil { errors.append(("groups", "must be a list of groups")) }
        roles = RoleList(json["roles"], &errors, now: now)
        guard errors.isEmpty else { throw Self.problem(errors) }
    }

    private static func isSubject(_ text: String) -> Bool {
        text.hasPrefix("u_") && (3...64).contains(text.utf8.count)
            && text.utf8.allSatisfy {
                (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0) || $0 == 0x5F
                    || $0 == 0x2D
            }
    }

    static func problem(_ errors: [(member: String, reason: String)]) -> Problem {
        Problem(
            status: 422, title: "The record is not valid", detail: "See the members named in errors.", errors: errors)
    }

    // MARK: Out

    /// A person as a record. The hash only where whoever asks is the operator of this machine.
    static func json(
        _ user: StoredUser, withPasswordHash: Bool, _ transaction: borrowing some Reading & ~Copyable, now: Int64
    ) throws(StorageError) -> JSONObject {
        var object: JSONObject = [
            "username": .string(user.username), "sub": .string(user.sub), "name": .string(user.displayName),
        ]
        object["fhirUser"] = user.fhirUser.map { .string($0) }
        if user.disabledAt != nil { object["disabled"] = true }
        if user.mustChangePassword { object["must_change_password"] = true }
        let patients = try transaction.representedPatients(userID: user.id).map(\.id).sorted()
        object["patients"] = .array(patients.map { .string($0) })
        object["groups"] = .array(try transaction.groups(userID: user.id).map { .string($0.name) })
        object["roles"] = RoleEntry.json(try transaction.roleEntries(of: .user(user.id), now: now))
        if withPasswordHash { object["password_hash"] = .string(user.passwordHash) }
        return object
    }
}
