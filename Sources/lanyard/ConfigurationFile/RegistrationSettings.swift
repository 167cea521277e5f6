import AuthorizationServer
import Encoding
import JOSE
import SMART

extension Setting {
    /// Who may register clients beside the administrators, and for what.
    static let registration: [Setting] = [
        Setting("registration.mode", .text) { (json, _, draft) throws(SettingProblems) in
            let names = RegistrationPolicy.Mode.allCases.map(\.rawValue).joined(separator: ", ")
            draft.registration.mode = try SettingValue.parsed(
                json, "must be one of \(names)", RegistrationPolicy.Mode.init(rawValue:))
        },
        Setting("registration.scopes", .texts) { (json, _, draft) throws(SettingProblems) in
            let scopes = try SettingValue.list(json) { (json) throws(SettingProblems) in
                try SettingValue.parsed(json, "must be a scope such as patient/*.rs", Scope.init)
            }
            draft.registration.scopes = ScopeSet(scopes)
        },
        Setting("registration.redirect_hosts", .texts) { (json, _, draft) throws(SettingProblems) in
            draft.registration.redirectHosts = try SettingValue.list(json) { (json) throws(SettingProblems) in
                try SettingValue.parsed(
                    json, "must be a host such as app.example.org or, for all below it, .example.org", HostPattern.init)
            }
        },
        flag("registration.native_apps", \.registration.allowsNativeApps),
        flag("registration.client_id_metadata_documents", \.registration.takesClientDocuments),
        Setting("registration.approval", .flag) { (json, _, draft) throws(SettingProblems) in
            draft.registration.approval = try SettingValue.flag(json)
        },
        Setting("registration.software_statement_issuers", .structured) { (json, _, draft) throws(SettingProblems) in
            draft.registration.softwareStatementIssuers = try SettingValue.list(json) {
                (json) throws(SettingProblems) in try SoftwareStatementIssuer(json)
            }
        },
        count("registration.clients_at_most", \.registration.clientsAtMost),
        count("registration.per_hour", \.registration.perHour),
        count("registration.per_address_per_hour", \.registration.perAddressPerHour),
    ]

    private static func count(_ name: String, _ field: Field<Int>) -> Setting {
        Setting(name, .integer) { (json, _, draft) throws(SettingProblems) in
            draft[keyPath: field] = Int(try SettingValue.integer(json, in: 1...100_000))
        }
    }
}

extension SoftwareStatementIssuer {
    /// One element of `registration.software_statement_issuers`.
    init(_ json: JSON) throws(SettingProblems) {
        var members = try MemberReader(json)
        let issuer = members.text("issuer")
        let keys = members.value("jwks", Self.keys)
        for name in ["issuer", "jwks"] { members.require(name) }
        try members.finish()
        guard let issuer, let keys else { throw SettingProblems("issuer: is missing") }
        self.init(issuer: issuer, keys: keys)
    }

    private static func keys(_ json: JSON) throws(SettingProblems) -> JWKSet {
        let keys: JWKSet
        do {
            keys = try JWKSet(json, requireKeyIDs: false)
        } catch {
            throw SettingProblems("must be a JWK set of sound public keys")
        }
        guard keys.keys.contains(where: { key in algorithms.contains { $0.fits(key.parameters) } }) else {
            throw SettingProblems("must have a key for \(algorithms.map(\.rawValue).joined(separator: ", "))")
        }
        return keys
    }
}

extension SettingsRules {
    /// AD-02: a registered client never reaches this server's own API, and none acts without a person unless an
    /// administrator has approved it.
    @Sendable static func requireHarmlessRegistration(_ draft: SettingsDraft) -> [SettingProblem] {
        let policy = draft.registration
        var problems: [SettingProblem] = []
        if !policy.scopes.resources(level: .auth).isEmpty {
            problems.append(
                SettingProblem(
                    member: "registration.scopes", reason: "can't hold auth/ scopes: they open this server's own API"))
        }
        if policy.mode != .off, !policy.needsApproval, !policy.scopes.resources(level: .system).isEmpty {
            problems.append(
                SettingProblem(
                    member: "registration.scopes", reason: "can hold system/ scopes only with registration.approval"))
        }
        return problems
    }

    /// Settings that would let nobody register, or not whom they say.
    @Sendable static func requireUsableRegistration(_ draft: SettingsDraft) -> [SettingProblem] {
        let policy = draft.registration
        guard policy.isOn else { return [] }
        var problems: [SettingProblem] = []
        if policy.scopes.isEmpty {
            problems.append(
                SettingProblem(
                    member: "registration.scopes", reason: "is needed: the most that any client may register for"))
        }
        if policy.redirectHosts?.isEmpty == true {
            problems.append(
                SettingProblem(member: "registration.redirect_hosts", reason: "names no host; leave it out for all"))
        }
        if policy.perAddressPerHour > policy.perHour {
            problems.append(
                SettingProblem(
                    member: "registration.per_address_per_hour", reason: "must not be more than registration.per_hour"))
        }
        var seen: Set<String> = []
        for (index, issuer) in policy.softwareStatementIssuers.enumerated()
        where !seen.insert(issuer.issuer).inserted {
            problems.append(
                SettingProblem(
                    member: "registration.software_statement_issuers[\(index)].issuer", reason: "is listed twice"))
        }
        return problems
    }
}
