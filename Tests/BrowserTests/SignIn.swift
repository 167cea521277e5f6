import Encoding
import TestSupport
import Testing

extension BrowserTests {
    @Suite struct `PW-03 Sign-in in a browser` {
        @Test(arguments: [
            ("patient", "wrong"), ("nobody", "patient-tries-the-demo"), ("PATIENT", "Patient-tries-the-demo"),
        ])
        func `a wrong password and an unknown name get one message`(username: String, password: String) throws {
            try Visitor.visit { visitor in
                try visitor.openHealthDiary()
                try visitor.goOn()
                try visitor.signIn(username, password: password)
                #expect(
                    try visitor.browser.text(of: "[role='alert']")
                        == "That username and password do not match. Check both and try again.")
                #expect(try visitor.browser.title.hasPrefix("Problem: Sign in"))
                #expect(try visitor.browser.property("value", of: "#username") == .string(username))
                #expect(try visitor.browser.property("value", of: "#password") == "")
                #expect(try visitor.focused() == "password")

                try visitor.browser.script("document.getElementById('username').value = ''")
                try visitor.signIn("patient")
                #expect(try visitor.browser.text(of: "h1").hasPrefix("Allow Health Diary"))
            }
        }

        @Test func `Tab and Enter are enough for the whole launch, and the focus is always seen`() throws {
            try Visitor.visit { visitor in
                let (browser, tab, enter) = (visitor.browser, WebDriver.Key.tab, WebDriver.Key.enter)
                try visitor.openHealthDiary()
                try browser.open(browser.script("return document.getElementById('continue').href").stringValue ?? "")
                #expect(try visitor.focused() == "username")
                try browser.press("parent" + tab)
                #expect(try visitor.focused() == "password")
                try browser.leave { try browser.press("parent-tries-the-demo" + enter) }

                try visitor.tab(to: "input[name='patient']")
                try browser.press(WebDriver.Key.space)
                try visitor.tab(to: "button.primary")
                try browser.leave { try browser.press(enter) }

                try visitor.tab(to: "button[name='decision'][value='allow']")
                try browser.leave { try browser.press(enter) }
                #expect(try visitor.step("The record").contains("Ben Keller"))
                try visitor.expectQuietConsole()
            }
        }

        @Test func `AZ-21: Enter on a box of the consent page never allows`() throws {
            try Visitor.visit { visitor in
                try visitor.openHealthDiary()
                try visitor.goOn()
                try visitor.signIn("patient")
                try visitor.tab(to: "input[name='scope']")
                try visitor.browser.leave { try visitor.browser.press(WebDriver.Key.enter) }
                #expect(try visitor.step("Redirect back").contains("access_denied"))
            }
        }

        @Test func `SE-03: no script of a page can read a cookie of the sign-in`() throws {
            try Visitor.visit { visitor in
                try visitor.openHealthDiary()
                try visitor.goOn()
                #expect(try visitor.browser.script("return document.cookie") == "")
                try visitor.signIn("patient")
                #expect(try visitor.browser.script("return document.cookie") == "")
            }
        }
    }
}

extension Visitor {
    /// The id of the element that has the focus.
    fileprivate func focused() throws -> String? { try browser.script("return document.activeElement.id").stringValue }

    /// Presses Tab until the focus is there. Each stop on the way must show where the focus is.
    fileprivate func tab(to selector: String) throws {
        for _ in 0..<60 {
            try browser.press(WebDriver.Key.tab)
            let stop =
                try browser.script(
                    """
                    const element = document.activeElement, style = getComputedStyle(element);
                    return [element.matches("\(selector)"), element === document.body || style.outlineStyle !== 'none'
                        && parseFloat(style.outlineWidth) >= 2, element.outerHTML.slice(0, 200)]
                    """
                ).arrayValue ?? []
            #expect(stop.dropFirst().first == true, "no focus to be seen on \(stop.last?.stringValue ?? "")")
            if stop.first == true { return }
        }
        throw TestFailure("Tab never comes to \(selector)")
    }
}
