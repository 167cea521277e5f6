import Encoding
import Testing

extension BrowserTests {
    @Suite struct `SMART App Launch 2.2 §2.0.7 EHR launch in a browser` {
        @Test(arguments: [true, false])
        func `EHR-1: a physician opens an app from the chart, and it learns patient, encounter and banner`(
            banner: Bool
        ) throws {
            try Visitor.visit { visitor in
                try visitor.openFromEHR(app: "growth-chart", patient: "ben-keller", banner: banner)
                #expect(try visitor.step("The EHR opens the app").contains("launch"))
                try visitor.goOn()
                try visitor.signIn("physician")
                #expect(try visitor.browser.text(of: "dl").contains("Ben Keller"))
                #expect(try visitor.browser.text(of: "dl").contains("Dr. Ifeoma Okafor"))
                try visitor.decide("allow")

                let tokens = try visitor.tokens()
                #expect(tokens["patient"] == "ben-keller")
                #expect(tokens["encounter"]?.stringValue?.contains("visit-2025") == true)
                #expect(tokens["need_patient_banner"] == .bool(banner))
                #expect(try visitor.step("The record").contains("30.4 kg"))
                #expect(try visitor.browser.elements("li.step.failed").isEmpty)
                try visitor.expectQuietConsole()
            }
        }

        @Test func `a confidential app opened from the chart reads what the reviewer needs`() throws {
            try Visitor.visit { visitor in
                try visitor.openFromEHR(app: "medication-review", patient: "david-osei")
                try visitor.goOn()
                try visitor.signIn("physician")
                try visitor.decide("allow")
                #expect(try visitor.step("The record").contains("warfarin"))
                #expect(try visitor.browser.elements("li.step.failed").isEmpty)
                try visitor.expectQuietConsole()
            }
        }

        @Test func `JW-05: a launch opened for the physician gives a nurse nothing`() throws {
            try Visitor.visit { visitor in
                try visitor.openFromEHR(app: "growth-chart", patient: "ben-keller")
                try visitor.goOn()
                try visitor.signIn("nurse")
                #expect(try visitor.browser.url.hasPrefix(visitor.demo.origin + "/app/growth-chart/runs/"))
                let back = try visitor.step("Redirect back")
                #expect(back.contains("access_denied") && !back.contains("code "))
                #expect(try !visitor.browser.text.contains("access_token"))
            }
        }
    }
}
