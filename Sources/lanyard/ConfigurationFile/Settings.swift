import AuthorizationServer
import Encoding
import HTTP
import SMART

/// What the configuration says, every value typed and every rule kept: a `Settings` that exists can be served.
struct Settings: Sendable {
    /// What the authorization server itself is told, but for the passphrase of the keys where a program has it.
    let configuration: Configuration
    /// Where that is said.
    let keyPassphrase: KeyPassphraseSetting
    /// How the listeners behave.
    let server: ServerConfiguration
    let listen: [ListenSetting]
    /// Where the administration answers to who brings a token; none: only at its socket.
    let adminListen: [ListenSetting]
    let adminSocket: String
    let logLevel: LogLevel
    /// Where the figures are read beside the admin socket.
    let metricsListen: ListenSetting?
    /// What was said, by the name of the setting, to tell what a reload changes.
    let given: [String: JSON]

    /// The draft has passed the rules. Reads the passphrase of the keys where there is one.
    init(_ draft: SettingsDraft, issuer: Issuer) throws(SettingProblems) {
        var configuration = Configuration(
            issuer: issuer, fhirServers: draft.fhirServers, dataDirectory: draft.data, keysDirectory: draft.keys,
            keyPassphrase: try draft.keyPassphrase.known(), organizationName: draft.organization,
            lifetimes: draft.lifetimes)
        configuration.previousKeyPassphrases = try draft.keyPassphrase.previous()
        configuration.keyRotationDays = draft.keyRotationDays
        configuration.rsaKeyBits = draft.rsaKeyBits
        configuration.eventReceiver = draft.eventReceiver
        configuration.outboundNetworks = draft.outboundNetworks
        configuration.branding = draft.branding
        configuration.language = draft.language
        if let guesses = draft.guessesPerAccount { configuration.guessing.perAccount = Int(guesses) }
        if let guesses = draft.guessesPerAddress { configuration.guessing.perAddress = Int(guesses) }
        configuration.registration = draft.registration
        configuration.audit = draft.audit
        configuration.policies = draft.policies
        configuration.defaultRoles = draft.defaultRoles ?? SettingsDraft.usualRoles
        configuration.requiresDefaultRoles = draft.defaultRoles != nil
        configuration.offersAdministration = !draft.adminListen.isEmpty
        configuration.forwardAuth = draft.isForwardAuthEnabled ? draft.forwardAuth : nil
        configuration.smartStyle = draft.smartStyle
        configuration.frameAncestors = draft.frameAncestors
        self.configuration = configuration
        server = draft.server(issuer)
        listen = draft.listen
        adminListen = draft.adminListen
        adminSocket = draft.adminSocket ?? configuration.adminSocketPath
        logLevel = draft.logLevel
        metricsListen = draft.metricsListen
        given = draft.given
        keyPassphrase = draft.keyPassphrase
    }

    /// The configuration with all that opens the keys. Only who opens them asks for it: a program may take its time.
    func unlocked() throws(CommandFailure) -> Configuration {
        guard let command = keyPassphrase.command else { return configuration }
        var unlocked = configuration
        unlocked.keyPassphrase = try KeyPassphraseSetting.asked(command)
        return unlocked
    }
}

extension SettingsDraft {
    /// Only the issuer's host, and those that are named beside it, are answered (HT-02).
    fileprivate func server(_ issuer: Issuer) -> ServerConfiguration {
        var server = ServerConfiguration()
        // Each route has a bound of its own; this is the largest of them.
        server.limits.body = 16 << 20
        server.threads = threads.map { Int($0) }
        server.trustedProxies = isBehindProxy ? trustedProxies : []
        server.forwardingField = forwardingField
        server.hosts = AbsoluteURI(issuer.value)?.authority.map { [$0.host] + hosts }
        if let connections { server.limits.connections = Int(connections) }
        if let connectionsPerAddress { server.limits.connectionsPerAddress = Int(connectionsPerAddress) }
        if let idleSeconds { server.limits.idleTime = idleSeconds * 1000 }
        return server
    }
}
