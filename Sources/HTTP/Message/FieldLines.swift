import Encoding

/// The field lines of an answer as the octets that go out, written and checked when a field is added: an answer that is the
/// same for everybody is put together once, and then only copied.
package struct FieldLines: Sendable {
    /// `name: value` with CR LF behind each.
    private(set) var octets: [UInt8] = []
    /// False as soon as a field was added that is none (HT-10). Such an answer is never sent.
    private(set) var areClean = true

    /// Adds a field. Those that frame the answer are the writer's alone, and are left out.
    mutating func append(_ name: String, _ value: String) {
        guard !Self.isOurs(name) else { return }
        guard Self.isClean(name, value) else {
            areClean = false
            return
        }
        octets.append(contentsOf: name.utf8)
        octets.append(": ")
        octets.append(contentsOf: value.utf8)
        octets.append("\r\n")
    }

    /// Takes out all fields of that name.
    mutating func remove(_ name: String) {
        guard hasField(name) else { return }
        let kept = all.filter { !FieldName.equal($0.name, name) }
        octets.removeAll(keepingCapacity: true)
        for field in kept { append(field.name, field.value) }
    }

    /// Looks at the beginning of each line, and takes none apart.
    private func hasField(_ name: String) -> Bool {
        let (lines, name) = (octets.span, name.utf8.span)
        var start = 0
        while start < lines.count {
            var length = 0
            while length < name.count, start + length < lines.count,
                lines[start + length].lowercased == name[length].lowercased
            {
                length += 1
            }
            if length == name.count, start + length < lines.count, lines[start + length] == 0x3a { return true }
            guard let end = lines.firstIndex(of: 0x0a, from: start) else { return false }
            start = end + 1
        }
        return false
    }

    /// Every field, in order. No clean one has a line end or, in its name, a colon.
    var all: [(name: String, value: String)] {
        octets.split(separator: 0x0a).compactMap { line in
            guard let colon = line.firstIndex(of: 0x3a) else { return nil }
            let value = line[colon...].dropFirst(2).dropLast()
            return (
                name: String(decoding: line[..<colon], as: UTF8.self), value: String(decoding: value, as: UTF8.self)
            )
        }
    }

    /// RFC 9110 §5.5: a name is a token, a value has no control characters.
    private static func isClean(_ name: String, _ value: String) -> Bool {
        !name.isEmpty && name.utf8.allSatisfy { OctetSet.token.contains($0) }
            && value.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7f || $0 == 0x09 }
    }

    private static func isOurs(_ name: String) -> Bool {
        switch name.utf8.count {
        case 4: FieldName.equal(name, "date")
        case 10: FieldName.equal(name, "connection")
        case 14: FieldName.equal(name, "content-length")
        case 17: FieldName.equal(name, "transfer-encoding")
        default: false
        }
    }
}
