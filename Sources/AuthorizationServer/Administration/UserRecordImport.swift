import Encoding
import Policy
import SMART
import Storage

/// One record on its way into the database: over the person of that name or subject, or as somebody new. The same record a
/// second time changes nothing.
struct UserRecordImport: Sendable {
    let record: UserRecord
    let actor: String
    let address: String
    let now: Int64
    /// For somebody new without a subject.
    let newSubject: String
    /// Of a password that nobody knows, for somebody new without one.
    let unknownPassword: String
    let roles: RoleBook

    func store(_ transaction: borrowing WriteTransaction) throws -> UserRecord.Outcome {
        let policies = try roles.edition(transaction).policies
        let errors = try problems(policies, transaction)
        guard errors.isEmpty else { throw UserRecord.problem(errors) }
        guard let user = try transaction.user(usernameKey: Username.key(record.username)) else {
            return try add(policies, transaction)
        }
        let before = try json(of: user.id, transaction)
        try update(user, policies, transaction)
        let after = try json(of: user.id, transaction)
        guard after != before else { return .unchanged }
        try transaction.audit(
            .userImported, actor: actor, address: address, detail: changes(from: before, to: after), subject: user.sub,
            at: now)
        return .updated
    }

    private func json(of id: Int64, _ transaction: borrowing WriteTransaction) throws -> JSONObject {
        guard let user = try transaction.user(id: id) else { return JSONObject() }
        return try UserRecord.json(user, withPasswordHash: true, transaction, now: now)
    }

    /// Who it is and what has changed of them, for the audit record (AU-01): members, never what a secret one says.
    private func changes(from before: JSONObject, to after: JSONObject) -> String {
        let changed = UserRecord.members.filter { before[$0] != after[$0] }.map { name in
            guard name == "groups" else { return name }
            let (old, new) = (before[name]?.strings ?? [], after[name]?.strings ?? [])
            let differences =
                new.filter { !old.contains($0) }.map { "+" + $0 } + old.filter { !new.contains($0) }.map { "-" + $0 }
            return "groups (\(differences.joined(separator: " ")))"
        }
        return "\(record.username): \(changed.joined(separator: ", "))"
    }

    /// What stands against it, as the database is.
    private func problems(
        _ policies: PolicySet, _ transaction: borrowing WriteTransaction
    ) throws -> [(member: String, reason: String)] {
        var errors =
            record.roles?.problems(policies, holder: record.fhirUser.map { Holder($0.type) }, isGroup: false) ?? []
        for group in record.groups ?? [] where try transaction.group(group) == nil {
            errors.append(("groups", "there is no group \(OAuthError.safe(group))"))
        }
        for patient in record.patients ?? [] where try transaction.patient(patient.value) == nil {
            errors.append(("patients", "\(patient.value) is not in the directory"))
        }
        guard let sub = record.sub else { return errors }
        let byName = try transaction.user(usernameKey: Username.key(record.username))
        if let byName, byName.sub != sub { errors.append(("username", "is that of another subject here")) }
        if byName == nil, try transaction.user(sub: sub) != nil {
            errors.append(("sub", "is that of another username here"))
        }
        return errors
    }

    private func add(
        _ policies: PolicySet, _ transaction: borrowing WriteTransaction
    ) throws -> UserRecord.Outcome {
        let sub = record.sub ?? newSubject
        let id = try transaction.insertUser(
            sub: sub, username: record.username, usernameKey: Username.key(record.username),
            displayName: record.displayName, passwordHash: record.passwordHash ?? unknownPassword,
            fhirUser: record.fhirUser?.relative, mustChangePassword: record.mustChangePassword ?? false, now: now)
        try putBelongings(of: id, policies, transaction)
        if record.isDisabled == true { _ = try transaction.disableUser(id, now: now) }
        var after = try json(of: id, transaction)
        if record.passwordHash == nil { after["password_hash"] = nil }
        // Of nobody.
        let before: JSONObject = [
            "username": after["username"] ?? .null, "sub": .string(sub), "patients": [], "groups": [], "roles": [],
        ]
        try transaction.audit(
            .userAdded, actor: actor, address: address, detail: "imported \(changes(from: before, to: after))",
            subject: sub, at: now)
        return .added
    }

    /// Disabling ends what the person has open, and so does another password, as they do by hand.
    private func update(
        _ user: StoredUser, _ policies: PolicySet, _ transaction: borrowing WriteTransaction
    ) throws {
        if user.fhirUser != record.fhirUser?.relative {
            // Whoever acts as them is somebody else from now on.
            try transaction.endEverything(ofUser: user.id, reason: "user changed", now: now)
        }
        if user.displayName != record.displayName || user.fhirUser != record.fhirUser?.relative {
            _ = try transaction.updateUser(
                id: user.id, displayName: record.displayName, fhirUser: record.fhirUser?.relative)
        }
        if let hash = record.passwordHash, !hash.hasSameOctets(as: user.passwordHash) {
            _ = try transaction.setPassword(
                userID: user.id, hash: hash, mustChange: record.mustChangePassword ?? false, now: now)
        } else if let mustChange = record.mustChangePassword, mustChange != user.mustChangePassword {
            try transaction.setMustChangePassword(userID: user.id, mustChange)
        }
        try putBelongings(of: user.id, policies, transaction)
        if let isDisabled = record.isDisabled, isDisabled != (user.disabledAt != nil) {
            _ = try isDisabled ? transaction.disableUser(user.id, now: now) : transaction.enableUser(user.id)
        }
    }

    private func putBelongings(
        of id: Int64, _ policies: PolicySet, _ transaction: borrowing WriteTransaction
    ) throws {
        if let patients = record.patients {
            try transaction.setRepresentedPatients(userID: id, patients.map(\.value))
        }
        if let groups = record.groups {
            let current = try transaction.groups(userID: id).map(\.name)
            for group in current where !groups.contains(group) {
                _ = try transaction.removeGroupMember(id, from: group)
            }
            for group in groups { _ = try transaction.addGroupMember(id, to: group) }
        }
        try record.roles?.put(
            to: .user(id), holder: record.fhirUser.map { Holder($0.type) },
            RoleList.Change(actor: actor, address: address, remark: "imported", policies: policies, now: now),
            transaction)
    }
}
