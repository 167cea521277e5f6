/// `launch/patient`, `launch/encounter`, `launch/{type}` with or without `?role=` (STA-1 to STA-4): context to establish.
package struct LaunchScope: Sendable, Hashable {
    /// As FHIR writes it: `ImagingStudy` for `launch/imagingstudy`.
    package let type: String
    /// An absolute URI, or `launch`, the one role that SMART defines itself.
    package let role: String?

    package static let patient = LaunchScope(type: "Patient", role: nil)
    package static let encounter = LaunchScope(type: "Encounter", role: nil)

    private static let prefix = "launch/"
    private static let roleMark = "?role="

    private init(type: String, role: String?) {
        self.type = type
        self.role = role
    }

    package init?(_ text: String) {
        guard text.utf8.count <= ResourceScope.maximumLength, text.utf8.starts(with: Self.prefix.utf8) else {
            return nil
        }
        let rest = text.utf8.dropFirst(Self.prefix.utf8.count)
        let lowercase = rest.prefix { $0 != UInt8(ascii: "?") }
        guard let type = FHIRResourceTypes.name(lowercase: String(Substring(lowercase))) else { return nil }
        let tail = rest.dropFirst(lowercase.count)
        guard !tail.isEmpty else {
            self.init(type: type, role: nil)
            return
        }
        let role = String(Substring(tail.dropFirst(Self.roleMark.utf8.count)))
        guard tail.starts(with: Self.roleMark.utf8), Self.isRole(role) else { return nil }
        self.init(type: type, role: role)
    }

    package var text: String {
        Self.prefix + type.lowercased() + (role.map { Self.roleMark + $0 } ?? "")
    }

    /// At most one role in a scope, so no `&` in it.
    private static func isRole(_ text: String) -> Bool {
        FHIRContextItem.isRole(text) && !text.utf8.contains(UInt8(ascii: "&"))
    }
}
