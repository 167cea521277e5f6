import Encoding
import Testing

extension BrowserTests {
    @Suite struct `AZ-19 AZ-21 The decision in a browser` {
        @Test func `don't allow brings the person back to the app, with nothing`() throws {
            try Visitor.visit { visitor in
                try visitor.openHealthDiary()
                try visitor.goOn()
                try visitor.signIn("patient")
                try visitor.decide("deny")
                try visitor.expectRefused()
            }
        }

        @Test func `cancel at the sign-in page brings the person back too`() throws {
            try Visitor.visit { visitor in
                try visitor.openHealthDiary()
                try visitor.goOn()
                try visitor.decide("deny")
                try visitor.expectRefused()
            }
        }

        @Test func `SCP-20: a box that was cleared is not granted: the app gets 403 for it and the rest as asked`()
            throws
        {
            try Visitor.visit { visitor in
                try visitor.openHealthDiary()
                try visitor.goOn()
                try visitor.signIn("patient")
                try visitor.browser.click("input[name='scope'][value='patient/Condition.rs']")
                try visitor.decide("allow")

                let scope = try #require(visitor.tokens()["scope"]?.stringValue)
                #expect(!scope.contains("Condition") && scope.contains("patient/Immunization.rs"))
                let record = try visitor.step("The record")
                #expect(record.contains("403") && !record.contains("Diabetes mellitus type 2"))
                #expect(record.contains("Hemoglobin A1c") && record.contains("Amira Haddad"))
                try visitor.expectQuietConsole()
            }
        }

        @Test func `AUT-PAT-10: a whole can be changed for one of its kinds`() throws {
            try Visitor.visit { visitor in
                try visitor.openHealthDiary()
                try visitor.goOn()
                try visitor.signIn("patient")
                try visitor.browser.click("input[name='scope'][value='patient/Observation.rs']")
                try visitor.browser.click("details:has(input[value*='|laboratory']) > summary")
                try visitor.browser.click("input[name='scope'][value*='|laboratory']")
                try visitor.decide("allow")
                let record = try visitor.step("The record")
                #expect(record.contains("6.9 %") && !record.contains("78.5 kg"))
                try visitor.expectQuietConsole()
            }
        }

        @Test func `who clears every box is asked again, and no box has come back`() throws {
            try Visitor.visit { visitor in
                try visitor.openHealthDiary()
                try visitor.goOn()
                try visitor.signIn("patient")
                let boxes = try visitor.browser.elements("input[name='scope']:checked")
                #expect(boxes.count == 9)
                for box in boxes { try visitor.browser.click(box) }
                try visitor.decide("allow")
                #expect(try visitor.browser.text(of: "[role='alert']").hasPrefix("Nothing is chosen."))
                #expect(try visitor.browser.elements("input[name='scope']").count > 9)
                #expect(try visitor.browser.script("return document.querySelectorAll(':checked').length") == 0)
                try visitor.browser.click("input[name='scope'][value='patient/Patient.r']")
                try visitor.decide("allow")
                #expect(try visitor.tokens()["scope"] == "launch/patient patient/Patient.r")
            }
        }

        @Test func `AZ-25: going back and allowing once more gives no second code`() throws {
            try Visitor.visit { visitor in
                try visitor.openHealthDiary()
                try visitor.goOn()
                try visitor.signIn("patient")
                let consent = try visitor.browser.url
                try visitor.decide("allow")
                #expect(try visitor.step("The record").contains("Amira Haddad"))
                try visitor.browser.open(consent)
                #expect(try visitor.browser.text(of: "h1") == "This page has expired")
                try visitor.browser.leave(visitor.browser.back)
                #expect(try visitor.step("The record").contains("Amira Haddad"))
            }
        }
    }
}

extension Visitor {
    fileprivate func expectRefused() throws {
        #expect(try browser.url.hasPrefix(demo.origin + "/app/health-diary/runs/"))
        #expect(try step("Redirect back").contains("access_denied"))
        #expect(try browser.elements("#refresh").isEmpty)
        #expect(try !browser.text.contains("access_token"))
        try expectQuietConsole()
    }
}
