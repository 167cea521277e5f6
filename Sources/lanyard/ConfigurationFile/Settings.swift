import HTTP
import SMART

/// The configuration as it was written, every value typed and every rule kept: a `Settings` that exists can be served.
struct Settings: Sendable {
    let issuer: Issuer
    let fhirServers: [FHIRServerSetting]
    let listen: [ListenSetting]
    let trustedProxies: [IPNetwork]
    let isBehindProxy: Bool
    let data: String
    let keys: String
    let keyPassphraseFile: String?
    let adminSocket: String
    let organization: String
    let lifetimes: LifetimeSettings
    let limits: LimitSettings
    /// Event loops; nil: one for each core.
    let threads: Int?
    let logLevel: LogLevel
}

/// A FHIR server whose data the tokens open.
struct FHIRServerSetting: Sendable, Equatable {
    let base: FHIRBaseURL
    let name: String
}

/// Seconds that things live.
struct LifetimeSettings: Sendable, Equatable {
    var accessToken: Int64 = 3600
    var code: Int64 = 60
    var launch: Int64 = 300
    var sessionIdle: Int64 = 1800
    var sessionAbsolute: Int64 = 43_200
    /// Three months at least, and each use starts a new period (ONC).
    var refreshToken: Int64 = 100 * 86_400
}

/// Bounds that some sites need to move; nil keeps the server's own.
struct LimitSettings: Sendable, Equatable {
    var connections: Int64?
    var connectionsPerAddress: Int64?
    var headerSeconds: Int64?
    var bodySeconds: Int64?
    var idleSeconds: Int64?
}

/// The settings while they are read: what is not there yet is nil.
struct SettingsDraft: Sendable {
    var issuer: Issuer?
    var fhirServers: [FHIRServerSetting] = []
    var listen: [ListenSetting] = [.tcp(host: "127.0.0.1", port: 8080, tls: nil)]
    var trustedProxies: [IPNetwork] = []
    var isBehindProxy = false
    var data: String
    var keys: String
    var keyPassphraseFile: String?
    var adminSocket: String?
    var organization = "Lanyard"
    var lifetimes = LifetimeSettings()
    var limits = LimitSettings()
    var threads: Int64?
    var logLevel = LogLevel.info

    init(paths: PathBase) {
        data = paths.resolve("data")
        keys = paths.resolve("keys")
    }

    func settings(issuer: Issuer) -> Settings {
        Settings(
            issuer: issuer, fhirServers: fhirServers, listen: listen, trustedProxies: trustedProxies,
            isBehindProxy: isBehindProxy, data: data, keys: keys, keyPassphraseFile: keyPassphraseFile,
            adminSocket: adminSocket ?? data + "/admin.sock", organization: organization, lifetimes: lifetimes,
            limits: limits, threads: threads.map { Int($0) }, logLevel: logLevel)
    }
}
