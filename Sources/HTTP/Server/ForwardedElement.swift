/// RFC 7239 §4: what one proxy says of the connection it took.
struct ForwardedElement: Equatable {
    private(set) var address: IPAddress?
    private(set) var proto: String?

    /// The elements of one field value. A malformed value says nothing that could be trusted: one empty element.
    static func parse(_ value: String) -> [ForwardedElement] {
        var reader = Reader(rest: Array(value.utf8)[...])
        return reader.elements() ?? [ForwardedElement()]
    }

    /// RFC 7239 §6: an address, perhaps with a port; IPv6 in brackets. `X-Forwarded-For` has IPv6 bare as well.
    /// `unknown` and obfuscated names are no address.
    static func address(_ node: String) -> IPAddress? {
        if let bare = IPAddress(node) { return bare }
        if node.utf8.first == UInt8(ascii: "[") {
            guard let end = node.utf8.firstIndex(of: UInt8(ascii: "]")) else { return nil }
            let inside = String(node[node.index(after: node.startIndex)..<end])
            return isPort(node[node.index(after: end)...]) ? IPAddress(inside) : nil
        }
        guard let colon = node.utf8.firstIndex(of: UInt8(ascii: ":")) else { return nil }
        return isPort(node[colon...]) ? IPAddress(String(node[..<colon])) : nil
    }

    private static func isPort(_ text: Substring) -> Bool {
        text.isEmpty
            || text.utf8.first == UInt8(ascii: ":") && (2...6).contains(text.utf8.count)
                && text.utf8.dropFirst().allSatisfy(\.isDigit)
    }

    /// A parameter name at most once in an element (RFC 7239 §4).
    private mutating func set(_ name: String, _ value: String, seen: inout Set<String>) -> Bool {
        guard seen.insert(name).inserted else { return false }
        if name == "for" { address = Self.address(value) }
        if name == "proto" { proto = value.lowercased() }
        return true
    }

    private struct Reader {
        var rest: ArraySlice<UInt8>

        mutating func elements() -> [ForwardedElement]? {
            var elements: [ForwardedElement] = []
            repeat {
                guard let element = element() else { return nil }
                elements.append(element)
            } while take(UInt8(ascii: ","))
            return rest.isEmpty ? elements : nil
        }

        private mutating func element() -> ForwardedElement? {
            var element = ForwardedElement()
            var seen: Set<String> = []
            repeat {
                skipBlanks()
                let name = token().lowercased()
                guard !name.isEmpty, take(UInt8(ascii: "=")), let value = value() else { return nil }
                guard element.set(name, value, seen: &seen) else { return nil }
                skipBlanks()
            } while take(UInt8(ascii: ";"))
            return element
        }

        private mutating func value() -> String? {
            guard take(UInt8(ascii: "\"")) else {
                let text = token()
                return text.isEmpty ? nil : text
            }
            var text: [UInt8] = []
            while let octet = rest.popFirst() {
                if octet == UInt8(ascii: "\"") { return String(validating: text, as: UTF8.self) }
                if octet == UInt8(ascii: "\\") {
                    guard let escaped = rest.popFirst() else { return nil }
                    text.append(escaped)
                } else {
                    text.append(octet)
                }
            }
            return nil
        }

        private mutating func token() -> String {
            let octets = rest.prefix { OctetSet.token.contains($0) }
            rest = rest.dropFirst(octets.count)
            return String(decoding: octets, as: UTF8.self)
        }

        private mutating func skipBlanks() { rest = rest.drop { $0 == 0x20 || $0 == 0x09 } }

        private mutating func take(_ octet: UInt8) -> Bool {
            guard rest.first == octet else { return false }
            rest = rest.dropFirst()
            return true
        }
    }
}
