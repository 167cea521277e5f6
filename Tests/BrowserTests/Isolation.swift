import Encoding
import Glibc
import HTTP
import TestSupport
import Testing

extension BrowserTests {
    @Suite struct `SE-09 What the browser itself enforces` {
        @Test(arguments: ["allow", "deny"])
        func `AUTHZ-38: form-action lets the decision redirect to an app on another origin`(decision: String) throws {
            try Visitor.visit { visitor in
                let app = try ForeignApp()
                try app.register(at: visitor.demo, scope: "openid launch/patient patient/Patient.r")
                try visitor.browser.open(
                    app.authorizationURL(at: visitor.demo, scope: "openid launch/patient patient/Patient.r"))
                try visitor.signIn("patient")
                try visitor.decide(decision)

                #expect(try visitor.browser.text(of: "h1") == "The app")
                let place = try visitor.browser.url
                #expect(place.hasPrefix(app.origin + "/callback?") && place.contains("state=of-this-browser"))
                #expect(place.contains(decision == "allow" ? "code=" : "error=access_denied"))
                // The address of our page, with the interaction in it, stays here (SE-10).
                #expect(try visitor.browser.script("return document.referrer") == "")
                try visitor.expectQuietConsole()
            }
        }

        @Test func `cancel on the very first page reaches an app on another origin`() throws {
            try Visitor.visit { visitor in
                let app = try ForeignApp()
                try app.register(at: visitor.demo, scope: "patient/Patient.r launch/patient")
                try visitor.browser.open(
                    app.authorizationURL(at: visitor.demo, scope: "patient/Patient.r launch/patient"))
                try visitor.decide("deny")
                #expect(try visitor.browser.url.hasPrefix(app.origin + "/callback?error=access_denied"))
                try visitor.expectQuietConsole()
            }
        }

        @Test(arguments: [true, false])
        func `OAuth 2.0 Form Post: the page of the answer posts itself, or by its button where no script runs`(
            runsScripts: Bool
        ) throws {
            try Visitor.visit(arguments: runsScripts ? [] : ["--blink-settings=scriptEnabled=false"]) { visitor in
                let app = try ForeignApp()
                let scope = "openid launch/patient patient/Patient.r"
                try app.register(at: visitor.demo, scope: scope)
                try visitor.browser.open(app.authorizationURL(at: visitor.demo, scope: scope, mode: "form_post"))
                try visitor.signIn("patient")
                try visitor.decide("allow")
                if !runsScripts {
                    #expect(try visitor.browser.text(of: "h1") == "Back to the app")
                    try visitor.browser.follow("main form button")
                }
                for _ in 0..<50 where try !visitor.browser.url.hasPrefix(app.origin) { usleep(100_000) }
                #expect(try visitor.browser.text(of: "h1") == "The app got a form")
                let said = try visitor.browser.text(of: "p")
                #expect(said == "code state iss of-this-browser \(visitor.demo.origin)")
                try visitor.expectQuietConsole()
            }
        }

        @Test func `CST-2: the FHIR server's metadata names the endpoints of smart-configuration`() throws {
            try Visitor.visit { visitor in
                func read(_ path: String) throws -> JSON {
                    let response = try HTTPClient(timeoutSeconds: 5).send(
                        .get, path, to: .tcp(host: "127.0.0.1", port: visitor.demo.port))
                    return try JSON(parsing: response.body)
                }
                let metadata = try read("/fhir/metadata"), document = try read("/fhir/.well-known/smart-configuration")
                let security = metadata["rest"]?.arrayValue?.first?["security"]
                #expect(try security == read("/fhir-servers/fhir/capability-security"))
                let uris = security?["extension"]?.arrayValue?.first?["extension"]?.arrayValue ?? []
                let token = uris.first { $0["url"] == "token" }
                #expect(token?["valueUri"] == document["token_endpoint"] && token != nil)
            }
        }

        @Test func `SE-10: no page of ours is shown inside a page of another's`() throws {
            try Visitor.visit { visitor in
                let app = try ForeignApp()
                try app.register(at: visitor.demo, scope: "patient/Patient.r launch/patient")
                let page = app.authorizationURL(at: visitor.demo, scope: "patient/Patient.r launch/patient")
                try visitor.browser.open("\(app.origin)/frame?page=\(PercentEncoding.encode(page))")
                let console = try visitor.browser.log("browser").map(\.text).joined(separator: "\n")
                #expect(console.contains("frame-ancestors") || console.contains("X-Frame-Options"))
            }
        }

        @Test func `a launch asks nothing of any other origin, and runs no script`() throws {
            try Visitor.visit { visitor in
                try visitor.openFromEHR(app: "growth-chart", patient: "clara-keller")
                try visitor.goOn()
                try visitor.signIn("physician")
                try visitor.decide("allow")
                #expect(try visitor.step("The record").contains("Clara Keller"))

                let requests = try visitor.requests()
                #expect(requests.count > 10)
                let foreign = requests.map(\.url).filter {
                    !$0.hasPrefix(visitor.demo.origin + "/") && !$0.hasPrefix("data:")
                }
                #expect(foreign.isEmpty)
                #expect(requests.filter { $0.type == "Script" }.isEmpty)
                try visitor.expectQuietConsole()
            }
        }
    }
}

extension Visitor {
    /// Everything that the pages asked the network for.
    fileprivate func requests() throws -> [(url: String, type: String)] {
        try browser.log("performance").compactMap { entry in
            guard let text = entry["message"]?.stringValue,
                let message = try JSON(parsing: Array(text.utf8), maximumDepth: 64)["message"],
                message["method"] == "Network.requestWillBeSent", let parameters = message["params"],
                let url = parameters["request"]?["url"]?.stringValue
            else { return nil }
            return (url, parameters["type"]?.stringValue ?? "")
        }
    }
}
