/// The byte classes that OAuth's and FHIR's grammars are written in.
extension UInt8 {
    package var isLetter: Bool { (0x41...0x5A).contains(self) || (0x61...0x7A).contains(self) }
    package var isDigit: Bool { (0x30...0x39).contains(self) }
    var isHexDigit: Bool { isDigit || (0x41...0x46).contains(self) || (0x61...0x66).contains(self) }
    var isControl: Bool { self < 0x20 || self == 0x7F }

    /// RFC 3986 §2.3.
    var isUnreserved: Bool {
        switch self {
        case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"): true
        default: isLetter || isDigit
        }
    }

    /// RFC 3986 §3.3 without the percent sign: what a path segment may hold as it is.
    var isPathCharacter: Bool {
        switch self {
        case UInt8(ascii: "!"), UInt8(ascii: "$"), UInt8(ascii: "&")...UInt8(ascii: ","), UInt8(ascii: ";"),
            UInt8(ascii: "="), UInt8(ascii: ":"), UInt8(ascii: "@"):
            true
        default: isUnreserved
        }
    }

    /// RFC 6749 appendix A: NQCHAR, what a scope token is made of.
    var isScopeCharacter: Bool { self == 0x21 || (0x23...0x5B).contains(self) || (0x5D...0x7E).contains(self) }

    /// Printable ASCII without the space.
    var isVisible: Bool { (0x21...0x7E).contains(self) }

    package func isOne(of characters: String) -> Bool { characters.utf8.contains(self) }
}
