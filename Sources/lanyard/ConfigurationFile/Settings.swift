import AuthorizationServer
import HTTP
import SMART

/// What the configuration says, every value typed and every rule kept: a `Settings` that exists can be served.
struct Settings: Sendable {
    /// What the authorization server itself is told.
    let configuration: Configuration
    /// How the listeners behave.
    let server: ServerConfiguration
    let listen: [ListenSetting]
    /// Where the administration answers to who brings a token; none: only at its socket.
    let adminListen: [ListenSetting]
    let adminSocket: String
    let logLevel: LogLevel

    /// The draft has passed the rules. Reads the passphrase of the keys where there is one.
    init(_ draft: SettingsDraft, issuer: Issuer) throws(SettingProblems) {
        var configuration = Configuration(
            issuer: issuer, fhirServers: draft.fhirServers, dataDirectory: draft.data, keysDirectory: draft.keys,
            keyPassphrase: try draft.keyPassphrase(), organizationName: draft.organization, lifetimes: draft.lifetimes)
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
        configuration.forwardAuth = draft.isForwardAuthEnabled ? draft.forwardAuth : nil
        configuration.smartStyle = draft.smartStyle
        configuration.frameAncestors = draft.frameAncestors
        self.configuration = configuration
        server = draft.server(issuer)
        listen = draft.listen
        adminListen = draft.adminListen
        adminSocket = draft.adminSocket ?? configuration.adminSocketPath
        logLevel = draft.logLevel
    }
}

extension SettingsDraft {
    fileprivate func keyPassphrase() throws(SettingProblems) -> Secret? {
        guard let path = keyPassphraseFile else { return nil }
        do throws(FileAccess.Failure) {
            var bytes = try FileAccess.read(path, limit: 65_536)
            if bytes.last == 0x0A { bytes.removeLast() }
            if bytes.last == 0x0D { bytes.removeLast() }
            if !bytes.isEmpty { return Secret(bytes) }
        } catch {
            throw SettingProblems([SettingProblem(member: "key_passphrase_file", reason: error.reason)])
        }
        throw SettingProblems([SettingProblem(member: "key_passphrase_file", reason: "the file is empty")])
    }

    /// Only the issuer's host, and those that are named beside it, are answered (HT-02).
    fileprivate func server(_ issuer: Issuer) -> ServerConfiguration {
        var server = ServerConfiguration()
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
