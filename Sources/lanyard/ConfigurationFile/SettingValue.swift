import Encoding

/// Single values of the configuration.
enum SettingValue {
    static func text(_ json: JSON) throws(Problems) -> String {
        guard let text = json.stringValue else { throw Problems("must be a string") }
        guard !text.isEmpty else { throw Problems("must not be empty") }
        guard !text.unicodeScalars.contains(where: SafeText.isUnsafe) else {
            throw Problems("must not contain control characters")
        }
        return text
    }

    static func integer(_ json: JSON, in range: ClosedRange<Int64>) throws(Problems) -> Int64 {
        guard let value = json.integerValue, range.contains(value) else {
            throw Problems("must be an integer from \(range.lowerBound) to \(range.upperBound)")
        }
        return value
    }

    static func flag(_ json: JSON) throws(Problems) -> Bool {
        guard let value = json.boolValue else { throw Problems("must be true or false") }
        return value
    }

    /// A list, each element read by `read`; the problems of all elements together.
    static func list<T>(_ json: JSON, _ read: (JSON) throws(Problems) -> T) throws(Problems) -> [T] {
        guard let elements = json.arrayValue else { throw Problems("must be a list") }
        var values: [T] = []
        var problems: [Problem] = []
        for (index, element) in elements.enumerated() {
            do throws(Problems) {
                values.append(try read(element))
            } catch {
                problems += error.inside("[\(index)]").list
            }
        }
        if !problems.isEmpty { throw Problems(problems) }
        return values
    }
}
