import AuthorizationServer
import Encoding
import Policy

extension Setting {
    /// What roles there are at the start, and who is given which unasked.
    static let roles: [Setting] = [
        Setting("policies_directory", .text) { (json, paths, draft) throws(SettingProblems) in
            draft.policies = try Self.policies(in: paths.resolve(try SettingValue.text(json)))
        },
        Setting("default_roles", .structured) { (json, _, draft) throws(SettingProblems) in
            var members = try MemberReader(json)
            var roles: [Holder: RoleName] = [:]
            for holder in Holder.allCases {
                roles[holder] = members.value(holder.rawValue) { (json) throws(SettingProblems) in
                    try SettingValue.parsed(json, "must be the name of a role", RoleName.init)
                }
            }
            try members.finish()
            draft.defaultRoles = roles
        },
    ]

    /// A wrong file stops the start, with all that is wrong in all of them; a failing test does so where the server would put
    /// its policy in place.
    private static func policies(in folder: String) throws(SettingProblems) -> [PolicyFile] {
        let files: [PolicyFile]
        do throws(PolicyFolder.Failure) {
            files = try PolicyFolder.files(in: folder)
        } catch {
            throw SettingProblems(error.reason)
        }
        let problems = PolicyCheck.reading(files)
        guard problems.isEmpty else {
            throw SettingProblems(problems.map { SettingProblem(member: "", reason: $0.description) })
        }
        return files
    }
}

extension SettingsDraft {
    /// Patients, and those who act for them, see the one record that they chose. What staff and services may do is for an
    /// administrator to say.
    static let usualRoles: [Holder: RoleName] = {
        var roles: [Holder: RoleName] = [:]
        roles[.patient] = RoleName("patient")
        roles[.relatedPerson] = RoleName("related-person")
        roles[.person] = RoleName("related-person")
        return roles
    }()
}
