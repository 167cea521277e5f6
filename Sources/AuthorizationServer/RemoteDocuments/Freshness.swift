import HTTP

/// How long an answer may be kept, by its own words (RFC 9111 §4.2, §5.2.2). Read for the shorter time wherever the words
/// are in doubt.
enum Freshness {
    /// Seconds from the moment the request was sent; 0: not to be kept at all. `unsaid`: where no word is said.
    static func seconds(_ headers: Headers, unsaid: Int64, longest: Int64) -> Int64 {
        var lifetime: Int64?
        for line in headers.values("cache-control") {
            guard let directives = directives(line) else { return 0 }
            for (name, argument) in directives {
                switch name {
                case "no-store", "no-cache": return 0
                case "max-age": lifetime = min(lifetime ?? .max, argument.flatMap(number) ?? 0)
                default: break
                }
            }
        }
        // A date without max-age is an older way to limit it (§5.3), and is not read.
        guard lifetime != nil || headers["expires"] == nil else { return 0 }
        let age = headers["age"].flatMap(number) ?? 0
        return max(0, min(lifetime ?? unsaid, longest) - min(age, longest))
    }

    /// `name` or `name=argument`, with commas between (RFC 9110 §5.6.1); an argument may be quoted. Nil for a quotation
    /// that does not end.
    private static func directives(_ line: String) -> [(name: String, argument: String?)]? {
        var parts: [[UInt8]] = []
        var part: [UInt8] = []
        var isQuoted = false
        var isEscaped = false
        for octet in line.utf8 {
            if octet == UInt8(ascii: ","), !isQuoted {
                parts.append(part)
                part = []
                continue
            }
            if octet == UInt8(ascii: "\""), !isEscaped { isQuoted.toggle() }
            isEscaped = isQuoted && !isEscaped && octet == UInt8(ascii: "\\")
            part.append(octet)
        }
        parts.append(part)
        return isQuoted ? nil : parts.map(directive)
    }

    private static func directive(_ part: [UInt8]) -> (name: String, argument: String?) {
        let sides = part.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
        let name = text(sides.first ?? []).lowercased()
        return (name, sides.count > 1 ? text(sides[1]) : nil)
    }

    /// Without the space around it, and without quotation marks.
    private static func text(_ octets: ArraySlice<UInt8>) -> String {
        func isSpace(_ octet: UInt8) -> Bool { octet == 0x20 || octet == 0x09 }
        var rest = octets.drop(while: isSpace)
        while let last = rest.last, isSpace(last) { rest.removeLast() }
        if rest.count >= 2, rest.first == UInt8(ascii: "\""), rest.last == UInt8(ascii: "\"") {
            rest = rest.dropFirst().dropLast()
        }
        return String(decoding: rest, as: UTF8.self)
    }

    /// RFC 9111 §1.2.2: digits alone; too many of them mean very long.
    private static func number(_ text: String) -> Int64? {
        guard !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return Int64(text) ?? .max
    }
}
