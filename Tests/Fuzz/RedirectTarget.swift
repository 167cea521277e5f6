import Encoding
import SMART

extension Target {
    /// RFC 6749 §3.1.2, RFC 8252 §7, RFC 9700 §4.1.
    static let redirect = Target(name: "redirect") { octets in
        guard let text = String(strictUTF8: octets) else { return }
        for type in ApplicationType.allCases {
            guard let uri = try? RedirectURI(registering: text, applicationType: type) else { continue }
            require(uri.value.hasSameOctets(as: text) && uri.matches(text), "it is itself")
            require(text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\\") }, "it is a URI")
            require(!text.utf8.contains(UInt8(ascii: "#")), "it has no fragment")
            require(
                text.hasPrefix("https://") || text.hasPrefix("http://127.0.0.1") || text.hasPrefix("http://[::1]")
                    || type == .native && uri.isPrivateUseScheme && uri.displayHost.contains("."),
                "its scheme is allowed")
            let sent = uri.appending([("code", "a b"), ("state", "é&=")], to: text)
            require(sent.hasPrefix(text) && sent.hasSuffix("code=a%20b&state=%C3%A9%26%3D"), "parameters go behind it")
            // One of the greatest length has none with them; nothing asks for it.
            if sent.utf8.count <= AbsoluteURI.maximumLength {
                require(RedirectURI.origin(of: sent) == RedirectURI.origin(of: text), "parameters change no origin")
            }
            if text.hasPrefix("https://"), let presented = text.utf8.last {
                require(!uri.matches(text + String(UnicodeScalar(presented))), "nothing longer matches")
            }
        }
    }
}
