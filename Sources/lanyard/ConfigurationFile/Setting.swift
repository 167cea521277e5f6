import Encoding

/// One setting: its name in the file, its environment variable, and how its value enters the draft.
struct Setting: Sendable {
    /// How the text of an environment variable becomes a value.
    enum Kind: Sendable {
        case text, integer, flag
        /// Several texts, separated by commas.
        case texts
        /// Only in the file.
        case structured
    }

    typealias Read = @Sendable (JSON, PathBase, inout SettingsDraft) throws(SettingProblems) -> Void

    /// `issuer`, or with its group `lifetimes.access_token`.
    let name: String
    let kind: Kind
    let read: Read

    init(_ name: String, _ kind: Kind, _ read: @escaping Read) {
        self.name = name
        self.kind = kind
        self.read = read
    }

    /// `LANYARD_LIFETIMES_ACCESS_TOKEN`; nil for what an environment variable cannot say.
    var variable: String? {
        if case .structured = kind { return nil }
        if name == "admin_socket" { return Self.socketVariable }
        return "LANYARD_" + String(name.map { $0 == "." ? "_" : $0 }).uppercased()
    }

    /// One name for the server and for the commands that talk to it.
    static let socketVariable = "LANYARD_SOCKET"

    /// The value that an environment variable's text stands for.
    func value(ofVariable text: String) throws(SettingProblems) -> JSON {
        switch kind {
        case .text, .structured: return .string(text)
        case .texts: return .array(text.split(separator: ",").map { .string(Self.trimmed($0)) })
        case .integer:
            guard let number = Int64(text) else { throw SettingProblems("must be an integer") }
            return .integer(number)
        case .flag:
            guard let flag = Bool(text) else { throw SettingProblems("must be true or false") }
            return .bool(flag)
        }
    }

    private static func trimmed(_ text: Substring) -> String {
        var text = text.drop { $0 == " " }
        while text.last == " " { text.removeLast() }
        return String(text)
    }
}

extension Setting {
    typealias Field<T> = any WritableKeyPath<SettingsDraft, T> & Sendable

    static func text(_ name: String, _ field: Field<String>) -> Setting {
        Setting(name, .text) { (json, _, draft) throws(SettingProblems) in
            draft[keyPath: field] = try SettingValue.text(json)
        }
    }

    static func path(_ name: String, _ field: Field<String>) -> Setting {
        Setting(name, .text) { (json, paths, draft) throws(SettingProblems) in
            draft[keyPath: field] = paths.resolve(try SettingValue.text(json))
        }
    }

    static func path(_ name: String, _ field: Field<String?>) -> Setting {
        Setting(name, .text) { (json, paths, draft) throws(SettingProblems) in
            draft[keyPath: field] = paths.resolve(try SettingValue.text(json))
        }
    }

    /// Where the server listens: `listen` and what is written like it.
    static func addresses(_ name: String, _ field: Field<[ListenSetting]>) -> Setting {
        Setting(name, .texts) { (json, paths, draft) throws(SettingProblems) in
            draft[keyPath: field] = try SettingValue.list(json) { (json) throws(SettingProblems) in
                if let text = json.stringValue { return try ListenSetting(text: text, paths: paths) }
                return try ListenSetting(json, paths: paths)
            }
        }
    }

    static func flag(_ name: String, _ field: Field<Bool>) -> Setting {
        Setting(name, .flag) { (json, _, draft) throws(SettingProblems) in
            draft[keyPath: field] = try SettingValue.flag(json)
        }
    }

    static func integer(_ name: String, _ field: Field<Int64>, in range: ClosedRange<Int64>) -> Setting {
        Setting(name, .integer) { (json, _, draft) throws(SettingProblems) in
            draft[keyPath: field] = try SettingValue.integer(json, in: range)
        }
    }

    static func integer(_ name: String, _ field: Field<Int64?>, in range: ClosedRange<Int64>) -> Setting {
        Setting(name, .integer) { (json, _, draft) throws(SettingProblems) in
            draft[keyPath: field] = try SettingValue.integer(json, in: range)
        }
    }
}
