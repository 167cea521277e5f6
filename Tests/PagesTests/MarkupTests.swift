import Foundation
import Testing

@testable import AuthorizationServer

@Suite struct `Markup is literal, text is escaped` {
    private func text(_ html: HTML) -> String { String(decoding: html.bytes, as: UTF8.self) }

    @Test func `literals are markup and values are text`() {
        let value = "<b>&\"'`"
        #expect(text("<i>\(value)</i>") == "<i>&lt;b&gt;&amp;&quot;&#39;&#96;</i>")
        #expect(text(HTML(text: "<b>")) == "&lt;b&gt;")
    }

    @Test func `markup inside markup is not escaped twice`() {
        let inner: HTML = "<b>\("a & b")</b>"
        #expect(
            text("<p>\(inner)\([inner, inner])\(nil as HTML?)\(7)</p>").components(separatedBy: "a &amp; b").count == 4)
    }

    @Test func `a conditional part is there or not`() {
        #expect(text("<a\(" b", if: true)\(" c", if: false)>") == "<a b>")
    }

    @Test func `control characters become a replacement character`() {
        #expect(text(HTML(text: "a\u{0}\u{1B}\u{7F}\u{9F}b\tc\n")) == "a\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}b\tc\n")
    }

    @Test func `text of every plane survives`() {
        let text = "Łukasz 张伟 🩺 e\u{301}"
        #expect(self.text(HTML(text: text)) == text)
    }

    @Test func `no page puts a value where escaping does not hold`() throws {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("Sources/AuthorizationServer/Interaction/Pages")
        let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
            .filter { $0.pathExtension == "swift" }
        #expect(files.count > 20)
        for file in files {
            let source = try String(contentsOf: file, encoding: .utf8)
            for unsafe in ["=\\(", "<script", " style=", "<style", "='", "javascript:", " on\\("] {
                let lines = source.split(separator: "\n").filter { $0.contains(unsafe) && !$0.contains("///") }
                // The one page with a script has a fixed one, which its policy names by its hash.
                if file.lastPathComponent == "FormPostPage.swift", unsafe == "<script" { continue }
                #expect(lines.isEmpty, "\(file.lastPathComponent): \(unsafe)")
            }
        }
    }
}
