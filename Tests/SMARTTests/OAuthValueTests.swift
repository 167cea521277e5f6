import Testing

@testable import SMART

@Suite struct `AZ-10 RFC 7636 §4.1 and §4.2` {
    private static let unreserved = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"

    @Test(arguments: [(42, false), (43, true), (64, true), (128, true), (129, false), (0, false)])
    func `a verifier has 43 to 128 characters`(count: Int, isAccepted: Bool) {
        #expect((CodeVerifier(String(repeating: "a", count: count)) != nil) == isAccepted)
    }

    @Test(arguments: [(42, false), (43, true), (44, false), (0, false)])
    func `a challenge has exactly 43 characters`(count: Int, isAccepted: Bool) {
        #expect((CodeChallenge(String(repeating: "A", count: count)) != nil) == isAccepted)
    }

    @Test func `a verifier is made of the 66 unreserved characters, a challenge of the 64 of base64url`() {
        let tail = String(repeating: "a", count: 42)
        for scalar in (0...0x17F).compactMap(Unicode.Scalar.init) {
            let isUnreserved = Self.unreserved.unicodeScalars.contains(scalar)
            #expect((CodeVerifier(tail + String(scalar)) != nil) == isUnreserved)
            #expect((CodeChallenge(tail + String(scalar)) != nil) == (isUnreserved && scalar != "." && scalar != "~"))
        }
    }

    @Test func `a verifier does not print itself`() throws {
        let verifier = try #require(CodeVerifier(String(repeating: "s", count: 43)))
        #expect("\(verifier)" == "‹secret›")
    }
}

@Suite struct `RFC 6749 and OpenID Connect parameter values` {
    @Test(arguments: [
        ("a", true), ("", false), ("a b", false), ("ä", false), ("a\n", false), ("{x}~!", true), ("a\u{7F}", false),
    ])
    func `a client_id is visible ASCII`(text: String, isAccepted: Bool) {
        #expect((ClientID(text) != nil) == isAccepted)
    }

    @Test func `lengths are bounded in octets`() {
        #expect(ClientID(String(repeating: "a", count: 255)) != nil)
        #expect(ClientID(String(repeating: "a", count: 256)) == nil)
        #expect(State(String(repeating: "ä", count: 2048))?.value.utf8.count == 4096)
        #expect(State(String(repeating: "ä", count: 2049)) == nil)
        #expect(State("") == nil)
        #expect(State("<script>\r\n\"")?.value == "<script>\r\n\"")
        #expect(Nonce(String(repeating: "n", count: 512)) != nil)
        #expect(Nonce(String(repeating: "n", count: 513)) == nil)
        #expect(LoginHint("anna@example.org") != nil)
        #expect(LoginHint("a\nb") == nil)
    }

    private static let prompts: [(String, Set<Prompt>)] = [
        ("none", [.none]), ("login consent", [.login, .consent]), ("select_account", [.selectAccount]),
        ("login login", [.login]), ("", []),
    ]

    @Test(arguments: prompts)
    func `prompt is a list`(text: String, prompts: Set<Prompt>) {
        #expect(Prompt.list(text) == prompts)
    }

    @Test(arguments: ["none login", "login none", "Login", "other", "login,consent"])
    func `an unknown prompt, or none beside another, is no list`(text: String) {
        #expect(Prompt.list(text) == nil)
    }

    @Test(arguments: [
        ("https://as.example", true), ("https://as.example/tenant", true), ("http://127.0.0.1:8080", true),
        ("https://as.example/", false), ("https://as.example?x", false), ("https://as.example#", false),
        ("https://u@as.example", false), ("as.example", false), ("ftp://as.example", false), ("", false),
    ])
    func `RFC 8414 §2: an issuer is a URL without query, fragment and trailing slash`(text: String, isAccepted: Bool) {
        #expect((Issuer(text) != nil) == isAccepted)
        #expect(Issuer(text)?.isHTTPS != !text.hasPrefix("https:"))
    }

    @Test(arguments: [
        ("https://fhir.example/r4", "https://fhir.example/r4"), ("https://fhir.example/r4/", "https://fhir.example/r4"),
        ("http://localhost:8080/fhir", "http://localhost:8080/fhir"), ("https://fhir.example", "https://fhir.example"),
        ("https://FHIR.example/R4", "https://FHIR.example/R4"),
    ])
    func `AUTHZ-7: a FHIR base URL loses one trailing slash and nothing else`(text: String, value: String) {
        #expect(FHIRBaseURL(text)?.value == value)
    }

    @Test(arguments: [
        "", "fhir.example/r4", "https://fhir.example/r4//", "https://fhir.example/r4?x=1", "https://fhir.example/r4#x",
        "https://a@fhir.example/r4", "ftp://fhir.example/r4", "https:///r4", "https://fhir.example/r 4",
        "javascript:alert(1)",
    ])
    func `and is nothing else`(text: String) {
        #expect(FHIRBaseURL(text) == nil)
    }

    @Test(arguments: [
        ("1", true), ("a-B.9", true), (String(repeating: "x", count: 64), true),
        (String(repeating: "x", count: 65), false),
        ("", false), (".", false), ("..", false), ("a/b", false), ("a_b", false), ("ä", false), ("a\n", false),
    ])
    func `a FHIR id`(text: String, isAccepted: Bool) {
        #expect((FHIRID(text) != nil) == isAccepted)
    }

    @Test(arguments: ["Practitioner/9", "Patient/1", "PractitionerRole/a", "RelatedPerson/x.y", "Person/0"])
    func `OIDC-2: a FHIR user is one of five types and absolute in the claim`(text: String) throws {
        let user = try #require(FHIRUser(text))
        let base = try #require(FHIRBaseURL("https://fhir.example/r4/"))
        #expect(user.relative == text)
        #expect(user.absolute(base: base) == "https://fhir.example/r4/\(text)")
    }

    @Test(arguments: [
        "Device/1", "Patient", "Patient/", "/1", "Patient/1/2", "patient/1", "https://x.example/Patient/1",
        "Patient/..", "",
    ])
    func `OIDC-2: and nothing else`(text: String) {
        #expect(FHIRUser(text) == nil)
    }

    @Test func `RFC 6749 §5.2: every error code has its wire name and status`() {
        #expect(Set(OAuthErrorCode.allCases.map(\.rawValue)).count == 24)
        let unusual = OAuthErrorCode.allCases.filter { $0.status != 400 }.map { "\($0.rawValue) \($0.status)" }
        #expect(
            unusual == [
                "invalid_client 401", "server_error 500", "temporarily_unavailable 503", "invalid_token 401",
                "insufficient_scope 403",
            ])
        for code in OAuthErrorCode.allCases {
            #expect(
                code.rawValue.utf8.allSatisfy { ("a"..."z").contains(Unicode.Scalar($0)) || $0 == UInt8(ascii: "_") })
        }
    }

    @Test(arguments: [
        "https://a.example", "https://a.example:8443/x?y=z#f", "http://127.0.0.1:3000/", "http://localhost:4567/launch",
        "http://[::1]/",
    ])
    func `AZ-06: a web URL is https, or http on the machine itself`(text: String) {
        #expect(WebURL(text)?.value == text)
    }

    @Test(arguments: [
        "http://a.example/", "javascript:alert(1)", "JaVaScRiPt:alert(1)", "java\tscript:alert(1)",
        " https://a.example/",
        "data:text/html,x", "vbscript:x", "file:///x", "blob:https://a.example/x", "about:blank",
        "https://u:p@a.example/",
        "//a.example/", "https:a.example", "https://a.example/\u{202E}", "http://localhost.evil.example/", "",
    ])
    func `AZ-06: and nothing else`(text: String) {
        #expect(WebURL(text) == nil)
    }
}
