import Encoding
import Foundation
import Testing

/// axe-core, the accessibility checker (https://www.deque.com/axe/), as `Tests/run` installs it.
enum Axe {
    /// Its script; nil where it is not installed.
    static let script: String? = {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let libraries = root.appendingPathComponent(".build/python/lib")
        let versions = (try? FileManager.default.contentsOfDirectory(atPath: libraries.path)) ?? []
        let places = versions.map {
            libraries.appendingPathComponent("\($0)/site-packages/axe_playwright_python/axe.min.js")
        }
        return places.lazy.compactMap { try? String(contentsOf: $0, encoding: .utf8) }.first
    }()
}

extension Trait where Self == ConditionTrait {
    static var needsAxe: Self {
        .enabled(if: Axe.script != nil, "axe-core is not in .build/python: run Tests/run once, which installs it")
    }
}

extension Visitor {
    /// What axe-core finds wrong with the page as it is now: the rule, and the first element.
    func violations() throws -> [String] {
        let script = try #require(Axe.script)
        if try browser.script("return typeof axe") != "object" { try browser.script(script + "; window.axe = axe") }
        let answer = try browser.scriptAndWait(
            """
            const done = arguments[arguments.length - 1];
            axe.run(document, { resultTypes: ['violations'] }).then(
                result => done(result.violations.map(v => v.id + ': ' + v.nodes[0].html + ' ' + v.nodes[0].failureSummary)),
                error => done(['axe: ' + error]));
            """)
        return try #require(answer.strings)
    }
}
