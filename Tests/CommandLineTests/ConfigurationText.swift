@testable import lanyard

/// Configurations for the tests, read from a file in a directory that is not there.
enum ConfigurationText {
    static let minimal =
        #""issuer": "http://127.0.0.1:8080", "fhir_servers": [{"base": "http://127.0.0.1:8080/fhir", "name": "F"}]"#

    static func read(_ members: String, environment: [String: String] = [:]) throws(SettingProblems) -> Settings {
        try SettingsReader.read(
            file: Array("{\(members)}".utf8), at: "/nowhere/etc/lanyard.json", environment: environment)
    }

    static func problems(_ members: String, environment: [String: String] = [:]) -> [String] {
        do throws(SettingProblems) {
            _ = try read(members, environment: environment)
            return []
        } catch {
            return error.list.map(\.line)
        }
    }
}
