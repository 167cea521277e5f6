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
        guard answer["active"]?.boolValue == true, answer["aud"]?.stringValue == base,
            let details = answer["authorization_details"]?.arrayValue?.first(where: { $0["type"] == "fhir_permissions" }),
            details["locations"]?.strings?.contains(base) == true
        else { return nil }
        allow = Self.rows(details["allow"])
        deny = Self.rows(details["deny"])
        let scopes = answer["scope"]?.stringValue?.split(separator: " ") ?? []
        let user = answer["fhirUser"]?.stringValue
        ownRecord =
            scopes.contains("openid") && scopes.contains("fhirUser") && user?.hasPrefix("\(base)/") == true
            ? user.map { String($0.dropFirst(base.count + 1)) } : nil
    }

    private static func rows(_ json: JSON?) -> [String: [Row]] {
        let members = json?.objectValue?.members ?? []
        return Dictionary(
            members.map { ($0.name, ($0.value.arrayValue ?? []).map(Row.init)) }, uniquingKeysWith: { first, _ in first })
    }

    /// Whether any resource of the type may be got at so; if not, the answer is 403.
    func permits(_ letter: Character, type: String) -> Bool {
        rows(for: type, letter).isEmpty == false
    }

    /// The resource as the token may see it, or nil where it may not: then the answer is as if it was not there.
    func visible(_ record: FHIRRecord, for letter: Character) -> JSON? {
        if letter == "r", record.reference == ownRecord { return record.resource }
        let denied = (deny[record.type] ?? []) + (deny["*"] ?? [])
        // What cannot be told apart is denied.
        guard !denied.contains(where: { $0.interactions.contains(letter) && $0.matches(record) != false }) else {
            return nil
        }
        let matching = rows(for: record.type, letter).filter { $0.matches(record) == true }
        guard let first = matching.first else { return nil }
        // Several rows may let it be seen; hidden is only what all of them hide.
        let hidden = first.hide.filter { element in matching.allSatisfy { $0.hide.contains(element) } }
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
    fileprivate init(_ json: JSON) {
        interactions = json["interactions"]?.stringValue ?? ""
        criteria = json["criteria"].map { Criterion.all(in: $0.stringValue) } ?? []
        compartment = json["compartment"]?.stringValue
        hide = json["hide"]?.strings ?? []
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
