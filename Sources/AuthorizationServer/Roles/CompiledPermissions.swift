import Encoding
import Policy
import SMART

/// What tokens with the same roles, scopes, context and purpose may do: compiled once, immutable, and shared by all of them.
final class CompiledPermissions: Sendable {
    let permissions: Permissions
    /// The members that an introspection answer gets behind those of the token itself, with a comma before them and without the
    /// brace at the end.
    let members: [UInt8]

    /// `location`: nil where the token is for no FHIR server, and says nothing of FHIR.
    init(_ permissions: Permissions, subject: Subject, acr: String?, location: String?, epoch: Int64) {
        self.permissions = permissions
        var object: JSONObject = ["roles": .array(permissions.roles.map { .string($0.value) })]
        object["acr"] = acr.map { .string($0) }
        object["purpose_of_use"] = subject.purpose.map { .string($0.rawValue) }
        if let location {
            var details: JSONObject = [
                "type": "fhir_permissions", "locations": [.string(location)], "epoch": .integer(epoch),
            ]
            for member in permissions.json.members { details[member.name] = member.value }
            object["authorization_details"] = [.object(details)]
        }
        members = [UInt8(ascii: ",")] + JSON.object(object).serialized().dropFirst().dropLast()
    }
}

/// What a token may do now, and how to find out why not.
final class TokenStanding: Sendable {
    let compiled: CompiledPermissions
    let edition: RoleBook.Edition
    /// Asked again where a refusal needs its reason.
    let subject: Subject
    /// When the time of a role assignment begins or ends next; nil: never.
    let until: Int64?

    init(_ compiled: CompiledPermissions, _ entitlement: Entitlement, _ edition: RoleBook.Edition) {
        self.compiled = compiled
        self.edition = edition
        subject = entitlement.subject
        until = entitlement.until
    }

    func holds(at now: Int64) -> Bool { until.map { now < $0 } ?? true }
}
