import Crypto
import Encoding

/// What a folder of configuration files holds, a subfolder for each kind, in the order in which they are put in place: what
/// comes later names what came before.
package enum ConfigurationKind: String, Sendable, CaseIterable {
    case fhirServers = "fhir-servers"
    case rolePolicies = "role-policies"
    case groups
    case clients
    case resourceServers = "resource-servers"

    /// The one file of an object: `clients/growth-chart.json`. What a file's name cannot carry is encoded, as in the paths of
    /// the administration API, and what is too long for one stands as its digest.
    func file(_ name: String) -> String {
        var escaped = PathSegment.encode(name)
        if escaped.utf8.first == UInt8(ascii: ".") { escaped = "%2E" + escaped.dropFirst() }
        if escaped.utf8.count > Self.longestName {
            escaped = "~~" + Base64URL.encode(Digest.sha256(Array(name.utf8)))
        }
        return "\(rawValue)/\(escaped).json"
    }

    private static let longestName = 200

    /// The kind that a file of the folder is of; nil for one that lies elsewhere.
    init?(file: String) {
        guard let slash = file.firstIndex(of: "/") else { return nil }
        self.init(rawValue: String(file[..<slash]))
    }
}

/// One object of the configuration as its file has it.
struct ConfigurationObject: Sendable {
    let kind: ConfigurationKind
    /// The client id, the name, the role.
    let name: String
    /// In canonical order, but for policies, which are as their authors wrote them.
    let json: JSONObject
    /// Whether it goes where the folder has no file of it. What stands in the server's own configuration, or came by itself,
    /// does not.
    var isPrunable = true

    var file: String { kind.file(name) }
}

extension JSON {
    /// The same, with the members of every object in the order of their names: one text for one meaning.
    var canonical: JSON {
        switch self {
        case .object(let object): .object(object.canonical)
        case .array(let elements): .array(elements.map(\.canonical))
        default: self
        }
    }
}

extension JSONObject {
    var canonical: JSONObject {
        JSONObject(
            members: members.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
                .map { Member(name: $0.name, value: $0.value.canonical) })
    }
}
