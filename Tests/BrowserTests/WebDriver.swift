import Encoding
import Foundation
import HTTP
import TestSupport

/// A session of a browser without a screen, driven by the W3C WebDriver protocol: https://www.w3.org/TR/webdriver2/
final class WebDriver {
    /// An element of the current page.
    struct Element {
        let id: String
    }

    /// The member under which the protocol hands out an element (§12.1).
    private static let elementKey = "element-6066-11e4-a52e-4f735466cecf"
    private let target: HTTPClient.Target
    private let session: String

    /// Begins a session; `arguments` go to the browser beside those that every test needs.
    init(port: UInt16, arguments: [String] = []) throws {
        target = .tcp(host: "127.0.0.1", port: port)
        let all = [
            "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--window-size=1400,900",
        ]
        let options: JSON = ["args": .array((all + arguments).map { .string($0) })]
        let capabilities: JSON = [
            "browserName": "chrome", "goog:chromeOptions": options,
            "goog:loggingPrefs": ["browser": "ALL", "performance": "ALL"],
        ]
        let answer = try Self.send(.post, "/session", ["capabilities": ["alwaysMatch": capabilities]], to: target)
        guard let session = answer["sessionId"]?.stringValue else { throw TestFailure("no session: \(answer.text)") }
        self.session = session
    }

    /// Ends the session and with it the browser.
    func quit() {
        _ = try? command(.delete, "")
    }

    // MARK: Pages

    func open(_ url: String) throws { try command(.post, "/url", ["url": .string(url)]) }
    func back() throws { try command(.post, "/back") }
    var url: String { get throws { try command(.get, "/url").stringValue ?? "" } }
    var title: String { get throws { try command(.get, "/title").stringValue ?? "" } }

    /// What the page says, as people see it.
    var text: String { get throws { try text(of: element("body")) } }

    /// Does what leads to another page, and comes back when that page is there: when the document of before is gone and
    /// the new one is complete.
    func leave(_ action: () throws -> Void) throws {
        let page = try element("html")
        try action()
        let deadline = Date().addingTimeInterval(30)
        while Date() < deadline {
            let isOld = (try? command(.get, "/element/\(page.id)/name")) != nil
            if !isOld, (try? script("return document.readyState")) == "complete" { return }
            usleep(20_000)
        }
        throw TestFailure("no other page came")
    }

    /// Clicks on what leads to another page.
    func follow(_ selector: String) throws {
        try leave { try click(selector) }
    }

    // MARK: Elements

    /// The first element that a CSS selector finds.
    func element(_ selector: String) throws -> Element {
        let found = try command(.post, "/element", ["using": "css selector", "value": .string(selector)])
        return try element(found)
    }

    func elements(_ selector: String) throws -> [Element] {
        let found = try command(.post, "/elements", ["using": "css selector", "value": .string(selector)])
        return try (found.arrayValue ?? []).map(element)
    }

    func click(_ selector: String) throws { try click(element(selector)) }
    func click(_ element: Element) throws { try command(.post, "/element/\(element.id)/click") }

    func type(_ text: String, into selector: String) throws {
        try command(.post, "/element/\(element(selector).id)/value", ["text": .string(text)])
    }

    func text(of selector: String) throws -> String { try text(of: element(selector)) }
    func text(of element: Element) throws -> String {
        try command(.get, "/element/\(element.id)/text").stringValue ?? ""
    }

    func property(_ name: String, of selector: String) throws -> JSON {
        try command(.get, "/element/\(element(selector).id)/property/\(name)")
    }

    private func element(_ found: JSON) throws -> Element {
        guard let id = found[Self.elementKey]?.stringValue else { throw TestFailure("no element: \(found.text)") }
        return Element(id: id)
    }

    // MARK: Keyboard

    /// Keys as the protocol writes them (§17.4.2).
    enum Key {
        static let tab = "\u{E004}", enter = "\u{E007}", space = "\u{E00D}"
    }

    /// Presses keys one by one, wherever the focus is.
    func press(_ keys: String) throws {
        let strokes = keys.unicodeScalars.flatMap { key -> [JSON] in
            ["keyDown", "keyUp"].map { ["type": .string($0), "value": .string(String(key))] }
        }
        let keyboard: JSON = ["type": "key", "id": "keyboard", "actions": .array(strokes)]
        try command(.post, "/actions", ["actions": .array([keyboard])])
    }

    // MARK: Under the hood

    /// Runs a function body in the page, for what the protocol has no verb for.
    @discardableResult
    func script(_ body: String) throws -> JSON {
        try command(.post, "/execute/sync", ["script": .string(body), "args": []])
    }

    /// Runs a function body that answers by calling its last argument.
    func scriptAndWait(_ body: String, _ arguments: [JSON] = []) throws -> JSON {
        try command(.post, "/execute/async", ["script": .string(body), "args": .array(arguments)])
    }

    /// What Chromium wrote since the last call: `browser` is the console, `performance` the network.
    func log(_ type: String) throws -> [JSON] {
        try command(.post, "/se/log", ["type": .string(type)]).arrayValue ?? []
    }

    /// A command of Chromium's own protocol.
    @discardableResult
    func chromium(_ method: String, _ parameters: JSON = [:]) throws -> JSON {
        try command(.post, "/goog/cdp/execute", ["cmd": .string(method), "params": parameters])
    }

    @discardableResult
    private func command(_ method: Method, _ path: String, _ parameters: JSON = [:]) throws -> JSON {
        try Self.send(method, "/session/\(session)\(path)", method == .post ? parameters : nil, to: target)
    }

    private static func send(
        _ method: Method, _ path: String, _ parameters: JSON?, to target: HTTPClient.Target
    ) throws -> JSON {
        let response = try HTTPClient(timeoutSeconds: 60).send(
            method, path, to: target, headers: [("Content-Type", "application/json; charset=utf-8")],
            body: parameters?.serialized() ?? [])
        let value = response.json["value"] ?? .null
        guard response.status == 200 else {
            let reason = value["message"]?.stringValue ?? response.text
            throw TestFailure("\(method.name) \(path): \(reason.prefix { $0 != "\n" })")
        }
        return value
    }
}
