import AuthorizationServer
import Encoding

extension Setting {
    /// The signing keys: what encrypts them at rest, and how they follow one another.
    static let signingKeys: [Setting] = [
        path("key_passphrase_file", \.keyPassphrase.file),
        Setting("key_passphrase_previous_files", .texts) { (json, paths, draft) throws(SettingProblems) in
            draft.keyPassphrase.previousFiles = try SettingValue.list(json) { (json) throws(SettingProblems) in
                paths.resolve(try SettingValue.text(json))
            }
        },
        Setting("key_passphrase_command", .structured) { (json, _, draft) throws(SettingProblems) in
            let words = try SettingValue.list(json) { (json) throws(SettingProblems) in try SettingValue.text(json) }
            guard words.first?.hasPrefix("/") ?? false else {
                throw SettingProblems("must begin with the whole path of a program")
            }
            draft.keyPassphrase.command = words
        },
        integer("key_rotate_after_days", \.keyRotationDays, in: 0...3650),
        Setting("key_rsa_bits", .integer) { (json, _, draft) throws(SettingProblems) in
            guard let bits = json.integerValue.flatMap({ Int(exactly: $0) }), Configuration.rsaKeySizes.contains(bits)
            else { throw SettingProblems("must be 2048, 3072 or 4096") }
            draft.rsaKeyBits = bits
        },
    ]
}

/// Where the passphrase of the key files comes from: one of three places.
struct KeyPassphraseSetting: Sendable {
    var file: String?
    /// From the environment.
    var text: Secret?
    /// A program and its arguments, which prints it.
    var command: [String]?
    var previousFiles: [String] = []

    /// Not a setting of the file: a secret in it would be one in the wrong place.
    static let variable = "LANYARD_KEY_PASSPHRASE"

    /// How long a command may take, in seconds.
    private static let patience = 10
    private static let limit = 65_536

    /// The names of what says it.
    var sources: [String] {
        [
            file == nil ? nil : "key_passphrase_file", text == nil ? nil : Self.variable,
            command == nil ? nil : "key_passphrase_command",
        ].compactMap { $0 }
    }

    /// All of it as it is said now: the program is asked, the files are read.
    func read() throws(KeyStoreFailure) -> KeyPassphrases {
        do {
            let current = try command.map(Self.asked) ?? known()
            return KeyPassphrases(current: current, previous: try previous())
        } catch let problems as SettingProblems {
            throw KeyStoreFailure(description: problems.list.map(\.line).joined(separator: "; "))
        } catch {
            throw KeyStoreFailure(description: (error as? CommandFailure)?.message ?? "\(error)")
        }
    }

    /// What needs no program: that of the file or the environment.
    func known() throws(SettingProblems) -> Secret? {
        guard let file else { return text }
        return try Self.read(file, "key_passphrase_file")
    }

    func previous() throws(SettingProblems) -> [Secret] {
        var secrets: [Secret] = []
        for (index, file) in previousFiles.enumerated() {
            secrets.append(try Self.read(file, "key_passphrase_previous_files[\(index)]"))
        }
        return secrets
    }

    private static func read(_ path: String, _ member: String) throws(SettingProblems) -> Secret {
        do throws(FileAccess.Failure) {
            if let secret = firstLine(try FileAccess.read(path, limit: limit)) { return secret }
        } catch {
            throw SettingProblems([SettingProblem(member: member, reason: error.reason)])
        }
        throw SettingProblems([SettingProblem(member: member, reason: "the file is empty")])
    }

    /// Runs the program, where there is one.
    static func asked(_ command: [String]) throws(CommandFailure) -> Secret {
        let reason: String
        do throws(CapturedCommand.Failure) {
            let output = try CapturedCommand.output(of: command, seconds: patience, limit: limit)
            if let secret = firstLine(output) { return secret }
            reason = "prints nothing"
        } catch {
            reason = error.reason
        }
        throw CommandFailure(exitCode: .configuration, message: "key_passphrase_command: \(reason)")
    }

    /// All but the end of the line; nil where there is nothing else.
    private static func firstLine(_ octets: [UInt8]) -> Secret? {
        var octets = octets
        if octets.last == 0x0A { octets.removeLast() }
        if octets.last == 0x0D { octets.removeLast() }
        return octets.isEmpty ? nil : Secret(octets)
    }
}
