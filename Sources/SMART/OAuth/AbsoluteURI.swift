/// A URI with a scheme, cut into its parts (RFC 3986 §3) by the grammar and nothing more lenient: what browsers and
/// servers might read differently (a backslash, a space, an escaped host) is no URI here.
package struct AbsoluteURI: Sendable, Equatable {
    package struct Authority: Sendable, Equatable {
        package let hasUserInformation: Bool
        /// As written; an IPv6 literal keeps its brackets.
        package let host: String
        package let port: UInt16?
    }

    package let text: String
    /// In lower case.
    package let scheme: String
    package let authority: Authority?
    package let path: String
    package let query: String?
    package let fragment: String?

    package static let maximumLength = 2048

    package init?(_ text: String) {
        guard text.utf8.count <= Self.maximumLength, let colon = text.utf8.firstIndex(of: UInt8(ascii: ":")),
            let scheme = Self.scheme(text.utf8[..<colon])
        else { return nil }
        var rest = text.utf8[text.utf8.index(after: colon)...]
        fragment = Self.cut(&rest, at: "#")
        query = Self.cut(&rest, at: "?")
        if rest.starts(with: "//".utf8) {
            rest = rest.dropFirst(2)
            let end = rest.firstIndex(of: UInt8(ascii: "/")) ?? rest.endIndex
            guard let authority = Authority(rest[..<end]) else { return nil }
            self.authority = authority
            rest = rest[end...]
        } else {
            authority = nil
        }
        path = String(Substring(rest))
        guard Self.isMadeOf(path, also: "/"), Self.isMadeOf(query ?? "", also: "/?"),
            Self.isMadeOf(fragment ?? "", also: "/?"), authority != nil || !path.isEmpty
        else { return nil }
        self.text = text
        self.scheme = scheme
    }

    /// RFC 6454 §6.2: scheme, host and, where it is not the scheme's own, port. Only web schemes have an origin here.
    package var origin: String? {
        guard let authority, scheme == "https" || scheme == "http" else { return nil }
        let own: UInt16 = scheme == "https" ? 443 : 80
        let port = authority.port.map { $0 == own ? "" : ":\($0)" } ?? ""
        return "\(scheme)://\(authority.host.lowercased())\(port)"
    }

    /// RFC 8252 §7.3: the IP literals, which no resolver can point elsewhere; `localhost` is a name.
    package var isLoopbackLiteral: Bool { authority?.host == "127.0.0.1" || authority?.host == "[::1]" }

    /// AZ-06: schemes that run or read something instead of going somewhere.
    package var isDangerous: Bool { Self.dangerousSchemes.contains(scheme) }

    private static let dangerousSchemes: Set<String> = [
        "about", "blob", "chrome", "data", "file", "filesystem", "jar", "javascript", "resource", "vbscript",
        "view-source",
    ]

    private static func scheme(_ bytes: Substring.UTF8View) -> String? {
        guard let first = bytes.first, first.isLetter, bytes.count <= 64,
            bytes.allSatisfy({ $0.isLetter || $0.isDigit || $0.isOne(of: "+-.") })
        else { return nil }
        return String(Substring(bytes)).lowercased()
    }

    /// Takes what follows the first `mark` off the end of `rest`.
    private static func cut(_ rest: inout Substring.UTF8View, at mark: Unicode.Scalar) -> String? {
        guard let index = rest.firstIndex(of: UInt8(ascii: mark)) else { return nil }
        let tail = rest[rest.index(after: index)...]
        rest = rest[..<index]
        return String(Substring(tail))
    }

    /// Path characters, whole percent escapes, and the characters of `extra`.
    private static func isMadeOf(_ part: String, also extra: String) -> Bool {
        var digitsDue = 0
        for byte in part.utf8 {
            if digitsDue > 0 {
                guard byte.isHexDigit else { return false }
                digitsDue -= 1
            } else if byte == UInt8(ascii: "%") {
                digitsDue = 2
            } else if !byte.isPathCharacter && !byte.isOne(of: extra) {
                return false
            }
        }
        return digitsDue == 0
    }
}

extension AbsoluteURI.Authority {
    init?(_ bytes: Substring.UTF8View) {
        var host = bytes
        if let at = bytes.lastIndex(of: UInt8(ascii: "@")) {
            hasUserInformation = true
            host = bytes[bytes.index(after: at)...]
        } else {
            hasUserInformation = false
        }
        if let colon = host.lastIndex(of: UInt8(ascii: ":")), host.last != UInt8(ascii: "]") {
            let digits = host[host.index(after: colon)...]
            guard (1...5).contains(digits.count), digits.allSatisfy(\.isDigit),
                let port = UInt16(Substring(digits)), port > 0
            else { return nil }
            self.port = port
            host = host[..<colon]
        } else {
            port = nil
        }
        guard Self.isHost(host) else { return nil }
        self.host = String(Substring(host))
    }

    /// A name or IPv4 address of letters, digits, dots and hyphens, or an IPv6 literal; international names in Punycode.
    private static func isHost(_ host: Substring.UTF8View) -> Bool {
        guard let first = host.first, host.count <= 255 else { return false }
        if first == UInt8(ascii: "[") {
            return host.count > 3 && host.last == UInt8(ascii: "]")
                && host.dropFirst().dropLast().allSatisfy { $0.isHexDigit || $0.isOne(of: ":.") }
        }
        return first != UInt8(ascii: ".") && host.allSatisfy { $0.isLetter || $0.isDigit || $0.isOne(of: ".-_") }
    }
}
