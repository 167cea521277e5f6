import AuthorizationServer
import Encoding
import HTTP
import Policy
import SMART

/// The settings while they are read. Numbers that are nil keep the server's own defaults.
struct SettingsDraft: Sendable {
    var issuer: Issuer?
    var fhirServers: [FHIRServer] = []
    var listen: [ListenSetting] = [.tcp(host: "127.0.0.1", port: 8080, tls: nil)]
    /// Where the administration answers beside its local socket.
    var adminListen: [ListenSetting] = []
    var trustedProxies: [IPNetwork] = []
    var isBehindProxy = false
    var forwardingField = ForwardingField.xForwarded
    /// Names beside the issuer's own that the server answers to.
    var hosts: [String] = []
    /// Networks that clients' own addresses may lie in, beside the public ones.
    var outboundNetworks: [IPNetwork] = []
    /// Who is told when somebody breaks the glass.
    var eventReceiver: WebURL?
    var data: String
    var keys: String
    var keyPassphrase = KeyPassphraseSetting()
    var keyRotationDays: Int64 = 90
    var rsaKeyBits = 2048
    var adminSocket: String?
    var organization = "Lanyard"
    var smartStyle: SMARTStyle?
    var frameAncestors: [String] = []
    var language = Texts.english
    var accent: Colour?
    var darkAccent: Colour?
    var logo: Logo?
    var helpURL: String?
    var helpText: String?
    var privacyURL: String?
    var lifetimes = Lifetimes()
    var registration = RegistrationPolicy()
    var audit = AuditSettings()
    var policies: [PolicyFile] = []
    /// nil: the usual ones, as far as there are policies of them.
    var defaultRoles: [Holder: RoleName]?
    var isForwardAuthEnabled = false
    var forwardAuth = ForwardAuth()
    var connections: Int64?
    var connectionsPerAddress: Int64?
    var idleSeconds: Int64?
    var guessesPerAccount: Int64?
    var guessesPerAddress: Int64?
    var threads: Int64?
    var logLevel = LogLevel.info
    var metricsListen: ListenSetting?
    /// What was said, by the name of the setting.
    var given: [String: JSON] = [:]

    init(paths: PathBase) {
        data = paths.resolve("data")
        keys = paths.resolve("keys")
    }
}
