import Encoding
import Foundation
import TestSupport
import Testing

/// Somebody at a browser before a demo of their own. All of it ends with the test.
final class Visitor {
    let demo: Demo
    let browser: WebDriver
    private let driver: ChildProcess

    private init(arguments: [String]) throws {
        guard let path = Chromedriver.path else { throw TestFailure("chromedriver is not installed") }
        demo = try Demo()
        let port = try FreePort.find()
        driver = try Chromedriver.start(path, port: port)
        browser = try WebDriver(port: port, arguments: arguments)
    }

    /// Runs a test; browser, driver and demo are gone when it comes back, however it ends.
    static func visit(arguments: [String] = [], _ body: (Visitor) throws -> Void) throws {
        let visitor = try Visitor(arguments: arguments)
        defer {
            visitor.browser.quit()
            visitor.driver.stop()
            visitor.demo.stop()
        }
        do { try body(visitor) } catch {
            let place = (try? visitor.browser.url) ?? "", page = (try? visitor.browser.text) ?? ""
            let console = (try? visitor.browser.log("browser").map(\.text)) ?? []
            throw TestFailure("\(error)\nat \(place)\n\(page.prefix(2_000))\n\(console)")
        }
    }

    // MARK: The way through a launch

    /// From the index page to the page where Health Diary hands over to the authorization server.
    func openHealthDiary() throws {
        try browser.open(demo.origin + "/")
        try browser.follow("a[href='/app/health-diary'].button")
        try browser.follow("form[action='/app/health-diary/start'] button")
    }

    /// From the index page over chart and app to the page where the app hands over to the authorization server.
    func openFromEHR(app: String, patient: String, banner: Bool = true) throws {
        try browser.open(demo.origin + "/")
        try browser.follow("a[href='/ehr'].button")
        try browser.follow("a[href='/ehr/patients/\(patient)']")
        if !banner { try browser.click("input[name='need_patient_banner']") }
        try browser.follow("button[name='app'][value='\(app)']")
    }

    func goOn() throws { try browser.follow("#continue") }

    func signIn(_ username: String, password: String? = nil) throws {
        try browser.type(username, into: "input[name='username']")
        try browser.type(password ?? "\(username)-tries-the-demo", into: "input[name='password']")
        try browser.follow("main form button.primary")
    }

    func choose(_ field: String, _ value: String) throws {
        try browser.click("input[name='\(field)'][value='\(value)']")
        try browser.follow("main form[method='post'] button.primary")
    }

    func decide(_ decision: String) throws { try browser.follow("button[name='decision'][value='\(decision)']") }

    // MARK: What the app shows

    /// The text of the last step of that name.
    func step(_ title: String) throws -> String {
        let steps = try browser.elements("li.step").map(browser.text)
        guard let step = steps.last(where: { $0.contains("\(title)\n") }) else {
            throw TestFailure("no step \(title) among \(steps.map { $0.prefix { $0 != "\n" } })")
        }
        return step
    }

    /// The last answer of the token endpoint.
    func tokens() throws -> JSON {
        let texts = try browser.elements("li.step pre").map(browser.text)
        let answers = texts.compactMap { try? JSON(parsing: Array($0.utf8)) }
        return try #require(answers.last { $0["access_token"] != nil })
    }

    /// SE-09: scripts, styles and redirects that the pages' own policy blocks, missing files, failed requests: all of it
    /// would stand in the console.
    func expectQuietConsole(_ location: SourceLocation = #_sourceLocation) throws {
        let entries = try browser.log("browser").map(\.text)
        #expect(entries.isEmpty, sourceLocation: location)
    }
}
