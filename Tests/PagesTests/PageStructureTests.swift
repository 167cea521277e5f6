import Testing

@testable import AuthorizationServer

/// What a screen reader, a keyboard, a password manager and a Content-Security-Policy expect of every page.
@Suite struct `Structure of every page` {
    struct Page: Sendable, CustomTestStringConvertible {
        let name: String
        let bytes: [UInt8]
        let texts: Texts
        var testDescription: String { "\(name) \(texts.language.tag)" }
        func read() throws -> PageReader { try PageReader(bytes) }
    }

    static let pages: [Page] = Texts.all.flatMap { texts in
        let branding = Branding(name: "Hospital", helpURL: "https://h.example", privacyURL: "https://p.example")
        let other = Texts.all.map { LanguageLink(texts: $0.language, address: "?ui_locales=\($0.language.tag)") }
        let style = PageStyle(branding: branding, texts: texts, stylesheetURL: "/assets/x.css", otherLanguages: other)
        return Samples { "\($0) text" }.pages(style).map { Page(name: $0.name, bytes: $0.bytes, texts: texts) }
    }

    @Test(arguments: pages)
    func `one heading, one main, one header, one footer, a title, the language`(page: Page) throws {
        let reader = try page.read()
        for name in ["h1", "main", "header", "footer", "title", "html", "body"] {
            #expect(reader.all(name).count == 1, "\(name)")
        }
        #expect(reader.all("html").first?["lang"] == page.texts.language.tag)
        #expect(reader.all("html").first?["dir"] == "ltr")
        #expect(reader.all("title").first?.text.contains(" – Hospital") == true)
        #expect(reader.all("h1").allSatisfy { !$0.text.isEmpty })
        #expect(reader.all("meta").contains { $0["name"] == "viewport" })
        #expect(reader.all("meta").first?["charset"] == "utf-8")
    }

    @Test(arguments: pages)
    func `SE-09, SE-10: no script, no inline style, nothing from elsewhere`(page: Page) throws {
        let reader = try page.read()
        for name in ["script", "style", "iframe", "object", "embed", "base"] { #expect(reader.all(name).isEmpty) }
        for element in reader.elements {
            #expect(!element.attributes.contains { $0.name.hasPrefix("on") || $0.name == "style" }, "\(element.shape)")
            #expect(element["src"].map { $0.hasPrefix("/") } ?? true)
        }
        #expect(reader.all("link").map { $0["href"] } == ["/assets/x.css", "data:,"])
    }

    @Test(arguments: pages)
    func `every field has a label, and every reference an element`(page: Page) throws {
        let reader = try page.read()
        let ids = reader.elements.compactMap { $0["id"] }
        #expect(Set(ids).count == ids.count)
        let labelled = Set(reader.all("label").filter { !$0.text.isEmpty }.compactMap { $0["for"] })
        for field in reader.all("input") where field["type"] != "hidden" {
            #expect(field["id"].map(labelled.contains) == true, "\(field.shape)")
        }
        for element in reader.elements {
            if let reference = element["aria-describedby"] { #expect(ids.contains(reference)) }
            if let target = element["for"] { #expect(ids.contains(target)) }
        }
        for group in reader.all("fieldset") { #expect(!group.text.isEmpty) }
        #expect(reader.all("fieldset").count == reader.all("legend").filter { !$0.text.isEmpty }.count)
        for button in reader.all("button") { #expect(!button.text.isEmpty) }
    }

    @Test(arguments: pages)
    func `SE-07, SE-08: a form that changes something carries the handle and the CSRF token`(page: Page) throws {
        let reader = try page.read()
        let posts = reader.all("form").filter { $0["method"] == "post" }
        let hidden = reader.all("input").filter { $0["type"] == "hidden" }
        #expect(hidden.filter { $0["name"] == "csrf" && $0["value"] == "csrf text" }.count == posts.count)
        let isOwnPage = page.name.hasPrefix("apps") || page.name == "own-sign-in"
        let handles = hidden.filter { $0["name"] == "interaction" && $0["value"] == "handle text" }
        #expect(isOwnPage ? handles.isEmpty : handles.count >= posts.count)
        for form in reader.all("form") { #expect(["get", "post"].contains(form["method"])) }
    }

    @Test(arguments: pages)
    func `AZ-19: the forms carry no part of the request but the choices`(page: Page) throws {
        let known: Set = [
            "interaction", "csrf", "username", "password", "patient", "encounter", "scope", "decision", "q",
            "birthdate", "remember",
        ]
        // Whose access ends is the choice of that form.
        let own: Set = page.name.hasPrefix("apps") ? ["client_id"] : []
        let names = try page.read().elements.filter { ["input", "button"].contains($0.name) }.compactMap { $0["name"] }
        #expect(Set(names).subtracting(known).subtracting(own).isEmpty)
    }

    @Test(arguments: pages.filter { ["sign-in-wrong", "patients-problem", "consent-problem"].contains($0.name) })
    func `a problem is an alert, tied to its fields and said first in the title`(page: Page) throws {
        let reader = try page.read()
        let alert = try #require(reader.elements.first { $0["role"] == "alert" })
        #expect(alert["id"] == "problem" && !alert.text.isEmpty)
        #expect(reader.elements.contains { $0["aria-describedby"] == "problem" })
        let prefix = page.texts.common.problemTitle("")
        #expect(reader.all("title").first?.text.hasPrefix(prefix) == true)
    }
}
