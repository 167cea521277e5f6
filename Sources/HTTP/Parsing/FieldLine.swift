/// RFC 9112 §5: `name: value`, the name a token with the colon right behind it.
enum FieldLine {
    static func read(_ octets: Span<UInt8>, _ line: Range<Int>) throws(ParseFailure) -> Headers.Field {
        var colon = line.lowerBound
        while colon < line.upperBound, OctetSet.token.contains(octets[colon]) { colon &+= 1 }
        guard colon > line.lowerBound, colon < line.upperBound, octets[colon] == 0x3a else {
            throw .malformed("a field line is folded, or is not a name with a colon right behind it")
        }
        let value = octets.trimmed((colon &+ 1)..<line.upperBound)
        guard octets.isFieldText(value) else { throw .malformed("a field value holds a control character") }
        return Headers.Field(name: line.lowerBound..<colon, value: value)
    }
}
