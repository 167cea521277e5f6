import Encoding

/// Reads an object of the configuration member by member and keeps every problem it meets; members that nobody asked
/// for are a problem too.
struct MemberReader {
    private let object: JSONObject
    private var asked: [String] = []
    private var problems: [Problem] = []

    init(_ json: JSON) throws(Problems) {
        guard let object = json.objectValue else { throw Problems("must be an object") }
        self.object = object
    }

    mutating func text(_ name: String) -> String? {
        value(name) { (json) throws(Problems) in try SettingValue.text(json) }
    }

    mutating func integer(_ name: String, in range: ClosedRange<Int64>) -> Int64? {
        value(name) { (json) throws(Problems) in try SettingValue.integer(json, in: range) }
    }

    mutating func object<T>(_ name: String, _ read: (JSON) throws(Problems) -> T) -> T? { value(name, read) }

    func hasAny(of names: [String]) -> Bool { names.contains(where: object.contains) }

    mutating func refuse(_ name: String, _ reason: String) { problems.append(Problem(member: name, reason: reason)) }

    mutating func require(_ name: String) {
        if !object.contains(name) { refuse(name, "is missing") }
    }

    /// Throws all problems, those of unknown members included.
    func finish() throws(Problems) {
        let unknown = object.names.filter { !asked.contains($0) }.map { name in
            Problem(member: name, reason: Suggestion.sentence("there is no such setting", for: name, among: asked))
        }
        let all = problems + unknown
        if !all.isEmpty { throw Problems(all) }
    }

    private mutating func value<T>(_ name: String, _ read: (JSON) throws(Problems) -> T) -> T? {
        asked.append(name)
        guard let json = object[name] else { return nil }
        do throws(Problems) {
            return try read(json)
        } catch {
            problems += error.inside(name).list
            return nil
        }
    }
}
