import Encoding

/// A JSON Schema (2020-12, the dialect of OpenAPI 3.1), in the words that the description tables are written in.
struct Schema: Sendable {
    private var members: JSONObject

    var json: JSON { .object(members) }

    init(_ members: JSONObject) { self.members = members }

    /// A member of an object.
    struct Member: Sendable {
        let name: String
        let schema: Schema
        let isRequired: Bool
    }

    // MARK: Texts

    static let text = Schema(["type": "string"])
    static let uri = Schema(["type": "string", "format": "uri"])
    /// Seconds since 1970.
    static let time = Schema(["type": "integer", "description": "In seconds since 1970."])

    /// Of so many characters. Where the server counts octets the bound is the same: no text has more characters than octets.
    static func text(_ length: ClosedRange<Int64>, matching pattern: String? = nil) -> Schema {
        var schema: JSONObject = [
            "type": "string", "minLength": .integer(length.lowerBound), "maxLength": .integer(length.upperBound),
        ]
        schema["pattern"] = pattern.map { .string($0) }
        return Schema(schema)
    }

    static func text(atLeast length: Int64) -> Schema { Schema(["type": "string", "minLength": .integer(length)]) }

    static func text(matching pattern: String) -> Schema {
        Schema(["type": "string", "pattern": .string(pattern)])
    }

    /// Without control characters.
    static func line(_ length: ClosedRange<Int64>) -> Schema { text(length, matching: "^[^\\x00-\\x1F\\x7F]*$") }

    static func word(_ words: String...) -> Schema { word(among: words) }

    static func word(among words: [String]) -> Schema {
        Schema(["type": "string", "enum": .array(words.map { .string($0) })])
    }

    /// The words of a type of ours.
    static func word<Word: RawRepresentable<String> & CaseIterable>(of type: Word.Type) -> Schema {
        word(among: type.allCases.map(\.rawValue))
    }

    // MARK: Others

    static let any = Schema([:])
    static let flag = Schema(["type": "boolean"])
    static let integer = Schema(["type": "integer"])

    static func integer(_ range: ClosedRange<Int64>) -> Schema {
        Schema(["type": "integer", "minimum": .integer(range.lowerBound), "maximum": .integer(range.upperBound)])
    }

    static func integer(among numbers: [Int64]) -> Schema {
        Schema(["type": "integer", "enum": .array(numbers.map { .integer($0) })])
    }

    static func integer(atLeast minimum: Int64) -> Schema { Schema(["type": "integer", "minimum": .integer(minimum)]) }

    static func list(of items: Schema, atLeast: Int64 = 0, atMost: Int64? = nil) -> Schema {
        var schema: JSONObject = ["type": "array", "items": items.json]
        if atLeast > 0 { schema["minItems"] = .integer(atLeast) }
        schema["maxItems"] = atMost.map { .integer($0) }
        return Schema(schema)
    }

    /// Of names that are not known here.
    static func map(to values: Schema) -> Schema {
        Schema(["type": "object", "additionalProperties": values.json])
    }

    static func either(_ schemas: Schema...) -> Schema { Schema(["anyOf": .array(schemas.map(\.json))]) }

    /// One of the components.
    static func named(_ name: String) -> Schema { Schema(["$ref": .string("#/components/schemas/" + name)]) }

    /// As the server answers it: more members may come in later versions.
    static func object(_ members: Member...) -> Schema { object(members) }

    /// As the server takes it: a member that is not known is refused.
    static func exactly(_ members: Member...) -> Schema { object(members).closed }

    var closed: Schema { adding("additionalProperties", false) }

    static func object(_ members: [Member]) -> Schema {
        var schema: JSONObject = [
            "type": "object",
            "properties": .object(
                JSONObject(members: members.map { JSONObject.Member(name: $0.name, value: $0.schema.json) })),
        ]
        let required = members.filter(\.isRequired).map { JSON.string($0.name) }
        if !required.isEmpty { schema["required"] = .array(required) }
        return Schema(schema)
    }

    /// One of these members, and no other of them.
    func withOneOf(_ names: String...) -> Schema {
        adding("oneOf", .array(names.map { ["required": [.string($0)]] }))
    }

    /// Members that are not named here are part of it.
    var extensible: Schema { adding("additionalProperties", true) }

    var orNull: Schema { Schema(["anyOf": [json, ["type": "null"]]]) }

    func about(_ text: String) -> Schema { adding("description", .string(text)) }

    private func adding(_ name: String, _ value: JSON) -> Schema {
        var schema = self
        schema.members[name] = value
        return schema
    }
}

extension Schema.Member {
    static func must(_ name: String, _ schema: Schema) -> Schema.Member {
        Schema.Member(name: name, schema: schema, isRequired: true)
    }

    static func may(_ name: String, _ schema: Schema) -> Schema.Member {
        Schema.Member(name: name, schema: schema, isRequired: false)
    }

    /// What is in the answer to a creation, and not in the one that repeats it (TK-05).
    static func once(_ name: String, _ schema: Schema) -> Schema.Member {
        may(name, schema.about("Shown once: not in an answer that is repeated."))
    }

    /// In a merge patch: null takes it away (RFC 7396).
    var inPatch: Schema.Member { .may(name, schema.orNull) }
}
