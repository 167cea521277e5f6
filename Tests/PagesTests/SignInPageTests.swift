import Testing

@testable import AuthorizationServer

@Suite struct `Sign-in page` {
    let style = PageStyle(branding: Branding(name: "Hospital"), texts: .english, stylesheetURL: "/x.css")

    private func page(_ problem: SignInProblem?, client: String? = "App", username: String = "mrao") throws
        -> PageReader
    {
        let page = SignInPage(
            action: "/interaction/sign-in", handle: "h", csrf: "c", clientName: client, username: username,
            problem: problem)
        return try PageReader(page.render(style))
    }

    @Test func `a password manager finds its fields`() throws {
        let fields = try page(nil).all("input")
        let username = try #require(fields.first { $0["name"] == "username" })
        let password = try #require(fields.first { $0["name"] == "password" })
        #expect(username["autocomplete"] == "username" && username["type"] == "text" && username.has("required"))
        #expect(password["autocomplete"] == "current-password" && password["type"] == "password")
        #expect(password.has("required") && !password.has("value"))
    }

    @Test func `the name typed stays and the cursor waits where typing goes on`() throws {
        let again = try page(.wrongCredentials).all("input")
        #expect(again.first { $0["name"] == "username" }?["value"] == "mrao")
        #expect(again.first { $0.has("autofocus") }?["name"] == "password")
        #expect(try page(nil, username: "").all("input").first { $0.has("autofocus") }?["name"] == "username")
    }

    @Test func `Enter signs in and does not cancel`() throws {
        let buttons = try page(nil).all("button")
        #expect(buttons.map { $0["value"] } == [nil, "deny"])
        #expect(buttons.last?.has("formnovalidate") == true)
    }

    @Test func `who signs in to the server itself has no app to go back to`() throws {
        let reader = try page(nil, client: nil)
        #expect(reader.all("button").count == 1)
        #expect(!reader.all("main").contains { $0.text.contains("to continue") })
    }

    @Test(arguments: [(0, "1 second"), (1, "1 second"), (90, "90 seconds"), (91, "2 minutes"), (3600, "60 minutes")])
    func `a wait is told in words and never rounded down`(seconds: Int64, words: String) throws {
        let alert = try page(.tooManyTries(seconds: seconds)).elements.first { $0["role"] == "alert" }
        #expect(alert?.text == "Too many tries. Wait \(words), then try again.")
    }

    @Test func `the longest wait does not overflow`() throws {
        _ = try page(.tooManyTries(seconds: .max))
        _ = try page(.tooManyTries(seconds: .min))
    }
}
