import Encoding
import HTTP
import Policy
import SMART
import Storage

/// A role as it is to be given to somebody, every member checked.
struct NewRoleAssignment: Sendable {
    let role: RoleName
    /// What an administrator said of the parameters: names and values, in the order of the names.
    let parameters: [String: [String]]
    let validFrom: Int64?
    let validUntil: Int64?
    let reason: String

    static let members = ["role", "parameters", "valid_from", "valid_until", "reason"]

    init(role: RoleName, reason: String) {
        self.role = role
        self.reason = reason
        parameters = [:]
        validFrom = nil
        validUntil = nil
    }

    /// `{"role", "parameters"?: {"clinic": "Organization/C7" | […]}, "valid_from"?, "valid_until"?, "reason"?}`, times in
    /// seconds since 1970. Nil, with the reasons among the errors, if it is none. `others`: members that are the caller's.
    init?(_ json: JSON, others: [String] = [], _ errors: inout [(member: String, reason: String)]) {
        let before = errors.count
        for name in json.objectValue?.names ?? [] where !Self.members.contains(name) && !others.contains(name) {
            errors.append((name, "is not a member of a role assignment"))
        }
        let role = json["role"]?.stringValue.flatMap(RoleName.init)
        if role == nil { errors.append(("role", "must be the name of a role")) }
        for name in ["valid_from", "valid_until"] where json[name] != nil && json[name]?.integerValue == nil {
            errors.append((name, "must be a number of seconds since 1970"))
        }
        validFrom = json["valid_from"]?.integerValue
        validUntil = json["valid_until"]?.integerValue
        if let validFrom, let validUntil, validFrom >= validUntil {
            errors.append(("valid_until", "must be later than valid_from"))
        }
        let reason = json["reason"] == nil ? "" : json["reason"]?.stringValue
        if reason.map({ $0.utf8.count > 1000 || $0.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) }) ?? true {
            errors.append(("reason", "must be at most 1000 octets without control characters"))
        }
        self.reason = reason ?? ""
        parameters = Self.parameters(json["parameters"], &errors)
        guard let role, errors.count == before else { return nil }
        self.role = role
    }

    /// The member `roles` of whoever is new: the names of roles, or whole assignments where a role has parameters.
    static func list(_ json: JSON, _ errors: inout [(member: String, reason: String)]) -> [NewRoleAssignment] {
        guard let items = json.arrayValue else {
            errors.append(("roles", "must be a list of roles"))
            return []
        }
        return items.compactMap { item in
            var inner: [(member: String, reason: String)] = []
            let assignment = NewRoleAssignment(item.stringValue.map { ["role": .string($0)] } ?? item, &inner)
            errors += inner.map { ("roles.\($0.member)", $0.reason) }
            return assignment
        }
    }

    private static func parameters(
        _ json: JSON?, _ errors: inout [(member: String, reason: String)]
    ) -> [String: [String]] {
        guard let json else { return [:] }
        guard let object = json.objectValue else {
            errors.append(("parameters", "must be an object of names and values"))
            return [:]
        }
        var values: [String: [String]] = [:]
        for member in object.members {
            guard let texts = member.value.stringValue.map({ [$0] }) ?? member.value.strings, !texts.isEmpty else {
                errors.append(("parameters.\(OAuthError.safe(member.name))", "must be a text or a list of texts"))
                continue
            }
            values[member.name] = texts
        }
        return values
    }

    /// What stands against it, as the policies are: an unknown role, a holder that it is not for, a parameter that is
    /// missing, unknown or wrong. `holder`: nil for somebody who is nobody in the record; `isGroup`: whoever is in it.
    func problems(_ policies: PolicySet, holder: Holder?, isGroup: Bool = false) -> [(member: String, reason: String)] {
        guard let policy = policies[role] else { return [("role", "there is no role \(role.value)")] }
        var problems: [(member: String, reason: String)] = []
        // A role that names no holders gives to any person (Policies/README.md), and takes from whoever has it.
        let gives = !policy.policy.rules.contains { $0.effect == .deny }
        if !isGroup, gives, policy.holders.isEmpty, holder == .client {
            problems.append(
                ("role", "\(role.value) is for people: for clients, its policy has to name the holder Client"))
        }
        if !isGroup, !policy.holders.isEmpty, !(holder.map(policy.holders.contains) ?? false) {
            let names = policy.holders.map(\.rawValue).joined(separator: ", ")
            problems.append(("role", "\(role.value) is for \(names)"))
        }
        for name in parameters.keys.sorted() where policy.parameter(name) == nil {
            problems.append(("parameters.\(OAuthError.safe(name))", "is not a parameter of \(role.value)"))
        }
        for parameter in policy.parameters {
            let member = "parameters.\(parameter.name)"
            guard let texts = parameters[parameter.name] else {
                problems.append((member, "is missing: must be a \(parameter.typeName)"))
                continue
            }
            if !texts.allSatisfy({ parameter.value($0) != nil }) {
                problems.append((member, "must be a \(parameter.typeName)"))
            }
        }
        return problems
    }

    /// One text for the same values, whole references.
    func parametersText(_ policies: PolicySet) -> String {
        let members = parameters.sorted { $0.key < $1.key }.map { name, texts in
            let values = texts.map { policies[role]?.parameter(name)?.value($0)?.text ?? $0 }
            return JSONObject.Member(name: name, value: .array(Set(values).sorted().map { .string($0) }))
        }
        return JSON.object(JSONObject(members: members)).text
    }

    /// In the transaction of what it belongs to. Throws what stands against it.
    func store(
        to subject: RoleSubject, holder: Holder?, by caller: AdministrationCaller, address: String, _ book: RoleBook,
        _ transaction: borrowing WriteTransaction, now: Int64
    ) throws -> Int64 {
        let policies = try book.edition(transaction).policies
        try caller.requireRights(policies[role]?.ownRightsGiven ?? .empty, transaction)
        return try store(
            to: subject, holder: holder, by: caller.name, address: address, policies, transaction, now: now)
    }

    /// The same where the policies that the transaction sees are at hand: each assignment raises their epoch, and whoever
    /// makes thousands would read them again each time. Whether the actor may give what they give is asked of all together.
    func store(
        to subject: RoleSubject, holder: Holder?, by actor: String, address: String, _ policies: PolicySet,
        _ transaction: borrowing WriteTransaction, now: Int64
    ) throws -> Int64 {
        let isGroup = if case .group = subject { true } else { false }
        let problems = problems(policies, holder: holder, isGroup: isGroup)
        guard problems.isEmpty else { throw Self.problem(problems) }
        let outcome = try transaction.assignRole(
            role.value, to: subject, parameters: parametersText(policies), validFrom: validFrom,
            validUntil: validUntil, by: actor, reason: reason, now: now)
        switch outcome {
        case .assigned(let id):
            try transaction.audit(
                .roleAssigned, of: subject, actor: actor, address: address, detail: "\(role.value) \(id)", at: now)
            return id
        case .exists(let id):
            throw Problem(
                status: 409, title: "The role is held already",
                detail: "By the assignment \(id), which has to be revoked first.")
        case .noSuchRole: throw Self.problem([("role", "there is no role \(role.value)")])
        case .noSuchSubject:
            throw Problem(status: 404, title: "Nobody to give it to", detail: "There is no such subject.")
        }
    }

    static func problem(_ errors: [(member: String, reason: String)]) -> Problem {
        Problem(
            status: 422, title: "The role assignment is not valid", detail: "See the members named in errors.",
            errors: errors)
    }
}
