import Encoding

/// Single values of the configuration.
enum SettingValue {
    static func text(_ json: JSON) throws(SettingProblems) -> String {
        guard let text = json.stringValue else { throw SettingProblems("must be a string") }
        guard !text.isEmpty else { throw SettingProblems("must not be empty") }
        guard !text.unicodeScalars.contains(where: SafeText.isUnsafe) else {
            throw SettingProblems("must not contain control characters")
        }
        return text
    }

    static func integer(_ json: JSON, in range: ClosedRange<Int64>) throws(SettingProblems) -> Int64 {
        guard let value = json.integerValue, range.contains(value) else {
            throw SettingProblems("must be an integer from \(range.lowerBound) to \(range.upperBound)")
        }
        return value
    }

    static func flag(_ json: JSON) throws(SettingProblems) -> Bool {
        guard let value = json.boolValue else { throw SettingProblems("must be true or false") }
        return value
    }

    /// A list, each element read by `read`; the problems of all elements together.
    static func list<T>(_ json: JSON, _ read: (JSON) throws(SettingProblems) -> T) throws(SettingProblems) -> [T] {
        guard let elements = json.arrayValue else { throw SettingProblems("must be a list") }
        var values: [T] = []
        var problems: [SettingProblem] = []
        for (index, element) in elements.enumerated() {
            do throws(SettingProblems) {
                values.append(try read(element))
            } catch {
                problems += error.inside("[\(index)]").list
            }
        }
        if !problems.isEmpty { throw SettingProblems(problems) }
        return values
    }

    /// A text that means a `T`.
    static func parsed<T>(_ json: JSON, _ reason: String, _ parse: (String) -> T?) throws(SettingProblems) -> T {
        guard let value = parse(try text(json)) else { throw SettingProblems(reason) }
        return value
    }
}
