import Crypto
import Encoding

/// The secrets of the demo's confidential clients, by client id. The server makes them when it registers the clients;
/// the demo keeps them beside its data, as each of its parties would keep its own.
struct DemoSecrets: Sendable {
    let byClient: [String: String]

    func credentials(of clientID: String) -> ClientCredentials? {
        byClient[clientID].map { ClientCredentials(clientID: clientID, secret: $0) }
    }
}

/// What the demo remembers of its data directory from one start to the next. Written once all samples are in.
struct DemoMemory {
    let issuer: String
    let secrets: DemoSecrets

    private static func path(_ directory: String) -> String { "\(directory)/demo.json" }

    init(issuer: String, secrets: DemoSecrets) {
        self.issuer = issuer
        self.secrets = secrets
    }

    /// Nil in a directory that holds no demo yet.
    init?(in directory: String) throws {
        guard let octets = try PrivateFile.read(Self.path(directory)) else { return nil }
        let json = try JSON(parsing: octets)
        guard let issuer = json["issuer"]?.stringValue, let secrets = json["secrets"]?.objectValue else {
            throw DemoProblem("\(Self.path(directory)) is damaged: remove the directory and start again.")
        }
        let pairs = secrets.members.compactMap { member in member.value.stringValue.map { (member.name, $0) } }
        self.init(issuer: issuer, secrets: DemoSecrets(byClient: Dictionary(pairs, uniquingKeysWith: { $1 })))
    }

    func write(to directory: String) throws {
        let ordered = secrets.byClient.sorted { $0.key < $1.key }.map { ($0.key, JSON.string($0.value)) }
        let json: JSON = ["issuer": .string(issuer), "secrets": .object(JSONObject(ordered))]
        try PrivateFile.write(json.serialized(), to: Self.path(directory))
    }
}
