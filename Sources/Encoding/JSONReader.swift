/// RFC 8259, strictly, over bytes, in one pass. Recursion is bounded by `maximumDepth`.
struct JSONReader {
    let bytes: [UInt8]
    var index = 0
    private var depth = 0
    private let maximumDepth: Int

    init(_ bytes: [UInt8], maximumDepth: Int) {
        self.bytes = bytes
        self.maximumDepth = maximumDepth
    }

    mutating func readDocument() throws(JSONError) -> JSON {
        let value = try readValue()
        guard peek() == nil else { throw error("more than one value") }
        return value
    }

    func error(_ reason: String) -> JSONError { JSONError(offset: index, reason: reason) }

    private mutating func readValue() throws(JSONError) -> JSON {
        guard let first = peek() else { throw error("a value is expected") }
        switch first {
        case UInt8(ascii: "{"): return try nested { (reader) throws(JSONError) in .object(try reader.readObject()) }
        case UInt8(ascii: "["): return try nested { (reader) throws(JSONError) in .array(try reader.readArray()) }
        case UInt8(ascii: "\""): return .string(try readString())
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try readNumber()
        case UInt8(ascii: "t"): return try read("true", as: .bool(true))
        case UInt8(ascii: "f"): return try read("false", as: .bool(false))
        case UInt8(ascii: "n"): return try read("null", as: .null)
        default: throw error("a value is expected")
        }
    }

    private mutating func nested(_ body: (inout JSONReader) throws(JSONError) -> JSON) throws(JSONError) -> JSON {
        guard depth < maximumDepth else { throw error("nested too deeply") }
        depth += 1
        index += 1
        let value = try body(&self)
        depth -= 1
        return value
    }

    private mutating func readArray() throws(JSONError) -> [JSON] {
        var elements: [JSON] = []
        if skip(UInt8(ascii: "]")) { return elements }
        repeat { elements.append(try readValue()) } while skip(UInt8(ascii: ","))
        guard skip(UInt8(ascii: "]")) else { throw error("',' or ']' is expected") }
        return elements
    }

    private mutating func readObject() throws(JSONError) -> JSONObject {
        var names = JSONNames()
        var members: [JSONObject.Member] = []
        if skip(UInt8(ascii: "}")) { return JSONObject() }
        members.reserveCapacity(JSONNames.few)
        repeat {
            guard peek() == UInt8(ascii: "\"") else { throw error("a member name is expected") }
            let start = index
            let name = try readString()
            guard names.insert(name, after: members) else {
                throw JSONError(offset: start, reason: "duplicate member name")
            }
            guard skip(UInt8(ascii: ":")) else { throw error("':' is expected") }
            members.append(JSONObject.Member(name: name, value: try readValue()))
        } while skip(UInt8(ascii: ","))
        guard skip(UInt8(ascii: "}")) else { throw error("',' or '}' is expected") }
        return JSONObject(members: members)
    }

    private mutating func read(_ literal: String, as value: JSON) throws(JSONError) -> JSON {
        for byte in literal.utf8 {
            guard index < bytes.count, bytes[index] == byte else { throw error("a value is expected") }
            index += 1
        }
        return value
    }

    /// The next byte that is not white space; nil at the end.
    private mutating func peek() -> UInt8? {
        while index < bytes.count {
            switch bytes[index] {
            case 0x20, 0x09, 0x0A, 0x0D: index += 1
            case let byte: return byte
            }
        }
        return nil
    }

    private mutating func skip(_ expected: UInt8) -> Bool {
        guard peek() == expected else { return false }
        index += 1
        return true
    }
}

/// Finds a repeated member name: pairwise while there are few, by a hash set beyond, so that time stays linear.
/// Canonically equivalent names count as repeated: a reader with Unicode comparison could not tell them apart.
private struct JSONNames {
    static let few = 8
    private var set: Set<String> = []

    mutating func insert(_ name: String, after members: [JSONObject.Member]) -> Bool {
        if members.count < Self.few { return !members.contains { $0.name == name } }
        if set.isEmpty { set = Set(members.map(\.name)) }
        return set.insert(name).inserted
    }
}
