import SMART

/// The name of a role: lower-case letters, digits and inner hyphens, at most 64.
package struct RoleName: Sendable, Hashable, Comparable {
    package let value: String

    package init?(_ text: String) {
        guard (1...64).contains(text.utf8.count), text.utf8.first.map(Self.isLowercase) == true,
            text.utf8.last != Self.hyphen,
            text.utf8.allSatisfy({ Self.isLowercase($0) || $0.isDigit || $0 == Self.hyphen })
        else { return nil }
        value = text
    }

    package static func < (left: RoleName, right: RoleName) -> Bool { left.value < right.value }

    private static func isLowercase(_ octet: UInt8) -> Bool { (0x61...0x7A).contains(octet) }

    private static let hyphen = UInt8(ascii: "-")
}
