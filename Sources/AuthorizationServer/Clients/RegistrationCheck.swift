package import Encoding
import SMART

/// A registration looked at as a whole: all that is wrong with it and all that is most likely not meant. The one gate of
/// every registration, and what `lanyard client check` prints.
package struct RegistrationCheck: Sendable {
    /// For provisioning a client that exists elsewhere, beside the metadata: its id and its secret.
    let clientID: ClientID?
    let secret: String?
    /// A draft, unless there are no problems.
    let metadata: ClientMetadata
    let problems: [ClientMetadata.Problem]
    package let warnings: [String]

    package init(_ json: JSON) {
        clientID = json["client_id"]?.stringValue.flatMap(ClientID.init)
        secret = json["client_secret"]?.stringValue
        let (metadata, problems) = ClientMetadata.reading(Self.metadata(json), unknownMembers: .refuse)
        let keys = RegisteredKeys(metadata)
        self.metadata = metadata
        self.problems =
            Self.provisioning(json, metadata) + problems + Self.unsupported(metadata) + keys.problems
        warnings = RegistrationLint(metadata: metadata, keys: keys.keys).warnings
    }

    /// `{"problems": [{"member", "reason"}], "warnings": […]}`.
    package var json: JSONObject {
        let problems = problems.map { problem -> JSON in
            ["member": .string(problem.member), "reason": .string(problem.reason)]
        }
        return ["problems": .array(problems), "warnings": .array(warnings.map { .string($0) })]
    }

    /// Without the members that are not metadata.
    private static func metadata(_ json: JSON) -> JSON {
        guard var object = json.objectValue else { return json }
        object["client_id"] = nil
        object["client_secret"] = nil
        return .object(object)
    }

    /// What is wrong with the members that are not metadata.
    private static func provisioning(_ json: JSON, _ metadata: ClientMetadata) -> [ClientMetadata.Problem] {
        var problems: [ClientMetadata.Problem] = []
        if let clientID = json["client_id"], clientID.stringValue.flatMap(ClientID.init) == nil {
            problems.append(.init(member: "client_id", reason: "must be 1 to 255 visible ASCII characters"))
        }
        guard let secret = json["client_secret"] else { return problems }
        if let reason = ClientSecrets.objection(toChoosing: secret) {
            problems.append(.init(member: "client_secret", reason: reason))
        }
        if !metadata.tokenEndpointAuthMethod.usesSecret {
            problems.append(
                .init(member: "client_secret", reason: "the token_endpoint_auth_method has no use for a secret"))
        }
        return problems
    }

    /// What the words of the registration allow and this server does not speak.
    static func unsupported(_ metadata: ClientMetadata) -> [ClientMetadata.Problem] {
        var problems: [ClientMetadata.Problem] = []
        let method = metadata.tokenEndpointAuthMethod
        if !clientAuthenticationMethods.contains(where: { $0.name == method }) {
            problems.append(
                .init(member: "token_endpoint_auth_method", reason: "\(method.rawValue) is not supported"))
        }
        for type in metadata.grantTypes where !tokenGrants.contains(where: { $0.type == type }) {
            problems.append(
                .init(member: "grant_types", reason: "\(type.rawValue) is not supported"))
        }
        return problems
    }
}
