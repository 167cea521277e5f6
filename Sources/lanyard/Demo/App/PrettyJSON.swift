import Encoding

/// JSON laid out for people: two spaces a level, short lists of plain values on one line.
enum PrettyJSON {
    static func text(_ json: JSON) -> String { text(json, indent: "") }

    private static func text(_ json: JSON, indent: String) -> String {
        let deeper = indent + "  "
        switch json {
        case .object(let object) where !object.isEmpty:
            let members = object.members.map { member in
                "\(deeper)\(JSON.string(member.name).text): \(text(member.value, indent: deeper))"
            }
            return "{\n\(members.joined(separator: ",\n"))\n\(indent)}"
        case .array(let values) where values.contains { isNested($0) } || json.text.utf8.count > 90:
            return "[\n\(values.map { deeper + text($0, indent: deeper) }.joined(separator: ",\n"))\n\(indent)]"
        default:
            return json.text
        }
    }

    private static func isNested(_ json: JSON) -> Bool {
        switch json {
        case .object, .array: true
        default: false
        }
    }
}
