package import Encoding

/// One resource in context beyond patient and encounter (SMART App Launch 2.2, "fhirContext"; CTX-3).
package struct FHIRContextItem: Sendable, Equatable {
    /// Relative: `ImagingStudy/123`.
    package let reference: String?
    /// Absolute, may end in `|version`.
    package let canonical: String?
    /// A FHIR Identifier.
    package let identifier: JSONObject?
    package let type: String?
    /// Absent means `launch`.
    package let role: String?
    package let extensions: JSONObject

    /// Reads the object strictly; errors name the member, below `path`.
    package init(_ json: JSON, path: String = "fhirContext") throws(LaunchContextError) {
        guard let object = json.objectValue else { throw LaunchContextError(path, "must be an object") }
        var reader = ContextReader(object, path: "\(path).")
        reference = try reader.string("reference", "must be a relative reference, Type/id") {
            Self.referencedType($0) != nil
        }
        canonical = try reader.string("canonical", "must be an absolute URL", Self.isCanonical)
        identifier = try reader.value(
            "identifier", "must be a FHIR Identifier with a value or a system", Self.identifier)
        type = try reader.string("type", "must be a FHIR resource type", FHIRResourceTypes.contains)
        role = try reader.string("role", "must be an absolute URI or 'launch'", Self.isRole)
        extensions = try reader.extensions()
        guard reference != nil || canonical != nil || identifier != nil else {
            throw LaunchContextError(path, "must have a reference, a canonical or an identifier")
        }
        try requireFittingType(path)
    }

    /// The members in the order of the specification.
    package var json: JSONObject {
        var object = JSONObject()
        object["reference"] = reference.map { .string($0) }
        object["canonical"] = canonical.map { .string($0) }
        object["identifier"] = identifier.map { .object($0) }
        object["type"] = type.map { .string($0) }
        object["role"] = role.map { .string($0) }
        object.members += extensions.members
        return object
    }

    /// The type of what it points to, where that is known: a canonical or an identifier alone need not tell.
    package var resourceType: String? { type ?? reference.flatMap(Self.referencedType) }

    /// The same item for a SMART 2.0 client, which knows bare references and no roles; nil if it can't be said so.
    package var version2_0String: String? { role == nil || role == Self.launchRole ? reference : nil }

    /// The role of an item without one, and the only relative one that SMART defines.
    private static let launchRole = "launch"

    /// `type` agrees with the reference; patient and encounter have members of their own, so here they need another role.
    private func requireFittingType(_ path: String) throws(LaunchContextError) {
        let referenced = reference.flatMap(Self.referencedType)
        if let referenced, let type, referenced != type {
            throw LaunchContextError("\(path).type", "must be the type of the reference")
        }
        let hasOwnMember = [referenced, type].contains("Patient") || [referenced, type].contains("Encounter")
        guard !hasOwnMember || (role != nil && role != Self.launchRole) else {
            throw LaunchContextError("\(path).role", "must be other than 'launch' for a Patient or an Encounter")
        }
    }

    /// `ImagingStudy` of `ImagingStudy/123`; nil for anything but a relative reference.
    private static func referencedType(_ text: String) -> String? {
        let parts = text.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        guard parts.count == 2, let first = parts.first, let last = parts.last,
            FHIRResourceTypes.contains(String(Substring(first))), FHIRID(String(Substring(last))) != nil
        else { return nil }
        return String(Substring(first))
    }

    private static func isCanonical(_ text: String) -> Bool {
        let parts = text.utf8.split(separator: UInt8(ascii: "|"), omittingEmptySubsequences: false)
        guard parts.count <= 2, let url = parts.first, let uri = AbsoluteURI(String(Substring(url))),
            !uri.isDangerous
        else { return false }
        guard parts.count == 2, let version = parts.last else { return true }
        return (1...64).contains(version.count) && version.allSatisfy(\.isVisible)
    }

    /// A role as `fhirContext` and `launch/` scopes have it.
    static func isRole(_ text: String) -> Bool {
        if text == launchRole { return true }
        guard let uri = AbsoluteURI(text) else { return false }
        return !uri.isDangerous
    }

    private static func identifier(_ json: JSON) -> JSONObject? {
        guard let object = json.objectValue, object.contains("value") || object.contains("system") else { return nil }
        for name in ["value", "system"] {
            guard let member = object[name] else { continue }
            guard let text = member.stringValue, !text.isEmpty else { return nil }
        }
        return object
    }
}
