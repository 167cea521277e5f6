import Encoding
import Testing

extension BrowserTests {
    @Suite struct `SMART App Launch 2.2 §2.0.8 Standalone launch in a browser` {
        @Test func `a patient comes from the index page to their own record`() throws {
            try Visitor.visit { visitor in
                try visitor.openHealthDiary()
                try visitor.goOn()
                try visitor.signIn("patient")
                #expect(try visitor.browser.text(of: "h1") == "Allow Health Diary to use health data?")
                #expect(try visitor.browser.text(of: "dl").contains("Amira Haddad"))
                try visitor.decide("allow")

                let record = try visitor.step("The record")
                #expect(record.contains("Amira Haddad") && record.contains("Diabetes mellitus type 2"))
                #expect(record.contains("Medication was not granted"))
                #expect(try visitor.tokens()["patient"] == "amira-haddad")
                #expect(try visitor.browser.elements("li.step.failed").isEmpty)
                try visitor.expectQuietConsole()
            }
        }

        @Test func `STA-2: a parent chooses one of two children and the app gets that one`() throws {
            try Visitor.visit { visitor in
                try visitor.openHealthDiary()
                try visitor.goOn()
                try visitor.signIn("parent")
                let choices = try visitor.browser.elements("fieldset label").map(visitor.browser.text)
                #expect(choices.count == 2)
                #expect(choices.contains { $0.contains("Ben Keller") && $0.contains("Born 19 March 2016") })
                try visitor.choose("patient", "clara-keller")
                #expect(try visitor.browser.text(of: "dl").contains("Clara Keller"))
                try visitor.decide("allow")

                let record = try visitor.step("The record")
                #expect(record.contains("Clara Keller") && record.contains("Peanut"))
                #expect(!record.contains("Ben Keller") && !record.contains("Asthma"))
                #expect(try visitor.tokens()["patient"] == "clara-keller")
                try visitor.expectQuietConsole()
            }
        }

        @Test func `a confidential app with a constrained scope sees laboratory results only`() throws {
            try Visitor.visit { visitor in
                try visitor.browser.open(visitor.demo.origin + "/app/lab-trends")
                try visitor.browser.follow("form button")
                try visitor.goOn()
                try visitor.signIn("patient")
                #expect(try visitor.browser.text.contains("Laboratory results"))
                try visitor.decide("allow")
                let record = try visitor.step("The record")
                #expect(record.contains("6.9 %"))
                #expect(!record.contains("78.5 kg"), "a vital sign passed a scope for laboratory results")
                #expect(try visitor.browser.elements("li.step.failed").isEmpty)
                try visitor.expectQuietConsole()
            }
        }

        @Test func `the refresh button gets a new access token and reads the record again`() throws {
            try Visitor.visit { visitor in
                try visitor.openHealthDiary()
                try visitor.goOn()
                try visitor.signIn("patient")
                try visitor.decide("allow")
                let first = try visitor.tokens()
                let steps = try visitor.browser.elements("li.step").count
                try visitor.browser.follow("#refresh button")

                let second = try visitor.tokens()
                #expect(second["access_token"] != first["access_token"])
                #expect(second["scope"] == first["scope"] && second["patient"] == first["patient"])
                #expect(try visitor.browser.url.hasSuffix("#step-\(steps + 1)"))
                #expect(try visitor.step("Refresh").contains("A token is issued."))
                #expect(try visitor.step("The record").contains("Diabetes mellitus type 2"))
                #expect(try visitor.browser.elements("li.step.failed").isEmpty)
                try visitor.expectQuietConsole()
            }
        }

        @Test func `SE-01: who is signed in already goes straight to the decision`() throws {
            try Visitor.visit { visitor in
                try visitor.openHealthDiary()
                try visitor.goOn()
                try visitor.signIn("patient")
                try visitor.decide("allow")
                try visitor.openHealthDiary()
                try visitor.goOn()
                #expect(try visitor.browser.elements("input[name='password']").isEmpty)
                try visitor.decide("allow")
                #expect(try visitor.step("The record").contains("Amira Haddad"))
                try visitor.expectQuietConsole()
            }
        }

        @Test func `without JavaScript everything works the same`() throws {
            try Visitor.visit(arguments: ["--blink-settings=scriptEnabled=false"]) { visitor in
                try visitor.openHealthDiary()
                try visitor.goOn()
                try visitor.signIn("parent")
                try visitor.choose("patient", "ben-keller")
                try visitor.decide("allow")
                #expect(try visitor.step("The record").contains("Asthma"))
            }
        }
    }
}
