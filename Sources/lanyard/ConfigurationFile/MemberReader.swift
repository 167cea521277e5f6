import Encoding

/// Reads an object of the configuration member by member and keeps every problem it meets; members that nobody asked
/// for are a problem too.
struct MemberReader {
    private let object: JSONObject
    private var asked: [String] = []
    private var problems: [SettingProblem] = []

    init(_ json: JSON) throws(SettingProblems) {
        guard let object = json.objectValue else { throw SettingProblems("must be an object") }
        self.object = object
    }

    mutating func text(_ name: String) -> String? {
        value(name) { (json) throws(SettingProblems) in try SettingValue.text(json) }
    }

    mutating func integer(_ name: String, in range: ClosedRange<Int64>) -> Int64? {
        value(name) { (json) throws(SettingProblems) in try SettingValue.integer(json, in: range) }
    }

    func hasAny(of names: [String]) -> Bool { names.contains(where: object.contains) }

    mutating func refuse(_ name: String, _ reason: String) {
        problems.append(SettingProblem(member: name, reason: reason))
    }

    mutating func require(_ name: String) {
        if !object.contains(name) { refuse(name, "is missing") }
    }

    /// Throws all problems, those of unknown members included.
    func finish() throws(SettingProblems) {
        let unknown = object.names.filter { !asked.contains($0) }.map { name in
            SettingProblem(
                member: name, reason: Suggestion.sentence("there is no such setting", for: name, among: asked))
        }
        let all = problems + unknown
        if !all.isEmpty { throw SettingProblems(all) }
    }

    mutating func value<T>(_ name: String, _ read: (JSON) throws(SettingProblems) -> T) -> T? {
        asked.append(name)
        guard let json = object[name] else { return nil }
        do throws(SettingProblems) {
            return try read(json)
        } catch {
            problems += error.inside(name).list
            return nil
        }
    }
}
