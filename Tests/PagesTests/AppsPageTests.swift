import SMART
import Testing

@testable import AuthorizationServer

@Suite struct `REV-7 the page of what apps may do` {
    let style = PageStyle(branding: Branding(name: "Hospital"), texts: .english, stylesheetURL: "/x.css")

    private func page(
        _ scope: String, patients: [String] = ["Ana Díaz"], more: Int = 0, lastUsed: Int64? = 1_793_448_000,
        duration: AppSummary.Duration? = .offline, documentHost: String? = nil
    ) throws -> PageReader {
        let app = AppSummary(
            clientID: "growth", name: "Growth Chart", publisherURI: "https://apps.example/growth",
            documentHost: documentHost, scope: ScopeSet(parsing: scope), patients: patients, morePatients: more,
            since: 0, lastUsed: lastUsed, duration: duration, isRemembered: true)
        let page = AppsPage(
            action: "/apps", csrf: "c", userName: "Sam Roe", apps: [app],
            signIns: [.init(at: 0, isSuccess: false, device: "Firefox, Linux", address: "192.0.2.1")],
            earlierCursor: "41", withdrawn: nil, formExpired: false)
        return try PageReader(page.render(style))
    }

    @Test func `it says what, whose, since when, how long and when last`() throws {
        let text = try page("openid patient/*.rs user/Condition.cruds", more: 2).all("section").first?.text ?? ""
        for words in [
            "Growth Chart", "apps.example", "Ana Díaz", "and 2 more", "1 January 1970, 00:00 UTC",
            "31 October 2026, 12:00 UTC", "Until you withdraw it", "All kinds of data, and kinds of data added later",
            "Conditions and diagnoses: see, search, add, change and delete", "Changes data", "Know that it is you",
            "In every record that you can open", "not asked again",
        ] {
            #expect(text.contains(words), "\(words)")
        }
    }

    @Test(arguments: [
        (AppSummary.Duration.online, "While you are signed in here"), (.until(0), "Until 1 January 1970, 00:00 UTC"),
    ])
    func `how long access lasts is told`(duration: AppSummary.Duration, words: String) throws {
        #expect(try page("openid", duration: duration).all("dd").contains { $0.text == words })
        #expect(try page("openid", lastUsed: nil).all("dd").contains { $0.text == "Not yet" })
    }

    @Test func `AD-03: an app that came by a document is named with its host, as on the consent page`() throws {
        let facts = try page("openid", documentHost: "growth.example").all("div").map(\.text)
        #expect(facts.contains("Comes fromgrowth.example"), "\(facts)")
        #expect(try !page("openid").all("dt").contains { $0.text == "Comes from" })
    }

    @Test func `the button says which app it is about`() throws {
        let reader = try page("openid")
        let form = try #require(reader.all("form").first)
        #expect(form["action"] == "/apps/withdraw" && form["method"] == "post")
        #expect(reader.all("input").first { $0["name"] == "client_id" }?["value"] == "growth")
        #expect(reader.all("button").first?.text == "Withdraw access of Growth Chart")
    }

    @Test func `a sign-in that failed stands out, with device and address`() throws {
        let reader = try page("openid")
        let line = reader.all("li").last { $0.text.contains("Wrong password") }
        #expect(line?.text.contains("Firefox, Linux · 192.0.2.1") == true)
        #expect(reader.all("a").contains { $0["href"] == "/apps?before=41" })
    }
}

@Suite struct `Where a sign-in came from` {
    @Test(
        arguments: [
            ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox, Linux"),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1 Version/18.0 Mobile Safari/604.1",
                "Safari, iPhone"
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0",
                "Edge, Windows"
            ),
            ("Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36", "Chrome, Android"),
            ("Mozilla/5.0 (Macintosh; Intel Mac OS X) AppleWebKit/605 Version/18 Safari/605", "Safari, Mac"),
            ("curl/8.0", nil), ("", nil), (nil, nil), ("<script>Windows</script>", "Windows"),
        ] as [(String?, String?)])
    func `AU-02: in words of ours, never the browser's own`(userAgent: String?, text: String?) {
        #expect(DeviceFamily(userAgent: userAgent)?.text == text)
    }
}

@Suite struct `The organization's own look` {
    @Test func `help in words stands in the footer`() throws {
        let style = PageStyle(
            branding: Branding(name: "H", helpText: "Help desk: ext. 4711"), texts: .english, stylesheetURL: "/x.css")
        let page = try PageReader(SignedOutPage(returnTo: nil).render(style))
        #expect(page.all("footer").first?.text.contains("Help desk: ext. 4711") == true)
    }

    @Test(
        arguments: [
            ([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 1], .png), ([0xFF, 0xD8, 0xFF, 0xE0], .jpeg),
            (Array("RIFF\u{1}\u{1}\u{1}\u{1}WEBPVP8 ".utf8), .webp), (Array("<svg xmlns=\"x\"/>".utf8), .svg),
            (Array("<?xml version=\"1.0\"?>\n<!-- a > b -->\n<!DOCTYPE svg>\n<svg/>".utf8), .svg),
            (Array("<html><svg/></html>".utf8), nil), (Array("GIF89a".utf8), nil), ([], nil), (Array("<!--".utf8), nil),
            ([0x3C, 0x73, 0x76, 0x67, 0xFF], nil),
        ] as [([UInt8], Logo.Format?)])
    func `a logo is known by what is in it`(bytes: [UInt8], format: Logo.Format?) {
        #expect(Logo(content: bytes)?.format == format)
    }

    @Test func `a colour that cannot be read is told with one that can`() throws {
        let yellow = try #require(Colour("#ffee00"))
        let problem = try #require(Branding.unreadable(yellow, onDark: false))
        #expect(problem.contrast < 2)
        #expect(Branding.unreadable(problem.suggestion, onDark: false) == nil)
        #expect(Branding.unreadable(yellow, onDark: true) == nil)
        #expect(Branding.unreadable(Branding.teal, onDark: false) == nil)
    }
}
