import Encoding

@testable import AuthorizationServer
@testable import lanyard

extension Target {
    /// The configuration file, and each kind of file that is applied.
    static let configuration = Target(name: "configuration") { octets in
        _ = try? SettingsReader.read(file: octets, at: "/nowhere/lanyard.json", environment: [:])
        guard let json = try? JSON(parsing: octets) else { return }
        let name = ["client_id", "id", "name", "role"].compactMap { json[$0]?.stringValue }.first ?? "a"
        for kind in ConfigurationKind.allCases {
            let file = PolicyFile(name: kind.file(name), content: octets)
            require(file.name.utf8.count < 256, "a file has a name that a disk takes")
            guard let set = try? ConfigurationSet([file], now: 0) else { continue }
            let count = set.fhirServers.count + set.policies.count + set.groups.count + set.clients.count
            require(count == 1, "a file holds one thing")
        }
    }
}
