import AuthorizationServer
import Encoding

/// Reads the configuration file and the environment by the table of settings. All problems come back at once (ST-16).
struct SettingsReader {
    private var draft: SettingsDraft
    private var problems: [SettingProblem] = []
    /// Settings that were given but could not be read; no rule judges them any more.
    private var unread: Set<String> = []

    /// The settings that `bytes`, the content of the file at `path`, and then the environment say.
    static func read(
        file bytes: [UInt8], at path: String, environment: [String: String]
    ) throws(SettingProblems) -> Settings {
        let paths = PathBase(ofFile: path)
        var reader = SettingsReader(paths)
        reader.readFile(bytes, paths)
        reader.readEnvironment(environment)
        return try reader.finish()
    }

    private init(_ paths: PathBase) { draft = SettingsDraft(paths: paths) }

    private mutating func readFile(_ bytes: [UInt8], _ paths: PathBase) {
        do throws(JSONError) {
            guard let object = try JSON(parsing: bytes).objectValue else {
                problems.append(SettingProblem(member: "", reason: "the file must hold one JSON object"))
                return
            }
            readMembers(of: object, prefix: "", paths)
        } catch {
            let place = TextPlace(of: error.offset, in: bytes)
            problems.append(SettingProblem(member: "", reason: "not JSON: \(error.reason) (\(place.text))"))
        }
    }

    private mutating func readMembers(of object: JSONObject, prefix: String, _ paths: PathBase) {
        for member in object.members {
            let name = prefix + member.name
            if prefix.isEmpty, Setting.groups.contains(name) {
                readGroup(name, member.value, paths)
            } else if let setting = Setting.all.first(where: { $0.name == name }), prefix.isEmpty != name.contains(".")
            {
                apply(setting, member.value, paths, as: name)
            } else {
                problems.append(SettingProblem(member: name, reason: Self.unknown(name)))
            }
        }
    }

    private static func unknown(_ name: String) -> String {
        let known = Setting.all.map(\.name) + Setting.groups
        if known.contains(name) { return "is written inside its object, not with a dot" }
        return Suggestion.sentence("there is no such setting", for: name, among: known)
    }

    private mutating func readGroup(_ name: String, _ value: JSON, _ paths: PathBase) {
        guard let group = value.objectValue else {
            problems.append(SettingProblem(member: name, reason: "must be an object"))
            return
        }
        readMembers(of: group, prefix: name + ".", paths)
    }

    private mutating func readEnvironment(_ environment: [String: String]) {
        for setting in Setting.all {
            guard let variable = setting.variable, let text = environment[variable] else { continue }
            do throws(SettingProblems) {
                apply(setting, try setting.value(ofVariable: text), .workingDirectory, as: variable)
            } catch {
                unread.insert(setting.name)
                problems += error.inside(variable).list
            }
        }
        draft.keyPassphrase.text = environment[KeyPassphraseSetting.variable].flatMap { text in
            text.isEmpty ? nil : Secret(Array(text.utf8))
        }
        let known = Setting.all.compactMap(\.variable) + [KeyPassphraseSetting.variable]
        for name in environment.keys.sorted() where SettingsVariable.isUnknown(name, known: known) {
            let reason = Suggestion.sentence("there is no such setting", for: name, among: known)
            problems.append(SettingProblem(member: name, reason: reason))
        }
    }

    private mutating func apply(_ setting: Setting, _ value: JSON, _ paths: PathBase, as name: String) {
        do throws(SettingProblems) {
            try setting.read(value, paths, &draft)
            draft.given[setting.name] = value
        } catch {
            unread.insert(setting.name)
            problems += error.inside(name).list
        }
    }

    private func finish() throws(SettingProblems) -> Settings {
        let broken = SettingsRules.all.flatMap { $0(draft) }.filter { problem in
            !unread.contains { problem.concerns($0) }
        }
        let all = problems + broken
        guard all.isEmpty else { throw SettingProblems(all) }
        guard let issuer = draft.issuer else {
            throw SettingProblems([SettingProblem(member: "issuer", reason: "is missing")])
        }
        return try Settings(draft, issuer: issuer)
    }
}

/// Which environment variables are ours to judge.
enum SettingsVariable {
    /// Names the configuration file.
    static let configuration = "LANYARD_CONFIG"
    /// Where a server that runs elsewhere is administered, and the token for it.
    static let administrationURL = "LANYARD_ADMIN_URL"
    static let administrationToken = "LANYARD_ADMIN_TOKEN"

    private static let ofCommands: Set<String> = [configuration, administrationURL, administrationToken]

    /// A misspelt setting would otherwise be ignored in silence. What Kubernetes puts beside a service called
    /// "lanyard" (`LANYARD_PORT`, `LANYARD_PORT_8080_TCP`, `LANYARD_SERVICE_HOST`) is not ours.
    static func isUnknown(_ name: String, known: [String]) -> Bool {
        guard name.hasPrefix("LANYARD_"), !ofCommands.contains(name), !known.contains(name) else { return false }
        return name != "LANYARD_PORT" && !name.hasPrefix("LANYARD_PORT_") && !name.hasPrefix("LANYARD_SERVICE_")
    }
}

/// Line and column of an octet, both from 1.
struct TextPlace: Equatable {
    let line: Int
    let column: Int

    init(of offset: Int, in bytes: [UInt8]) {
        let before = bytes.prefix(max(0, offset))
        line = before.count { $0 == 0x0A } + 1
        column = before.count - (before.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0) + 1
    }

    var text: String { "line \(line), column \(column)" }
}
