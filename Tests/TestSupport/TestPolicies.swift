package import AuthorizationServer
package import Encoding
package import Policy

/// Roles that stand out of the way of tests that are not about roles: staff act on all records, everybody else on the one in
/// context, services on what they are registered for. What a test asks about roles, it brings itself.
package enum TestPolicies {
    package static let files = [
        file("staff", holders: ["Practitioner", "PractitionerRole"], allow: "user/*.cruds"),
        file("one-record", holders: ["Patient", "RelatedPerson", "Person"], allow: "patient/*.cruds"),
        file("service", holders: ["Client"], allow: "system/*.cruds"),
    ]

    package static let defaultRoles: [Holder: RoleName] = {
        var roles: [Holder: RoleName] = [:]
        for holder in Holder.allCases {
            let name =
                switch holder {
                case .practitioner, .practitionerRole: "staff"
                case .patient, .relatedPerson, .person: "one-record"
                case .client: "service"
                }
            roles[holder] = RoleName(name)
        }
        return roles
    }()

    /// A policy file; `members` are added, and replace those there.
    package static func file(_ role: String, _ members: JSONObject) -> PolicyFile {
        var object: JSONObject = [
            "role": .string(role), "version": 1, "title": .string(role), "description": "For tests", "rules": [],
        ]
        for member in members.members { object[member.name] = member.value }
        return PolicyFile(name: role + ".json", content: JSON.object(object).serialized())
    }

    private static func file(_ role: String, holders: [String], allow: String) -> PolicyFile {
        file(
            role,
            [
                "holders": .array(holders.map { .string($0) }),
                "rules": [["id": "all", "allow": .string(allow)]],
            ])
    }
}
