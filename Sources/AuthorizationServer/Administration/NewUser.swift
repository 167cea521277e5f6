import Encoding
import Policy
import SMART
import Storage

/// A user as an administrator gives it, every member checked.
struct NewUser: Sendable {
    let username: String
    let password: NewPassword
    let displayName: String
    let fhirUser: FHIRUser?
    /// Whose records this person may choose beside their own.
    let patients: [FHIRID]
    /// Nil: the one that somebody of this kind usually has.
    let roles: [NewRoleAssignment]?
    /// At the first sign-in (PW-08).
    let mustChangePassword: Bool

    /// `organization`: whose name makes no password.
    init(_ json: JSON, organization: String) throws {
        var errors: [(member: String, reason: String)] = []
        for name in json.objectValue?.members.map(\.name) ?? []
        where !["username", "password", "name", "fhirUser", "patients", "roles", "must_change_password"].contains(name)
        {
            errors.append((name, "is not a member of a user"))
        }
        username = json["username"]?.stringValue ?? ""
        if !(1...128).contains(username.utf8.count) || username.utf8.contains(where: { $0 <= 0x20 || $0 == 0x7F }) {
            errors.append(("username", "must be 1 to 128 octets without spaces and control characters"))
        }
        displayName = json["name"] == nil ? username : Self.displayName(json["name"], &errors)
        fhirUser = Self.fhirUser(json["fhirUser"], &errors)
        patients = Self.patients(json["patients"], &errors)
        roles = json["roles"].map { NewRoleAssignment.list($0, &errors) }
        mustChangePassword = Self.mustChange(json, &errors)
        let password = Self.password(json["password"], names: [username, displayName, organization], &errors)
        guard errors.isEmpty, let password else { throw Self.problem(errors) }
        self.password = password
    }

    static func displayName(_ json: JSON?, _ errors: inout [(member: String, reason: String)]) -> String {
        let name = json?.stringValue ?? ""
        if name.isEmpty || name.utf8.count > 200 || name.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) {
            errors.append(("name", "must be 1 to 200 octets without control characters"))
        }
        return name
    }

    static func fhirUser(_ json: JSON?, _ errors: inout [(member: String, reason: String)]) -> FHIRUser? {
        guard let json else { return nil }
        let user = json.stringValue.flatMap(FHIRUser.init)
        if user == nil {
            errors.append(
                (
                    "fhirUser",
                    "must be like Practitioner/9: Patient, Practitioner, PractitionerRole, RelatedPerson or Person"
                ))
        }
        return user
    }

    static func patients(_ json: JSON?, _ errors: inout [(member: String, reason: String)]) -> [FHIRID] {
        guard let json else { return [] }
        let listed = json.strings
        let patients = (listed ?? []).compactMap(FHIRID.init)
        if patients.count != listed?.count { errors.append(("patients", "must be a list of patient ids")) }
        return patients
    }

    /// `must_change_password`: whether somebody else knows the password, so that the person has to choose another.
    static func mustChange(_ json: JSON, _ errors: inout [(member: String, reason: String)]) -> Bool {
        guard let member = json["must_change_password"] else { return false }
        if member.boolValue == nil { errors.append(("must_change_password", "must be true or false")) }
        return member.boolValue ?? true
    }

    /// What somebody is given who is added without a word about roles.
    func assignments(_ defaultRoles: [Holder: RoleName]) -> [NewRoleAssignment] {
        if let roles { return roles }
        let usual = fhirUser.flatMap { defaultRoles[Holder($0.type)] }
        return usual.map { [NewRoleAssignment(role: $0, reason: "given to all of this kind")] } ?? []
    }

    /// Nil, with the reason among the errors, for one that nobody may have.
    static func password(
        _ json: JSON?, names: [String], _ errors: inout [(member: String, reason: String)]
    ) -> NewPassword? {
        do {
            return try NewPassword(json?.stringValue ?? "", names: names)
        } catch {
            errors.append(("password", error.reason))
            return nil
        }
    }

    static func problem(_ errors: [(member: String, reason: String)]) -> Problem {
        Problem(
            status: 422, title: "The user is not valid", detail: "See the members named in errors.", errors: errors)
    }
}

extension WriteTransaction {
    /// Whose records the person may choose from now on. Throws a `Problem` that names who is not in the directory.
    func representPatients(_ patients: [String], userID: Int64) throws {
        let unknown = try patients.filter { try patient($0) == nil }
        guard unknown.isEmpty else {
            throw NewUser.problem(unknown.map { ("patients", "\($0) is not in the directory") })
        }
        try setRepresentedPatients(userID: userID, patients)
    }
}
