import Encoding
import SMART

extension SMARTStyle {
    /// The properties themselves, or the path of a JSON file that holds them.
    init(_ json: JSON, paths: PathBase) throws(SettingProblems) {
        guard let path = json.stringValue else {
            self = try Self.properties(json)
            return
        }
        self = try Self.properties(try Self.file(paths.resolve(path)))
    }

    private static func file(_ path: String) throws(SettingProblems) -> JSON {
        let bytes: [UInt8]
        do throws(FileAccess.Failure) {
            bytes = try FileAccess.read(path, limit: 65_536)
        } catch {
            throw SettingProblems("the file cannot be read: \(error.reason)")
        }
        do throws(JSONError) {
            return try JSON(parsing: bytes)
        } catch {
            throw SettingProblems(
                "the file is not JSON: \(error.reason) (\(TextPlace(of: error.offset, in: bytes).text))")
        }
    }

    private static func properties(_ json: JSON) throws(SettingProblems) -> SMARTStyle {
        var members = try MemberReader(json)
        var values: [Property: String] = [:]
        for property in Property.allCases { values[property] = members.text(property.rawValue) }
        try members.finish()
        return SMARTStyle(values)
    }
}
