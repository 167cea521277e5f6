import Testing

@testable import AuthorizationServer

@Suite struct `Error and sign-out pages` {
    private func style(_ texts: Texts) -> PageStyle {
        PageStyle(branding: Branding(name: "Hospital"), texts: texts, stylesheetURL: "/x.css")
    }

    @Test(arguments: ErrorReason.allCases, Texts.all.map(\.language.tag))
    func `every reason has its words, its code and its reference`(reason: ErrorReason, tag: String) throws {
        let texts = try #require(LanguageChoice.texts(for: tag))
        let page = ErrorPage(reason, status: 400, code: "invalid_request", requestID: "r-1", texts: texts)
        let reader = try PageReader(page.render(style(texts)))
        #expect(reader.all("h1").first?.text == texts.errors[reason]?.heading)
        #expect(reader.all("code").map(\.text) == ["invalid_request", "r-1"])
        #expect(reader.all("dt").count == 2)
    }

    @Test func `the line for the developer is there when there is one`() throws {
        let page = ErrorPage(
            .badRequest, status: 400, detail: "redirect_uri is not registered", code: "invalid_request", requestID: "r",
            texts: .english)
        let reader = try PageReader(page.render(style(.english)))
        #expect(reader.all("dd").first?.text == "redirect_uri is not registered")
    }

    @Test func `signing out is asked for, and staying is what Enter presses`() throws {
        let page = SignOutPage(action: "/logout", handle: "h", csrf: "c", userName: "Dr. Rao")
        #expect(try PageReader(page.render(style(.english))).all("button").map { $0["value"] } == ["deny", "allow"])
    }

    @Test func `SE-14: the way back is a link only to a web address`() throws {
        for (address, links) in [("https://app.example/", 1), ("javascript:alert(1)", 0), ("//evil.example", 0)] {
            let page = SignedOutPage(returnTo: .init(clientName: "App", address: address))
            #expect(try PageReader(page.render(style(.english))).all("a").count == links)
        }
        #expect(try PageReader(SignedOutPage(returnTo: nil).render(style(.spanish))).all("a").isEmpty)
    }
}
