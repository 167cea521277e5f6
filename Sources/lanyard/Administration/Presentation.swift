import Encoding

/// JSON for people.
enum Presentation {
    /// An object: one line for each member; those of an object within it are named with a dot.
    static func members(_ json: JSON) -> String { Columns(rows(json, prefix: "")).text }

    private static func rows(_ json: JSON, prefix: String) -> [[String]] {
        (json.objectValue?.members ?? []).flatMap { member -> [[String]] in
            guard member.value.objectValue == nil else { return rows(member.value, prefix: prefix + member.name + ".") }
            return [[prefix + member.name, cell(member.value)]]
        }
    }

    /// A list of objects: one line for each, with the columns named; a member may be missing.
    static func table(_ elements: [JSON], _ columns: [(title: String, member: String)]) -> String {
        let rows = elements.map { element in columns.map { cell(element[$0.member] ?? .null) } }
        return Columns([columns.map(\.title)] + rows).text
    }

    private static func cell(_ json: JSON) -> String {
        switch json {
        case .null: "–"
        case .string(let text): text
        case .bool(let flag): flag ? "yes" : "no"
        case .array(let elements): elements.map(cell).joined(separator: ", ")
        default: json.text
        }
    }
}
