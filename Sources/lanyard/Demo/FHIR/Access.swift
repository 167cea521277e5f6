import Encoding

/// What a token may do at this server, read from the introspection answer alone: an example for authors of resource servers.
///
/// `authorization_details` has, for each resource type, rows of what is allowed and of what is denied. One look-up decides:
/// `allow[type]`, or `allow["*"]` where the type is not named; the letter of the interaction; the row's criteria, which are
/// search parameters, and its compartment. Whatever meets a row of `deny[type]` or `deny["*"]` is not there. A member that this
/// server does not know, or criteria that it cannot apply, allow nothing and deny everything: a mistake never opens anything.
struct Access: Sendable {
    /// One row of `allow` or `deny`.
    fileprivate struct Row {
        /// `c r u d s`, the letters of SMART scopes.
        let interactions: String
        /// Nil: this server cannot tell what meets them.
        let criteria: [Criterion]?
        /// `Patient/456`: only what belongs to that patient's record.
        let compartment: String?
        let hide: [String]
    }

    private let allow: [String: [Row]]
    private let deny: [String: [Row]]
    /// The resource that stands for the user, which `openid fhirUser` lets an app read.
    private let ownRecord: String?

    /// Types that are about no patient: a scope for one record lets them be looked up.
    fileprivate static let shared: Set<String> = ["Practitioner"]

    /// Nil unless the token is active and permitted something at `base`.
    init?(_ answer: JSON, base: String) {
        let all = answer["authorization_details"]?.arrayValue ?? []
        guard answer["active"]?.boolValue == true, answer["aud"]?.stringValue == base,
            let details = all.first(where: { $0["type"] == "fhir_permissions" }),
            details["locations"]?.strings?.contains(base) == true,
            let allow = Self.rows(details["allow"], unreadable: []),
            let deny = Self.rows(details["deny"], unreadable: [.everything])
        else { return nil }
        self.allow = allow
        self.deny = deny
        let scopes = answer["scope"]?.stringValue?.split(separator: " ") ?? []
        let user = answer["fhirUser"]?.stringValue
        ownRecord =
            scopes.contains("openid") && scopes.contains("fhirUser") && user?.hasPrefix("\(base)/") == true
            ? user.map { String($0.dropFirst(base.count + 1)) } : nil
    }

    /// By type. `unreadable`: what stands in for rows that this server does not understand. Nil for what is no object.
    private static func rows(_ json: JSON?, unreadable: [Row]) -> [String: [Row]]? {
        guard let json else { return [:] }
        guard let members = json.objectValue?.members else { return nil }
        return Dictionary(
            members.map { type in
                let rows = type.value.arrayValue?.flatMap { row in Row(row).map { [$0] } ?? unreadable }
                return (type.name, rows ?? unreadable)
            }, uniquingKeysWith: +)
    }

    /// Whether any resource of the type may be got at so; if not, the answer is 403.
    func permits(_ letter: Character, type: String) -> Bool {
        rows(for: type, letter).isEmpty == false
    }

    /// The resource as the token may see it, or nil where it may not: then the answer is as if it was not there.
    func visible(_ record: FHIRRecord, for letter: Character) -> JSON? {
        let denied = (deny[record.type] ?? []) + (deny["*"] ?? [])
        // What cannot be told apart is denied.
        guard !denied.contains(where: { $0.interactions.contains(letter) && $0.matches(record) != false }) else {
            return nil
        }
        let matching = rows(for: record.type, letter).filter { $0.matches(record) == true }
        let isOwn = letter == "r" && record.reference == ownRecord
        guard isOwn || !matching.isEmpty else { return nil }
        // Several rows may let it be seen; hidden is only what all of them hide.
        let hidden = matching.first?.hide.filter { element in matching.allSatisfy { $0.hide.contains(element) } } ?? []
        var resource = record.resource.objectValue ?? JSONObject()
        for element in hidden {
            resource[element] = nil
            // What FHIR's JSON says about the element stands beside it.
            resource["_\(element)"] = nil
        }
        return .object(resource)
    }

    private func rows(for type: String, _ letter: Character) -> [Row] {
        (allow[type] ?? allow["*"] ?? []).filter { $0.interactions.contains(letter) }
    }
}

extension Access.Row {
    fileprivate static let everything = Self(interactions: "cruds", criteria: [], compartment: nil, hide: [])

    /// The lists of elements and operations. This server writes nothing and has no operations, and knows what they are.
    private static let lists: Set<String> = ["hide", "readonly", "operations"]

    /// Nil for what is no row, or has a member that this server does not know.
    fileprivate init?(_ json: JSON) {
        guard let row = json.objectValue, let interactions = row["interactions"]?.stringValue,
            interactions.allSatisfy("cruds".contains)
        else { return nil }
        for member in row.members where member.name != "interactions" && member.name != "criteria" {
            if member.name == "compartment" {
                guard member.value.stringValue?.hasPrefix("Patient/") == true else { return nil }
            } else if !Self.lists.contains(member.name) || member.value.strings == nil {
                return nil
            }
        }
        self.interactions = interactions
        criteria = row["criteria"].map { Criterion.all(in: $0.stringValue) } ?? []
        compartment = row["compartment"]?.stringValue
        hide = row["hide"]?.strings ?? []
    }

    /// Nil where this server cannot tell.
    fileprivate func matches(_ record: FHIRRecord) -> Bool? {
        guard isInCompartment(record) else { return false }
        guard let criteria else { return nil }
        return criteria.allSatisfy { $0.matches(record) }
    }

    private func isInCompartment(_ record: FHIRRecord) -> Bool {
        guard let compartment else { return true }
        return Access.shared.contains(record.type) || record.patient.map { "Patient/\($0)" } == compartment
    }
}
