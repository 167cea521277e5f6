import AuthorizationServer
import Encoding
import HTTP

extension Option {
    static let config = Option.value("config", "FILE", "the server's configuration (default: lanyard.json)")
    static let socket = Option.value("socket", "PATH", "the running server's admin socket")
    static let url = Option.value("url", "URL", "a server elsewhere, by its admin_listen: https://auth.example:8443")
    static let tokenFile = Option.value("token-file", "FILE", "the file of an access token for --url")
    /// AD-07.
    static let force = Option.flag("force", "even where after this nobody could assign roles")
    /// Every command that asks the server something has these.
    static let administration = [config, socket, url, tokenFile, json]
}

extension Invocation {
    /// The configuration file that was named, or the usual one.
    var configurationPath: String {
        option(Option.config.name) ?? environment[SettingsVariable.configuration] ?? "lanyard.json"
    }

    /// Reads the configuration file with the environment over it.
    func settings() throws(CommandFailure) -> Settings {
        let path = configurationPath
        let bytes: [UInt8]
        do {
            bytes = try FileAccess.read(path, limit: 1 << 20)
        } catch {
            throw CommandFailure(exitCode: .configuration, message: "\(path): \(error.reason)")
        }
        do {
            return try SettingsReader.read(file: bytes, at: path, environment: environment)
        } catch {
            throw error.failure(in: path)
        }
    }

    /// The server that this command is for: the one at the socket that was named, else the one of the configuration.
    func administration() throws(CommandFailure) -> AdministrationClient {
        if let remote = try remoteAdministration() { return AdministrationClient(.remote(remote), openHere: nil) }
        if let socket = option(Option.socket.name) ?? namedBySocketVariable {
            return AdministrationClient(.socket(socket), openHere: nil)
        }
        let settings = try settings()
        return AdministrationClient(.socket(settings.adminSocket)) {
            try LocalAdministration(settings, tell: tellOfAudit)
        }
    }

    /// A checkpoint that is signed while no server runs is in no log: who keeps copies finds it on standard error, in the log's form
    /// where JSON is asked for.
    @Sendable private func tellOfAudit(_ notice: AuditNotice) {
        var event: JSONObject = ["event": .string(notice.event)]
        for member in notice.members.members { event[member.name] = member.value }
        guard !wantsJSON else { return console.note(SafeText.json(JSON.object(event).text) + "\n") }
        let words = ["number", "seq", "removed", "key", "error"].compactMap { name -> String? in
            guard let value = event[name] else { return nil }
            return name == "error" ? value.stringValue : "\(name) \(value.stringValue ?? value.text)"
        }
        console.note("note: \(notice.event): \(SafeText.line(words.joined(separator: ", ")))\n")
    }

    /// The server elsewhere that `--url` or, where nothing nearer is named, the environment says. The token is never an argument:
    /// everyone on the machine can read those.
    private func remoteAdministration() throws(CommandFailure) -> RemoteAdministration? {
        let isNamedNearer = option(Option.socket.name) != nil || option(Option.config.name) != nil
        let variable = isNamedNearer ? nil : environment[SettingsVariable.administrationURL]
        guard let text = option(Option.url.name) ?? variable else {
            guard option(Option.tokenFile.name) == nil else { throw .usage("--token-file is for --url") }
            return nil
        }
        guard !isNamedNearer else { throw .usage("--url stands alone, without --socket and --config") }
        guard let token = try administrationToken() else {
            throw .usage("--url needs a token: --token-file FILE, or \(SettingsVariable.administrationToken)")
        }
        return try RemoteAdministration(url: text, token: token)
    }

    private func administrationToken() throws(CommandFailure) -> String? {
        guard let path = option(Option.tokenFile.name) else {
            return environment[SettingsVariable.administrationToken]
        }
        do {
            var bytes = try FileAccess.read(path, limit: 65_536)
            while bytes.last == 0x0A || bytes.last == 0x0D { bytes.removeLast() }
            return String(decoding: bytes, as: UTF8.self)
        } catch {
            throw .failed("\(path): \(error.reason)")
        }
    }

    /// With a `--config` the variable is that configuration's override, and the database can be opened here.
    private var namedBySocketVariable: String? {
        option(Option.config.name) == nil ? environment[Setting.socketVariable] : nil
    }

    /// What is added to the path of a change that could take the last administrator away.
    var insistence: String { flag(Option.force.name) ? "?force=true" : "" }

    /// Prints an answer: as it came where JSON was asked for, else as `text`.
    func answer(_ json: JSON, _ text: (JSON) -> String) {
        console.write(wantsJSON ? SafeText.json(json.text) + "\n" : text(json))
    }
}

extension AdministrationClient {
    /// All elements of a list that comes in pages: `{member: […], "next": cursor or null}`.
    func list(_ path: String, _ member: String) async throws -> [JSON] {
        var elements: [JSON] = []
        var cursor: String?
        repeat {
            let separator = path.contains("?") ? "&" : "?"
            let query = cursor.map { separator + "after=" + PercentEncoding.encode($0) } ?? ""
            let page = try await send(.get, path + query)
            guard let next = page[member]?.arrayValue else {
                throw CommandFailure.failed("the server's answer has no \(member)")
            }
            elements += next
            let following = page["next"]?.stringValue
            guard following != cursor else { break }
            cursor = following
        } while cursor != nil
        return elements
    }
}
