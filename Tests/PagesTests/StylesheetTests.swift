import Testing

@testable import AuthorizationServer

@Suite struct `Stylesheet and colours` {
    private func css(_ branding: Branding) -> String { String(decoding: Stylesheet(branding).css, as: UTF8.self) }

    /// WCAG 2.2, 1.4.3: what is written on what.
    @Test(arguments: [Stylesheet.Palette.light, .dark])
    func `every text colour reads on every ground it stands on`(palette: Stylesheet.Palette) {
        for ground in [palette.page, palette.card, palette.well] {
            #expect(palette.text.contrast(with: ground) >= 7)
            #expect(palette.muted.contrast(with: ground) >= 4.5)
            #expect(palette.edge.contrast(with: ground) >= 3)
        }
        #expect(palette.problem.contrast(with: palette.problemGround) >= 4.5)
        #expect(palette.problem.contrast(with: palette.card) >= 3)
        for ground in [palette.cautionGround, palette.card, palette.well] {
            #expect(palette.caution.contrast(with: ground) >= 4.5)
        }
    }

    @Test(arguments: [Stylesheet.Palette.light, .dark])
    func `whatever accent a hospital chooses can be read, on light and on dark`(palette: Stylesheet.Palette) throws {
        let levels: [UInt8] = [0, 51, 102, 153, 204, 255]
        for red in levels {
            for green in levels {
                for blue in levels {
                    let lines = palette.variables(accent: Colour(red: red, green: green, blue: blue)).split(
                        separator: "\n")
                    let value = { (name: String) in
                        lines.first { $0.hasPrefix("--\(name): ") }.flatMap { Colour(String($0.dropLast().suffix(7))) }
                    }
                    let accent = try #require(value("accent"))
                    for ground in [palette.page, palette.card, palette.well] {
                        #expect(accent.contrast(with: ground) >= 4.5)
                    }
                    let (ink, ground) = (try #require(value("on-accent")), try #require(value("accent-ground")))
                    let pressed = try #require(value("accent-strong"))
                    #expect(ink.contrast(with: accent) >= 4.5 && ink.contrast(with: pressed) >= 4.5)
                    #expect(palette.text.contrast(with: ground) >= 4.5 && palette.muted.contrast(with: ground) >= 4.5)
                }
            }
        }
    }

    @Test func `the path changes with the content and only with it`() {
        let one = Stylesheet(Branding(name: "A", accent: Colour(red: 1, green: 2, blue: 3)))
        #expect(one.path == Stylesheet(Branding(name: "B", accent: Colour(red: 1, green: 2, blue: 3))).path)
        #expect(one.path != Stylesheet(Branding(name: "A")).path)
        #expect(one.path.hasPrefix("/assets/lanyard-") && one.path.hasSuffix(".css"))
    }

    @Test func `FNV-1a, 64 bits: the published vectors`() {
        #expect(ContentHash([]).text == "cbf29ce484222325")
        #expect(ContentHash(Array("a".utf8)).text == "af63dc4c8601ec8c")
        #expect(ContentHash(Array("foobar".utf8)).text == "85944171f73967e8")
    }

    @Test func `SE-10: it loads nothing`() {
        for word in ["url(", "@import", "http:", "https:", "expression", "<"] {
            #expect(!css(Branding(name: "A")).contains(word))
        }
    }

    @Test func `it knows dark, forced colours, print and the focus`() {
        let rules = css(Branding(name: "A"))
        for part in ["prefers-color-scheme: dark", "forced-colors: active", "@media print", ":focus-visible"] {
            #expect(rules.contains(part))
        }
        #expect(rules.filter { $0 == "{" }.count == rules.filter { $0 == "}" }.count)
    }

    @Test func `every variable used is defined`() {
        let rules = css(Branding(name: "A"))
        for use in rules.split(separator: "var(").dropFirst() {
            let name = use.prefix { $0 != ")" }
            #expect(rules.contains("\n\(name): #"), "\(name)")
        }
    }

    @Test(arguments: [
        "", "#", "#12345", "#1234567", "123456", "#12345g", "#+12345", "red", "#12 456", "#１２３４５６", "#123456;",
    ])
    func `a colour that is not #rrggbb is refused`(text: String) {
        #expect(Colour(text) == nil)
    }

    @Test func `a colour prints as it was read`() {
        #expect(Colour("#0B5c7a")?.css == "#0b5c7a" && Colour("#000000") == .black)
    }

    @Test func `WCAG 2.2: contrast of black and white is 21`() {
        #expect(abs(Colour.black.contrast(with: .white) - 21) < 0.001)
        #expect(abs(Colour.white.contrast(with: .white) - 1) < 0.001)
    }

    @Test(arguments: Logo.Format.allCases)
    func `a logo is served by this server under a name made of its content`(format: Logo.Format) throws {
        let logo = Logo(bytes: [1, 2, 3], format: format)
        #expect(logo.path.hasPrefix("/assets/logo-") && logo.path.hasSuffix(".\(format.fileExtension)"))
        #expect(logo.path != Logo(bytes: [1, 2, 4], format: format).path)
        let style = PageStyle(
            branding: Branding(name: "A", logo: logo), texts: .english, stylesheetURL: "/assets/x.css")
        let page = try PageReader(SignedOutPage(returnTo: nil).render(style))
        #expect(page.all("img").map { $0["src"] } == [logo.path])
        #expect(page.all("svg").isEmpty && page.all("img").first?["alt"] == "")
        let below = PageStyle(
            branding: style.branding, texts: .english, stylesheetURL: "/a/x.css", logoURL: "/a" + logo.path)
        let moved = try PageReader(SignedOutPage(returnTo: nil).render(below))
        #expect(moved.all("img").first?["src"] == "/a" + logo.path)
    }
}
