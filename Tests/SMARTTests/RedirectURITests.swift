import Testing

@testable import SMART

/// One registered URI and what the authorization request presents.
struct RedirectCase: Sendable, CustomTestStringConvertible {
    let registered: String
    let presented: String
    var type = ApplicationType.web
    var testDescription: String { "\(registered) (\(type)) and \(presented)" }
}

@Suite struct `AZ-01 and AZ-02 Redirect URIs are compared octet for octet` {
    @Test(arguments: [
        RedirectCase(registered: "https://app.example/cb", presented: "https://app.example/cb"),
        RedirectCase(registered: "https://app.example/cb?a=b", presented: "https://app.example/cb?a=b"),
        RedirectCase(registered: "https://app.example/cb?%FFcode=b", presented: "https://app.example/cb?%FFcode=b"),
        RedirectCase(registered: "http://127.0.0.1:3000/cb", presented: "http://127.0.0.1:3000/cb"),
        RedirectCase(registered: "http://127.0.0.1/cb", presented: "http://127.0.0.1:49152/cb", type: .native),
        RedirectCase(
            registered: "http://127.0.0.1:1/cb?x=1", presented: "http://127.0.0.1:65535/cb?x=1", type: .native),
        RedirectCase(registered: "http://127.0.0.1:1/cb", presented: "http://127.0.0.1/cb", type: .native),
        RedirectCase(registered: "http://[::1]/cb", presented: "http://[::1]:8080/cb", type: .native),
        RedirectCase(registered: "com.example.app:/cb", presented: "com.example.app:/cb", type: .native),
    ])
    func `the same matches`(line: RedirectCase) throws {
        #expect(try RedirectURI(registering: line.registered, applicationType: line.type).matches(line.presented))
    }

    @Test(arguments: [
        "https://app.example/cb/", "https://app.example/cb?", "https://app.example/cb#", "https://app.example/cb?x=1",
        "https://app.example/CB", "HTTPS://app.example/cb", "https://APP.example/cb", "https://app.example:443/cb",
        "https://app.example/./cb", "https://app.example/x/../cb", "https://app.example/%63b", "http://app.example/cb",
        "https://app.example.evil.example/cb", "https://evil.example/cb", "https://app.example@evil.example/cb",
        "https://app.example/cb/../evil", "https://app.example\\@evil.example/cb", " https://app.example/cb",
        "https://app.example/cb\n", "https://app.example/c", "", "https://app.example./cb", "//app.example/cb",
    ])
    func `nothing else matches an https URI`(presented: String) throws {
        let native = try RedirectURI(registering: "https://app.example/cb", applicationType: .native)
        #expect(try !RedirectURI(registering: "https://app.example/cb").matches(presented))
        #expect(!native.matches(presented))
    }

    @Test func `canonically equivalent is not the same`() throws {
        #expect(try !RedirectURI(registering: "https://app.example/K").matches("https://app.example/\u{212A}"))
    }

    @Test(arguments: [
        "http://127.0.0.1:8080/cb/", "http://127.0.0.1:8080/other", "http://127.0.0.2:8080/cb",
        "http://localhost:8080/cb",
        "http://[::1]:8080/cb", "https://127.0.0.1:8080/cb", "http://127.0.0.1:/cb", "http://127.0.0.1:0/cb",
        "http://127.0.0.1:65536/cb", "http://127.0.0.1:8080:1/cb", "http://127.0.0.1:80x/cb", "http://127.0.0.1:-1/cb",
        "http://127.0.0.1.evil.example/cb", "http://127.0.0.1@evil.example/cb", "http://127.0.0.1:8080@evil.example/cb",
        "http://127.0.0.1:8080/cb?x=1", "http://127.0.0.1:8080/cb#x", "HTTP://127.0.0.1:8080/cb",
        "http://127.1:8080/cb",
        "http://127.0.0.1:000080/cb", "http://127.0.0.1:8080", "http://127.0.0.1:+80/cb",
    ])
    func `AZ-02: only the port of a loopback literal is free`(presented: String) throws {
        #expect(try !RedirectURI(registering: "http://127.0.0.1/cb", applicationType: .native).matches(presented))
    }

    @Test func `AZ-02: the port is free for native clients only`() throws {
        #expect(try !RedirectURI(registering: "http://127.0.0.1:3000/cb").matches("http://127.0.0.1:3001/cb"))
    }
}

@Suite struct `AZ-03, AZ-05, AZ-06, REG-4 What can be registered` {
    @Test(arguments: [
        ("", RedirectURIError.malformed), ("/cb", .malformed), ("app.example/cb", .malformed), ("https:", .malformed),
        ("https:app.example", .malformed), ("https:///cb", .malformed), ("https://", .malformed),
        ("https://app.example\\cb", .malformed), ("https://app.example/a b", .malformed),
        ("https://app.example/\n", .malformed),
        ("https://app.example/\u{0}", .malformed), ("https://app.example/ä", .malformed),
        ("https://app.example/%", .malformed),
        ("https://app.example/%4", .malformed), ("https://app.example:99999/", .malformed),
        ("https://app.example:/", .malformed),
        ("https://app%2eexample/", .malformed), ("https://[::1/", .malformed), ("java\tscript:alert(1)", .malformed),
        (" javascript:alert(1)", .malformed), ("https://a.example/\"", .malformed),
        ("https://a.example/<x>", .malformed),
        ("https://app.example/cb#", .fragment), ("https://app.example/cb#x", .fragment),
        ("https://user@app.example/cb", .userInformation), ("https://user:p@app.example/", .userInformation),
        ("https://@app.example/", .userInformation), ("https://app.example/*", .wildcard),
        ("https://*.example/", .malformed),
        ("https://app.example/cb?a=*", .wildcard), ("HTTPS://app.example/cb", .upperCaseScheme),
        ("http://app.example/cb", .plainHTTP), ("http://localhost:3000/cb", .plainHTTP),
        ("http://127.0.0.2/", .plainHTTP),
        ("http://127.0.0.1.nip.example/", .plainHTTP), ("http://[::2]/", .plainHTTP), ("http:/cb", .plainHTTP),
        ("javascript:alert(1)", .schemeNotAllowed("javascript")), ("JavaScript:alert(1)", .upperCaseScheme),
        ("data:text/html,x", .schemeNotAllowed("data")), ("vbscript:x", .schemeNotAllowed("vbscript")),
        ("file:/etc/passwd", .schemeNotAllowed("file")), ("blob:https://a.example/1", .schemeNotAllowed("blob")),
        ("about:blank", .schemeNotAllowed("about")), ("ftp://app.example/", .schemeNotAllowed("ftp")),
        ("myapp:/cb", .schemeNotAllowed("myapp")), ("urn:ietf:wg:oauth:2.0:oob", .schemeNotAllowed("urn")),
        ("https://app.example/cb?code=1", .responseParameter("code")),
        ("https://app.example/cb?a=b&state=1", .responseParameter("state")),
        ("https://app.example/cb?iss", .responseParameter("iss")),
        ("https://app.example/cb?%65rror=1", .responseParameter("error")),
    ])
    func `is refused with the reason`(text: String, expected: RedirectURIError) {
        #expect(throws: expected) { try RedirectURI(registering: text, applicationType: .native) }
        #expect(!expected.reason.isEmpty)
    }

    @Test func `a private-use scheme is for native applications`() throws {
        #expect(throws: RedirectURIError.privateUseSchemeOfWebApplication) {
            try RedirectURI(registering: "com.example.app:/cb", applicationType: .web)
        }
        let uri = try RedirectURI(registering: "com.example.app:/cb", applicationType: .native)
        #expect(uri.isPrivateUseScheme)
        #expect(uri.displayHost == "com.example.app")
        #expect(RedirectURI.origin(of: uri.value) == nil)
    }

    @Test(arguments: [
        ("https://App.example:8443/cb", "App.example", "https://app.example:8443"),
        ("https://app.example:443/cb", "app.example", "https://app.example"),
        ("http://127.0.0.1:3000/cb", "127.0.0.1", "http://127.0.0.1:3000"),
        ("http://[::1]/cb", "[::1]", "http://[::1]"),
    ])
    func `the host is shown and the origin derived`(text: String, host: String, origin: String) throws {
        let uri = try RedirectURI(registering: text, applicationType: .web)
        #expect(uri.displayHost == host)
        #expect(RedirectURI.origin(of: text) == origin)
        #expect(!uri.isPrivateUseScheme)
    }

    @Test func `over 2048 characters is refused`() {
        let base = "https://app.example/"
        #expect(throws: Never.self) {
            try RedirectURI(registering: base + String(repeating: "x", count: 2048 - base.utf8.count))
        }
        #expect(throws: RedirectURIError.malformed) {
            try RedirectURI(registering: base + String(repeating: "x", count: 2049 - base.utf8.count))
        }
    }

    @Test(arguments: [
        ("https://app.example/cb", "https://app.example/cb?code=a%20b&state=%26%3D%23%0D%0A%C3%A4"),
        ("https://app.example/cb?x=1", "https://app.example/cb?x=1&code=a%20b&state=%26%3D%23%0D%0A%C3%A4"),
        ("https://app.example/cb?", "https://app.example/cb?code=a%20b&state=%26%3D%23%0D%0A%C3%A4"),
        ("https://app.example/cb?x=1&", "https://app.example/cb?x=1&code=a%20b&state=%26%3D%23%0D%0A%C3%A4"),
    ])
    func `AUTHZ-30: response parameters go behind the registered query, escaped`(text: String, result: String) throws {
        let uri = try RedirectURI(registering: text)
        #expect(uri.appending([("code", "a b"), ("state", "&=#\r\nä")], to: text) == result)
        #expect(uri.appending([], to: text) == text)
    }
}
