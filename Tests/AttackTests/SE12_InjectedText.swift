import Encoding
import HTTP
import TestSupport
import Testing

@testable import AuthorizationServer

/// What a page is made of, texts left out: each tag with the names of its attributes. Text from outside that breaks out of
/// its place changes it.
private struct Skeleton: Equatable, CustomStringConvertible {
    private(set) var tags: [String] = []
    var description: String { tags.joined(separator: "\n") }

    init(_ html: String) {
        var rest = Substring(html)
        while let start = rest.firstIndex(of: "<") {
            rest = rest[rest.index(after: start)...]
            tags.append(Self.tag(&rest))
        }
    }

    /// As the HTML standard's tokenizer reads it: quotes hide everything but themselves.
    private static func tag(_ rest: inout Substring) -> String {
        var tag = String(rest.prefix { !$0.isWhitespace && $0 != ">" })
        rest = rest.dropFirst(tag.count)
        while let next = rest.first, next != ">" {
            if next.isWhitespace || next == "/" {
                rest = rest.dropFirst()
                continue
            }
            let name = rest.prefix { !$0.isWhitespace && $0 != "=" && $0 != ">" && $0 != "/" }
            tag += " " + name
            rest = rest.dropFirst(max(1, name.count))
            guard rest.first == "=" else { continue }
            rest = rest.dropFirst()
            guard rest.first == "\"" else {
                tag += "=UNQUOTED"
                continue
            }
            rest = rest.dropFirst().drop { $0 != "\"" }.dropFirst()
        }
        return tag
    }
}

@Suite struct `SE-12 text from outside stays text on every page` {
    static let polyglots = [
        "<script>alert(1)</script>", "\"><script>alert(1)</script>", "'><script>alert(1)</script>",
        "</title><script>x</script>",
        "<img src=x onerror=alert(1)>", "\"><img src=x onerror=alert(1)>", "\" onfocus=alert(1) autofocus x=\"",
        "' onfocus=alert(1) autofocus x='", "` onfocus=alert(1) x=`", "javascript:alert(1)",
        "\" href=\"javascript:alert(1)",
        "<svg/onload=alert(1)>", "<svg><script>alert&#40;1&#41;</script>", "<iframe srcdoc='<script>x</script>'>",
        "<a href=javascript:alert(1)>x</a>", "<form action=https://evil.example><input name=password>",
        "</form><form action=\"https://evil.example\">", "<base href=https://evil.example/>",
        "<meta http-equiv=refresh content=0>",
        "<style>*{background:url(//evil.example)}</style>", "<link rel=stylesheet href=//evil.example>", "<!--", "-->",
        "<![CDATA[",
        "<?xml ?>", "<%= 7*7 %>", "{{7*7}}", "${7*7}", "#{7*7}", "&lt;script&gt;", "&#60;script&#62;", "&quot;&gt;<b>",
        "%3Cscript%3E",
        "\\u003cscript\\u003e", "\\\"><b>", "<b", "<", ">", "\"", "'", "&", "&amp",
        "jaVasCript:/*-/*`/*\\`/*'/*\"/**/(/* */oNcliCk=alert() )//",
        "</textarea></style></script></title><svg onload=alert()>", "<x onclick=alert(1)>\u{202E}txet", "\u{FEFF}<b>",
        "<bdi></bdi><b>",
        "fi\u{0301}<\u{0338}b>", "\u{FF1C}script\u{FF1E}", "a\u{0}b<b>", "a\r\nSet-Cookie: x=1\r\n\r\n<b>",
        "\u{1B}[31m<b>", "\u{85}<b>\u{2028}<b>",
    ]

    /// The pages of one visit, told apart by name, and where it ends.
    private struct Visit {
        var pages: [(name: String, response: ClientResponse)] = []
        var end: Browser.Place?
    }

    /// Registers an app, a person and records that carry the text, as far as registration lets it in.
    private func prepare(_ server: TestServer, _ number: Int, _ text: String) async throws {
        for name in [text, "App"] {
            let (status, _) = await server.administered(
                .post, "/admin/v1/clients",
                [
                    "client_id": .string("app\(number)"), "client_name": .string(name),
                    "token_endpoint_auth_method": "none",
                    "redirect_uris": ["https://app.example/cb"],
                    "scope": "openid fhirUser launch/patient launch/encounter patient/*.rs",
                ])
            if status == 201 { break }
            #expect(status == 422)
        }
        let patients: [JSON] = [0, 1].flatMap { index -> [JSON] in
            let id = "p\(number)-\(index)"
            return [
                [
                    "resource": [
                        "resourceType": "Patient", "id": .string(id), "birthDate": .string(text),
                        "gender": .string(text),
                        "name": [["family": .string("Roe\(text)"), "given": [.string(text)]]],
                        "identifier": [["value": .string(text)]],
                    ]
                ],
                [
                    "resource": [
                        "resourceType": "Encounter", "id": .string("e\(id)"), "status": .string(text),
                        "type": [["text": .string(text)]], "subject": ["reference": .string("Patient/\(id)")],
                    ]
                ],
            ]
        }
        let bundle: JSON = ["resourceType": "Bundle", "type": "collection", "entry": .array(patients)]
        try await server.administer(.post, "/admin/v1/patients", bundle)
        for name in [text, "Person"] {
            let (status, _) = await server.administered(
                .post, "/admin/v1/users",
                [
                    "username": .string("user\(number)"), "password": .string(TestServer.password),
                    "name": .string(name),
                    "fhirUser": "RelatedPerson/5", "patients": [.string("p\(number)-0"), .string("p\(number)-1")],
                ])
            if status == 201 { break }
            #expect(status == 422)
        }
    }

    private func visit(_ server: TestServer, _ number: Int, _ text: String) throws -> Visit {
        var visit = Visit()
        let browser = Browser(server)
        let app = App(clientID: "app\(number)", secret: nil, redirectURI: "https://app.example/cb")
        let changes: [(String, String?)] = [
            ("state", text), ("login_hint", text), ("nonce", text), ("ui_locales", text),
        ]
        let isReadable = !text.contains("\u{0}")
        let path = app.authorizePath(
            scope: "openid fhirUser launch/patient launch/encounter patient/*.rs \(isReadable ? text : "")",
            isReadable ? changes : [("login_hint", "x")])
        var place = try browser.get(path)
        visit.pages.append(("sign-in", place.response))
        let wrong = try browser.submit(place, [("username", isReadable ? text : "x"), ("password", "wrong")])
        visit.pages.append(("wrong password", wrong.response))
        place = try browser.submit(place, [("username", "user\(number)"), ("password", TestServer.password)])
        visit.pages.append(("picker", place.response))
        let search = FormParameters([("q", isReadable ? text : "x"), ("after", isReadable ? text : "x")]).serialized()
        visit.pages.append(("search", try browser.get(place.address + "&" + search).response))
        visit.pages.append(
            ("no such patient", try browser.submit(place, [("patient", isReadable ? text : "x")]).response))
        place = try browser.submit(place, [("patient", "p\(number)-0")])
        visit.pages.append(("encounters", place.response))
        visit.pages.append(
            ("no such encounter", try browser.submit(place, [("encounter", isReadable ? text : "x")]).response))
        place = try browser.submit(place, [("encounter", "ep\(number)-0")])
        visit.pages.append(("consent", place.response))
        visit.pages.append(("nothing chosen", try browser.submit(place, [("decision", "allow")]).response))
        if isReadable {
            let stranger = try browser.submit(place, [("decision", "allow"), ("scope", text)])
            visit.pages.append(("scope not offered", stranger.response))
        }
        visit.end = try app.allow(browser, place)
        return visit
    }

    /// The search of a name finds nobody or somebody: its page's own parts differ. It is held to what tags it may hold.
    private static let tags: Set<String> = [
        "!doctype", "html", "head", "meta", "title", "link", "body", "header", "svg", "path", "rect", "span", "bdi",
        "main",
        "h1", "p", "form", "input", "div", "label", "button", "footer", "fieldset", "legend", "strong", "ul", "li", "a",
        "dl",
        "dt", "dd", "details", "summary", "small", "nav", "code", "h2", "ol", "em", "time", "br",
    ]

    @Test func `client name, person, patient, encounter, state, hint, search, scope: no page changes its make-up`()
        async throws
    {
        let server = try await TestServer.started { $0.guessing.perAddress = 10_000 }
        defer { server.stop() }
        try await prepare(server, 0, "plain")
        let plain = try visit(server, 0, "plain")
        for (index, text) in Self.polyglots.enumerated() {
            try await prepare(server, index + 1, text)
            let visit = try visit(server, index + 1, text)
            for (name, response) in visit.pages {
                let html = response.text
                // A text that is no FHIR id is wrong in another way than an id that nobody has.
                let statuses =
                    name.hasPrefix("no such")
                    ? [400, 403] : plain.pages.filter { $0.name == name }.map(\.response.status)
                #expect(statuses.contains(response.status), "\(name) \(text)")
                #expect(
                    Skeleton(html).tags.allSatisfy { tag in
                        let name = tag.split(separator: " ").first.map(String.init) ?? ""
                        return Self.tags.contains(name)
                            || name.hasPrefix("/") && Self.tags.contains(String(name.dropFirst()))
                    }, "\(name) \(text)")
                #expect(
                    !Skeleton(html).tags.contains {
                        $0.contains(" on") || $0.contains("UNQUOTED") || $0.contains("style") && !$0.hasPrefix("link")
                    })
                // A hint with a control character is none: the form is empty, and begins with the name.
                let isHint = name != "sign-in" || !text.utf8.contains { $0 < 0x20 || $0 == 0x7F }
                if name != "search", isHint, let other = plain.pages.first(where: { $0.name == name }) {
                    #expect(Skeleton(html) == Skeleton(other.response.text), "\(name) \(text)")
                }
                let names = response.headers.all.map { $0.name.lowercased() }
                #expect(!names.contains("x") && names.filter { $0 == "set-cookie" }.count <= 1)
            }
            #expect(visit.end?.parameters["code"] != nil, "\(text)")
            if !text.contains("\u{0}") {
                #expect(visit.end?.parameters["state"].map { Array($0.utf8) } == Array(text.utf8), "\(text)")
            }
        }
    }

    private static let parameters = [
        "client_id", "redirect_uri", "response_type", "response_mode", "scope", "state", "aud", "resource",
        "code_challenge",
        "code_challenge_method", "prompt", "max_age", "nonce", "launch", "request", "request_uri", "login_hint",
    ]

    @Test func `each parameter of a refused request: on the error page and in the redirect`() async throws {
        let server = try await TestServer.started()
        defer { server.stop() }
        var pages: [String: Skeleton] = [:]
        for text in ["plain"] + Self.polyglots {
            for name in Self.parameters {
                let path = App.publicApp.authorizePath(scope: "launch openid", [(name, text)])
                let response = try server.page(path)
                #expect(response.headers.values("set-cookie").isEmpty || response.status == 303)
                guard let location = response.headers["location"] else {
                    let skeleton = Skeleton(response.text)
                    #expect(skeleton == pages["page"] ?? skeleton, "\(name) \(text)")
                    pages["page"] = skeleton
                    continue
                }
                let isOurs =
                    location.hasPrefix("https://app.example/cb?") || location.hasPrefix(TestServer.issuer + "/sign-in?")
                #expect(isOurs)
                #expect(location.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != 0x22 && $0 != 0x3C && $0 != 0x3E })
                let query = try FormParameters(
                    parsing: Array((location.split(separator: "?", maxSplits: 1).last ?? "").utf8))
                // RFC 6749 §4.1.2.1: %x20-21 / %x23-5B / %x5D-7E.
                #expect(
                    (query["error_description"] ?? "").utf8.allSatisfy {
                        $0 >= 0x20 && $0 < 0x7F && $0 != 0x22 && $0 != 0x5C
                    })
            }
        }
    }

    @Test func `names of parameters, paths and methods too`() async throws {
        let server = try await TestServer.started()
        defer { server.stop() }
        for text in Self.polyglots {
            let name = FormParameters([(text, "1"), (text, "2")]).serialized()
            for path in ["/authorize?" + name, App.publicApp.authorizePath(scope: "openid") + "&" + name] {
                let response = try server.page(path)
                #expect(response.headers["location"]?.hasPrefix("https://app.example/cb?error=invalid_request") ?? true)
                #expect(!response.text.contains("<script") && !response.text.contains("onerror"))
            }
            let token = try server.post("/token", [("grant_type", text)])
            #expect(token.headers["content-type"] == "application/json")
            #expect(
                (token.json["error_description"]?.stringValue ?? "").utf8.allSatisfy {
                    $0 >= 0x20 && $0 < 0x7F && $0 != 0x22
                })
            let missing = try server.page("/" + FormParameters([(text, "")]).serialized().dropLast())
            #expect(missing.status == 404 || missing.status == 400)
            #expect(!missing.text.contains("<"))
        }
    }

    @Test func `splitting: no CR, LF or NUL of a parameter reaches a header`() async throws {
        let server = try await TestServer.started()
        defer { server.stop() }
        for text in [
            "a\r\nSet-Cookie: evil=1", "a\nLocation: https://evil.example", "a\r\n\r\n<html>", "\u{2028}X: y",
            "a\u{10D}\u{10A}X: y",
        ] {
            for app in [App.publicApp, App.secretApp] {
                let error = try server.page(
                    app.authorizePath(scope: App.scope, [("state", text), ("response_type", "token")]))
                let place = try app.launch(Browser(server), as: "patient", scope: App.scope, [("state", text)])
                for response in [error, place.response] {
                    #expect(response.status == 303)
                    #expect(
                        response.headers["x"] == nil
                            && !response.headers.values("set-cookie").contains { $0.contains("evil") })
                    #expect(response.headers.values("location").count == 1 && response.body.isEmpty)
                }
                #expect(place.parameters["state"].map { Array($0.utf8) } == Array(text.utf8))
            }
        }
    }

    @Test(arguments: [1, 4096]) func `AZ-13: state comes back octet for octet`(length: Int) async throws {
        let server = try await TestServer.started()
        defer { server.stop() }
        let browser = Browser(server)
        for state in [
            String(repeating: "s", count: length), "%2B+ %20&=#?/\\", "caf\u{E9} cafe\u{301}", "\u{1F600}\u{200D}",
            "<&>\"'`",
        ] {
            let place = try App.publicApp.launch(browser, as: "patient", scope: App.scope, [("state", state)])
            #expect(place.parameters["state"].map { Array($0.utf8) } == Array(state.utf8))
        }
        let long = try server.page(
            App.publicApp.authorizePath(scope: App.scope, [("state", String(repeating: "s", count: 4097))]))
        #expect(long.headers["location"]?.contains("error=invalid_request") == true)
        #expect(long.headers["location"]?.contains("sssss") == false)
    }
}
