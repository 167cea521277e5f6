import Encoding
import Policy
import SMART
import Storage

/// A client, or resource server, as its file has it: the metadata of its registration (RFC 7591), and what administrators
/// say beside it. Never a secret: the file says that there is one, and by what name it is looked for.
struct ClientFile: Sendable {
    let kind: ConfigurationKind
    let id: ClientID
    let metadata: ClientMetadata
    /// The name under which whoever applies the file looks for the secret of a client that is new.
    let secretReference: String
    let isDisabled: Bool
    let standing: ClientStanding
    /// Nil: the file says nothing of them.
    let roles: RoleList?

    private static let own = ["client_secret", "disabled", "standing", "roles"]

    /// Nil, with all that is wrong among the errors, if it is none.
    init?(
        _ json: JSONObject, _ kind: ConfigurationKind, _ errors: inout [(member: String, reason: String)], now: Int64
    ) {
        let before = errors.count
        var registration = json
        for name in Self.own { registration[name] = nil }
        let check = RegistrationCheck(.object(registration))
        errors += check.problems.map { ($0.member, $0.reason) }
        if json["client_id"] == nil { errors.append(("client_id", "is missing")) }
        let reference = Self.reference(json["client_secret"], check.metadata, &errors)
        if let disabled = json["disabled"], disabled.boolValue == nil {
            errors.append(("disabled", "must be true or false"))
        }
        let standing = json["standing"].map { $0.stringValue.flatMap(ClientStanding.init(rawValue:)) } ?? .administered
        if standing == nil {
            errors.append(("standing", "must be \(ClientStanding.allCases.map(\.rawValue).joined(separator: ", "))"))
        }
        roles = RoleList(json["roles"], &errors, now: now)
        if check.metadata.isResourceServer != (kind == .resourceServers) {
            let folder = check.metadata.isResourceServer ? ConfigurationKind.resourceServers : .clients
            errors.append(("resource_server_audiences", "its file belongs into \(folder.rawValue)"))
        }
        guard let id = check.clientID, let standing, errors.count == before else { return nil }
        self.kind = kind
        self.id = id
        metadata = check.metadata
        secretReference = reference ?? id.value
        isDisabled = json["disabled"]?.boolValue ?? false
        self.standing = standing
    }

    private static func reference(
        _ json: JSON?, _ metadata: ClientMetadata, _ errors: inout [(member: String, reason: String)]
    ) -> String? {
        guard let json else { return nil }
        let name = json["reference"]?.stringValue
        if json.objectValue?.names != ["reference"] || name?.isEmpty != false || name?.isVisible != true {
            errors.append(
                ("client_secret", #"must be {"reference": a name}: a secret itself is never in these files"#))
        } else if !metadata.tokenEndpointAuthMethod.usesSecret {
            errors.append(("client_secret", "the token_endpoint_auth_method has no use for a secret"))
        }
        return name
    }

    /// As it is exported, with those roles.
    func object(roles: JSON?) -> ConfigurationObject {
        Self.object(
            id: id.value, metadata, reference: metadata.tokenEndpointAuthMethod.usesSecret ? secretReference : nil,
            isDisabled: isDisabled, standing: standing, roles: roles)
    }

    /// A client that is there, as it is exported.
    static func object(_ client: Client, roles: [RoleEntry], isPrunable: Bool) -> ConfigurationObject {
        var object = object(
            id: client.id.value, client.metadata,
            reference: client.metadata.tokenEndpointAuthMethod.usesSecret ? client.id.value : nil,
            isDisabled: client.isDisabled, standing: client.standing, roles: RoleEntry.json(roles))
        object.isPrunable = isPrunable
        return object
    }

    private static func object(
        id: String, _ metadata: ClientMetadata, reference: String?, isDisabled: Bool, standing: ClientStanding,
        roles: JSON?
    ) -> ConfigurationObject {
        var json = metadata.json
        json["client_id"] = .string(id)
        json["client_secret"] = reference.map { ["reference": .string($0)] }
        if isDisabled { json["disabled"] = true }
        if standing != .administered { json["standing"] = .string(standing.rawValue) }
        json["roles"] = roles
        return ConfigurationObject(
            kind: metadata.isResourceServer ? .resourceServers : .clients, name: id, json: json.canonical)
    }
}
