import Testing

@testable import AuthorizationServer

@Suite struct `SE-12 every text is escaped in its context` {
    /// Each tries to leave the context it is put into: text, quoted attribute, title, URL.
    static let polyglots = [
        "<script>alert(1)</script>", "</title><script>alert(1)</script>", "\"><script>alert(1)</script>",
        "'><script>alert(1)</script>", "\" onfocus=\"alert(1)\" autofocus=\"", "' onfocus='alert(1)' autofocus='",
        "` onfocus=`alert(1)`", "javascript:alert(1)", "JaVaScRiPt:alert(1)", "java\tscript:alert(1)",
        " javascript:alert(1)",
        "\u{1}javascript:alert(1)", "data:text/html,<script>alert(1)</script>", "vbscript:msgbox(1)", "//evil.example",
        "/\\evil.example", "<img src=x onerror=alert(1)>", "<svg/onload=alert(1)>",
        "<svg><script>alert(1)</script></svg>",
        "<iframe srcdoc='<script>alert(1)</script>'>", "<base href=https://evil.example/>",
        "<meta http-equiv=refresh content='0;url=https://evil.example'>", "<form action=https://evil.example>",
        "</form><form action=https://evil.example>", "<input name=decision value=allow>", "</fieldset></form></main>",
        "<!--", "-->", "]]>", "<![CDATA[<script>alert(1)</script>]]>", "<style>*{display:none}</style>",
        "<link rel=stylesheet href=//evil.example>", "&lt;script&gt;alert(1)&lt;/script&gt;", "&#60;script&#62;",
        "&#x6A;avascript:alert(1)", "\u{0}<script>alert(1)</script>", "<scr\u{0}ipt>alert(1)</scr\u{0}ipt>",
        "\u{202E}<script>alert(1)</script>", "\u{FEFF}<script>", "+ADw-script+AD4-alert(1)+ADw-/script+AD4-",
        "jaVasCript:/*-/*`/*\\`/*'/*\"/**/(/* */oNcliCk=alert() )//%0D%0A%0d%0a//</stYle/</titLe/</teXtarEa/</scRipt/"
            + "--!>\\x3csVg/<sVg/oNloAd=alert()//>\\x3e",
        "\r\n\r\n<script>alert(1)</script>", "\\(alert)", "${alert(1)}", "{{constructor.constructor('alert(1)')()}}",
    ]

    static let style = PageStyle(
        branding: Branding(name: "Hospital"), texts: .english, stylesheetURL: "/assets/lanyard.css")
    static let harmlessShapes = Samples { _ in "x" }.pages(style).map { page in
        (try? PageReader(page.bytes))?.elements.map(\.shape) ?? []
    }

    let style = Self.style

    @Test(arguments: polyglots)
    func `no text changes the shape of any page`(polyglot: String) throws {
        let attacked = Samples { _ in polyglot }.pages(style)
        try #require(Self.harmlessShapes.count == attacked.count)
        for (expected, page) in zip(Self.harmlessShapes, attacked) {
            let shape = try PageReader(page.bytes).elements.map(\.shape)
            #expect(shape == expected, "\(page.name)")
        }
    }

    @Test(arguments: polyglots)
    func `a hospital's own name and addresses are escaped like any other text`(polyglot: String) throws {
        let style = { (text: String) in
            PageStyle(
                branding: Branding(name: text, helpURL: text, privacyURL: text), texts: .spanish, stylesheetURL: text,
                otherLanguages: [LanguageLink(texts: Texts.english.language, address: text)])
        }
        let expected = try PageReader(Samples { _ in "x" }.error().render(style("x")))
        let attacked = try PageReader(Samples { _ in "x" }.error().render(style(polyglot)))
        #expect(attacked.elements.map(\.shape) == expected.elements.map(\.shape))
    }

    @Test(arguments: polyglots)
    func `what was typed comes back as it was`(polyglot: String) throws {
        let page = try PageReader(Samples { _ in polyglot }.signIn(problem: .wrongCredentials).render(style))
        let field = try #require(page.elements.first { $0["name"] == "username" })
        #expect(field["value"] == withoutControls(polyglot))
    }

    @Test(arguments: polyglots)
    func `the scope a box stands for comes back letter for letter`(polyglot: String) throws {
        let page = try PageReader(Samples { _ in polyglot }.consent(problem: nil).render(style))
        let values = page.all("input").filter { $0["name"] == "scope" && $0["type"] == "checkbox" }.map { $0["value"] }
        #expect(values.contains(withoutControls(polyglot + "identity")))
        #expect(values.count == ScopeGroup.allCases.count * 4)
    }

    @Test(arguments: polyglots)
    func `a link leads to http or https or nowhere`(polyglot: String) throws {
        for prefix in ["", "https://app.example/", "http://app.example/?q="] {
            let sample = Samples { _ in prefix + polyglot }
            let consent = try PageReader(sample.consent(problem: nil).render(style))
            let out = SignedOutPage(returnTo: .init(clientName: "x", address: prefix + polyglot)).render(style)
            for link in try consent.all("a") + PageReader(out).all("a") {
                #expect(link["href"]?.hasPrefix("http") == true)
                #expect(prefix != "")
            }
        }
    }

    @Test func `a link target never has someone else's host behind an at sign or a backslash`() {
        let refused = [
            "https://good.example@evil.example", "https:\\\\evil.example", "https://good.example\\@evil.example",
            "https://",
            "https:///x", "ftp://x", "https://a b", "https://a\u{9}b", "https://exämple.org", "x://y", "",
        ]
        for text in refused { #expect(WebAddress(text) == nil, "\(text)") }
        #expect(WebAddress("HTTPS://Apps.Example:8443/x?y#z")?.host == "apps.example:8443")
    }

    @Test func `a name cannot turn the words around it`() throws {
        let name = "\u{202E}evil"
        let bytes = Samples { _ in name }.consent(problem: nil).render(style)
        let text = String(decoding: bytes, as: UTF8.self)
        #expect(text.contains("<h1>Allow <bdi>\u{202E}evil</bdi> to use health data?</h1>"))
    }

    private func withoutControls(_ text: String) -> String {
        let scalars = text.unicodeScalars.map { scalar in
            scalar.value < 0x20 && !["\t", "\n", "\r"].contains(scalar) ? "\u{FFFD}" : scalar
        }
        return String(String.UnicodeScalarView(scalars))
    }
}
