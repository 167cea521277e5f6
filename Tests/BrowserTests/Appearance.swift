import Encoding
import Foundation
import Testing

extension BrowserTests {
    /// Every page at two widths, light and dark. With `LANYARD_SCREENSHOTS=DIR` in the environment each is kept there as a
    /// picture, to be looked at.
    @Suite(.needsAxe) struct `Pages fit phone and desk, and everybody can use them` {
        @Test func `the demo's own pages`() throws {
            try Visitor.visit { visitor in
                for (name, path) in [
                    ("index", "/"), ("ehr", "/ehr"), ("chart", "/ehr/patients/amira-haddad"),
                    ("app", "/app/health-diary"), ("app-ehr", "/app/medication-review"), ("problem", "/app/none"),
                ] {
                    try visitor.browser.open(visitor.demo.origin + path)
                    try visitor.expectFits("demo-\(name)")
                }
                try visitor.openHealthDiary()
                try visitor.expectFits("demo-steps-1")
                try visitor.goOn()
                try visitor.signIn("patient")
                try visitor.decide("allow")
                try visitor.expectFits("demo-steps-2")
            }
        }

        @Test func `a parent's way: sign-in, its error, patients, consent`() throws {
            try Visitor.visit { visitor in
                try visitor.openHealthDiary()
                try visitor.goOn()
                try visitor.expectFits("sign-in", isServerPage: true)
                try visitor.signIn("parent", password: "wrong")
                try visitor.expectFits("sign-in-error", isServerPage: true)
                try visitor.browser.type("parent-tries-the-demo", into: "#password")
                try visitor.browser.follow("button.primary")
                try visitor.expectFits("patients-two", isServerPage: true)
                try visitor.choose("patient", "ben-keller")
                try visitor.expectFits("consent", isServerPage: true)
            }
        }

        @Test func `a physician's way: search, no match, visit, wildcard consent`() throws {
            let scope = "openid fhirUser offline_access launch/patient launch/encounter patient/*.cruds user/*.rs"
            try Visitor.visit { visitor in
                let app = try ForeignApp()
                try visitor.demo.allow("user/*.cruds", to: "physician")
                try app.register(at: visitor.demo, scope: scope)
                try visitor.browser.open(app.authorizationURL(at: visitor.demo, scope: scope))
                try visitor.signIn("physician")
                try visitor.expectFits("patients-all", isServerPage: true)
                try visitor.browser.type("xyz", into: "#q")
                try visitor.browser.follow("form[role='search'] button")
                try visitor.expectFits("patients-no-match", isServerPage: true)
                try visitor.browser.script("document.getElementById('q').value = ''")
                try visitor.browser.type("hadd", into: "#q")
                try visitor.browser.follow("form[role='search'] button")
                try visitor.choose("patient", "amira-haddad")
                try visitor.expectFits("visits", isServerPage: true)
                try visitor.browser.click("input[name='encounter']")
                try visitor.browser.follow("main form[method='post'] button.primary")
                #expect(try visitor.browser.text.contains("This is broad"))
                try visitor.expectFits("consent-wildcard", isServerPage: true)
                for box in try visitor.browser.elements(".broad > input:checked") { try visitor.browser.click(box) }
                for summary in try visitor.browser.elements("summary") { try visitor.browser.click(summary) }
                try visitor.expectFits("consent-wildcard-open", isServerPage: true)
                for box in try visitor.browser.elements("input[name='scope']:checked") {
                    try visitor.browser.click(box)
                }
                try visitor.decide("allow")
                try visitor.expectFits("consent-nothing-chosen", isServerPage: true)
            }
        }

        @Test func `a person's own page: sign-in, its error, nothing yet, apps, withdrawn, signed out`() throws {
            try Visitor.visit { visitor in
                try visitor.browser.open(visitor.demo.origin + "/apps")
                try visitor.expectFits("own-sign-in", isServerPage: true)
                try visitor.signIn("parent", password: "wrong")
                try visitor.expectFits("own-sign-in-error", isServerPage: true)
                try visitor.browser.script("document.getElementById('username').value = ''")
                try visitor.signIn("parent")
                try visitor.expectFits("apps-none", isServerPage: true)
                try visitor.openHealthDiary()
                try visitor.goOn()
                try visitor.choose("patient", "ben-keller")
                try visitor.decide("allow")
                try visitor.browser.open(visitor.demo.origin + "/app/lab-trends")
                try visitor.browser.follow("form button")
                try visitor.goOn()
                try visitor.choose("patient", "clara-keller")
                try visitor.expectFits("consent-remember", isServerPage: true)
                try visitor.browser.click("input[name='remember']")
                try visitor.decide("allow")
                try visitor.browser.open(visitor.demo.origin + "/apps")
                try visitor.expectFits("apps", isServerPage: true)
                try visitor.browser.open(visitor.demo.origin + "/apps?language=es")
                try visitor.expectFits("apps-spanish", isServerPage: true)
                try visitor.browser.follow("form:has(input[value='health-diary']) button")
                try visitor.expectFits("apps-withdrawn", isServerPage: true)
                try visitor.browser.follow("form[action='/apps/sign-out'] button")
                try visitor.expectFits("signed-out", isServerPage: true)
            }
        }

        @Test func `signing out where no app vouches: the question, and staying`() throws {
            try Visitor.visit { visitor in
                try visitor.browser.open(visitor.demo.origin + "/apps")
                try visitor.signIn("parent")
                try visitor.browser.open(visitor.demo.origin + "/logout")
                try visitor.expectFits("sign-out", isServerPage: true)
                try visitor.decide("deny")
                try visitor.expectFits("stayed", isServerPage: true)
            }
        }

        @Test func `the page that takes the answer to the app as a form, where no script runs`() throws {
            try Visitor.visit { visitor in
                let app = try ForeignApp(), scope = "openid launch/patient patient/Patient.r"
                try app.register(at: visitor.demo, scope: scope)
                try visitor.browser.open(app.authorizationURL(at: visitor.demo, scope: scope, mode: "form_post"))
                try visitor.signIn("patient")
                try visitor.browser.chromium("Emulation.setScriptExecutionDisabled", ["value": true])
                try visitor.decide("allow")
                try visitor.browser.chromium("Emulation.setScriptExecutionDisabled", ["value": false])
                #expect(try visitor.browser.text(of: "h1") == "Back to the app")
                try visitor.expectFits("form-post", isServerPage: true)
            }
        }

        @Test func `error pages`() throws {
            try Visitor.visit { visitor in
                try visitor.browser.open(visitor.demo.origin + "/authorize?client_id=nobody")
                try visitor.expectFits("error", isServerPage: true)
                try visitor.browser.open(visitor.demo.origin + "/consent?interaction=AAAA")
                try visitor.expectFits("error-expired", isServerPage: true)
                try visitor.browser.open(visitor.demo.origin + "/nowhere")
                try visitor.expectFits("not-found", isServerPage: true)
            }
        }
    }
}

extension Visitor {
    /// Nothing of the page lies beyond the edge, every field has a name, and what a thumb must hit is large enough
    /// (WCAG 2.2 §1.4.10 Reflow, §4.1.2 Name, §2.5.8 Target Size; on the server's own pages the 44 px of §2.5.5).
    fileprivate func expectFits(
        _ name: String, isServerPage: Bool = false, _ location: SourceLocation = #_sourceLocation
    ) throws {
        for (width, height) in [(360, 740), (1400, 900)] {
            for colours in ["light", "dark"] {
                try emulate(width: width, height: height, colours: colours)
                let page = "\(name) at \(width) px, \(colours)"
                #expect(try beyondTheEdge() == [], "\(page)", sourceLocation: location)
                #expect(try isDark() == (colours == "dark"), "\(page)", sourceLocation: location)
                let smallest = isServerPage && width == 360 ? 44 : 24
                #expect(try tooSmall(smallest) == [], "\(page)", sourceLocation: location)
                #expect(try violations() == [], "\(page)", sourceLocation: location)
                try keepPicture("\(name)-\(width)-\(colours)")
            }
        }
        #expect(try nameless() == [], "\(name)", sourceLocation: location)
        try browser.chromium("Emulation.clearDeviceMetricsOverride")
    }

    private func emulate(width: Int, height: Int, colours: String) throws {
        try browser.chromium(
            "Emulation.setDeviceMetricsOverride",
            [
                "width": .integer(Int64(width)), "height": .integer(Int64(height)), "deviceScaleFactor": 1,
                "mobile": .bool(width < 600),
            ])
        let scheme: JSON = ["name": "prefers-color-scheme", "value": .string(colours)]
        try browser.chromium("Emulation.setEmulatedMedia", ["features": .array([scheme])])
    }

    private func beyondTheEdge() throws -> [String]? {
        try browser.script(
            """
            const width = document.documentElement.clientWidth;
            return [...document.querySelectorAll('body *')]
                .filter(e => !e.closest('.aside') && e.getBoundingClientRect().right > width + 1)
                .map(e => e.outerHTML.slice(0, 120))
            """
        ).strings
    }

    private func isDark() throws -> Bool {
        let colour = try browser.script("return getComputedStyle(document.body).backgroundColor").stringValue ?? ""
        let parts = colour.split { !$0.isNumber }.compactMap { Int($0) }
        return parts.prefix(3).reduce(0, +) < 3 * 128
    }

    /// Links within a sentence are let be, as the standard does; a box or button counts with the line that is its label.
    private func tooSmall(_ pixels: Int) throws -> [String]? {
        try browser.script(
            """
            const isChoice = e => e.type === 'checkbox' || e.type === 'radio';
            return [...document.querySelectorAll('button, .button, summary, select, input:not([type=hidden])')]
                .filter(e => e.checkVisibility())
                .filter(e => ((isChoice(e) && e.closest('.choice, label')) || e).getBoundingClientRect().height < \(pixels))
                .map(e => e.outerHTML.slice(0, 120))
            """
        ).strings
    }

    private func nameless() throws -> [String]? {
        try browser.script(
            """
            return [...document.querySelectorAll('select, input:not([type=hidden])')]
                .filter(e => ![...e.labels].some(l => l.textContent.trim()))
                .concat([...document.querySelectorAll('button, a')].filter(e => !e.textContent.trim()))
                .map(e => e.outerHTML.slice(0, 120))
            """
        ).strings
    }

    private func keepPicture(_ name: String) throws {
        guard let folder = ProcessInfo.processInfo.environment["LANYARD_SCREENSHOTS"] else { return }
        let picture = try browser.chromium("Page.captureScreenshot", ["format": "png", "captureBeyondViewport": true])
        let bytes = try #require(picture["data"]?.stringValue.flatMap(Base64.decode))
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try Data(bytes).write(to: URL(fileURLWithPath: "\(folder)/\(name).png"))
    }
}
