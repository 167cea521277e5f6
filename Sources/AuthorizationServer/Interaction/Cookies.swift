import HTTP

/// The cookies that this server sets. Over https they carry the `__Host-` prefix and Secure (SE-03); over
/// loopback http, where browsers would drop such cookies, plain names.
struct Cookies: Sendable {
    private let isSecure: Bool

    init(isSecure: Bool) {
        self.isSecure = isSecure
    }

    /// Who is signed in at this browser.
    var session: String { name("lanyard-session") }

    /// Binds the sign-in form of a person's own page to the browser that it was shown in (SE-07).
    var signIn: String { name("lanyard-sign-in") }

    /// The language that a person chose in the footer of a page.
    var language: String { name("lanyard-language") }

    /// Binds one interaction to the browser that began it (AZ-29). One cookie each, so that two launches in two tabs
    /// do not meet, and none has to be read from a cross-site POST, which comes without cookies (checklist AUTHZ-3).
    func interaction(_ id: Int64) -> String { name("lanyard-interaction-\(id)") }

    /// `Set-Cookie` for a value; `maxAge` in seconds, 0 removes it.
    func set(_ name: String, _ value: String, maxAge: Int64? = nil) -> (String, String) {
        let age = maxAge.map { "; Max-Age=\($0)" } ?? ""
        return ("Set-Cookie", "\(name)=\(value); Path=/; HttpOnly; SameSite=Lax\(isSecure ? "; Secure" : "")\(age)")
    }

    private func name(_ plain: String) -> String { isSecure ? "__Host-" + plain : plain }
}
