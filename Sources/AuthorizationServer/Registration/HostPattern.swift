import Encoding

/// A host, or with a leading dot all hosts below a domain.
package struct HostPattern: Sendable, Equatable {
    private let text: String

    /// Lower-case labels of letters, digits and inner hyphens; nil for anything else, and for a whole top-level domain.
    package init?(_ text: String) {
        let isSuffix = text.utf8.first == UInt8(ascii: ".")
        let labels = (isSuffix ? text.dropFirst() : text[...]).split(separator: ".", omittingEmptySubsequences: false)
        guard text.utf8.count <= 255, labels.allSatisfy(Self.isLabel), labels.count > (isSuffix ? 1 : 0) else {
            return nil
        }
        self.text = text
    }

    /// Host names have no letter case (RFC 3986 §3.2.2).
    func matches(_ host: String) -> Bool {
        let host = host.lowercased()
        guard text.utf8.first == UInt8(ascii: ".") else { return host.hasSameOctets(as: text) }
        return host.utf8.count > text.utf8.count && host.utf8.suffix(text.utf8.count).elementsEqual(text.utf8)
    }

    private static func isLabel(_ label: Substring) -> Bool {
        let octets = label.utf8
        return (1...63).contains(octets.count) && octets.first != UInt8(ascii: "-") && octets.last != UInt8(ascii: "-")
            && octets.allSatisfy { octet in
                (0x61...0x7A).contains(octet) || (0x30...0x39).contains(octet) || octet == UInt8(ascii: "-")
            }
    }
}
