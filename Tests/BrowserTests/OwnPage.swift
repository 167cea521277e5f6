import Encoding
import HTTP
import TestSupport
import Testing

extension BrowserTests {
    @Suite struct `REV-5, REV-7 A person's own page in a browser` {
        @Test func `a person withdraws an app's access, and the app can neither read nor renew`() throws {
            try Visitor.visit { visitor in
                try visitor.openHealthDiary()
                try visitor.goOn()
                try visitor.signIn("patient")
                try visitor.decide("allow")
                let run = try visitor.browser.url
                #expect(try visitor.step("The record").contains("Amira Haddad"))

                try visitor.browser.open(visitor.demo.origin + "/apps")
                #expect(try visitor.browser.text(of: "h2").contains("Health Diary"))
                #expect(try visitor.browser.text(of: "main").contains("Amira Haddad"))
                #expect(try visitor.browser.text(of: ".history").contains("Linux"))
                try visitor.browser.follow("form[action='/apps/withdraw'] button")
                #expect(try visitor.browser.text(of: "[role='status']") == "Health Diary has no access any more.")
                #expect(try visitor.browser.text(of: "main").contains("No app has access through you."))
                try visitor.expectQuietConsole()

                try visitor.browser.open(run)
                try visitor.browser.follow("#refresh button")
                #expect(try visitor.step("Refresh").contains("invalid_grant"))
            }
        }

        @Test func `by keyboard alone, without JavaScript, in Spanish`() throws {
            try Visitor.visit(arguments: ["--blink-settings=scriptEnabled=false", "--accept-lang=es"]) { visitor in
                let (browser, tab, enter) = (visitor.browser, WebDriver.Key.tab, WebDriver.Key.enter)
                try browser.open(visitor.demo.origin + "/apps")
                try browser.press("patient" + tab)
                try browser.leave { try browser.press("patient-tries-the-demo" + enter) }
                #expect(try browser.text(of: "h1") == "Aplicaciones con acceso a datos de salud")
            }
        }

        @Test func `AZ-20: who asked not to be asked again comes straight to the app`() throws {
            try Visitor.visit { visitor in
                func begin() throws {
                    try visitor.browser.open(visitor.demo.origin + "/app/lab-trends")
                    try visitor.browser.follow("form button")
                    try visitor.goOn()
                }
                try begin()
                try visitor.signIn("patient")
                try visitor.browser.click("input[name='remember']")
                try visitor.decide("allow")
                try begin()
                #expect(try visitor.step("The record").contains("6.9 %"))
                try visitor.expectQuietConsole()
            }
        }
    }

    @Suite struct `AUT-PAT-10 A wildcard in a browser` {
        @Test func `a wildcard is narrowed to types and kinds, and the answer lists them`() throws {
            try Visitor.visit { visitor in
                let app = try ForeignApp(), scope = "launch/patient patient/*.rs"
                try visitor.demo.allow("patient/*.rs", to: "patient")
                try app.register(at: visitor.demo, scope: scope)
                try visitor.browser.open(app.authorizationURL(at: visitor.demo, scope: scope))
                try visitor.signIn("patient")
                try visitor.browser.click("summary")
                #expect(try visitor.visible("input[value='patient/Condition.rs']") == false, "the whole is ticked")
                try visitor.browser.click("input[value='patient/*.rs']")
                try visitor.browser.click("input[value='patient/Patient.rs']")
                try visitor.browser.click(
                    "details:has(> .choice input[value*='|laboratory']) details:has(input[value*='|laboratory']) > summary"
                )
                try visitor.browser.click("input[value*='|laboratory']")
                try visitor.decide("allow")
                let granted = try app.tokens(at: visitor.demo, place: visitor.browser.url)["scope"]?.stringValue ?? ""
                #expect(!granted.contains("*") && granted.contains("patient/Patient.rs"))
                #expect(granted.contains("patient/Observation.rs?category=") && granted.contains("|laboratory"))
                #expect(!granted.contains("Condition") && granted.split(separator: " ").count == 3)
            }
        }
    }
}

extension Visitor {
    fileprivate func visible(_ selector: String) throws -> Bool? {
        try browser.script("return document.querySelector(\"\(selector)\").checkVisibility()").boolValue
    }
}

extension ForeignApp {
    /// Redeems the code that the browser was sent back with.
    fileprivate func tokens(at demo: Demo, place: String) throws -> JSON {
        let query = place.split(separator: "?", maxSplits: 1).last ?? ""
        guard let code = try FormParameters(parsing: Array(query.utf8))["code"] else {
            throw TestFailure("no code: \(place)")
        }
        let form = FormParameters([
            ("grant_type", "authorization_code"), ("code", code), ("client_id", "foreign-app"),
            ("redirect_uri", origin + "/callback"), ("code_verifier", "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"),
        ])
        return try HTTPClient(timeoutSeconds: 20).send(
            .post, "/token", to: .tcp(host: "127.0.0.1", port: demo.port),
            headers: [("Content-Type", "application/x-www-form-urlencoded")], body: Array(form.serialized().utf8)
        ).json
    }
}
