import Encoding
import Synchronization
import Testing

@testable import lanyard

@Suite struct `AU-03 One event is one line` {
    @Test(arguments: ["\n", "\r", "\u{1B}[31m", "\u{7F}", "\u{85}", "\u{9B}", "\u{202E}", "\u{2028}", "\u{2066}", "\0"])
    func `control characters and overrides in a logged value are escaped`(text: String) throws {
        let line = Log.line(0, .info, "sign_in.failed", ["username": .string("a\(text)b")])
        #expect(line.utf8.allSatisfy { (0x20...0x7E).contains($0) })
        #expect(try JSON(parsing: Array(line.utf8))["username"]?.stringValue == "a\(text)b")
    }

    @Test func `a line begins with time, level and event, which no member can replace`() {
        let line = Log.line(0, .warning, "started", ["event": "forged", "port": 8080])
        #expect(line == #"{"time":"1970-01-01T00:00:00Z","level":"warning","event":"started","port":8080}"#)
    }

    @Test func `what is below the level is not written`() throws {
        let written = Mutex("")
        let writer = try LogWriter { bytes in
            written.withLock { $0 += String(decoding: bytes, as: UTF8.self) }
            return true
        }
        let log = Log(level: .warning, writer: writer) { 0 }
        log(.info, "quiet")
        log(.error, "loud")
        log.flush()
        let text = written.withLock { $0 }
        #expect(text.contains("loud"))
        #expect(!text.contains("quiet"))
        #expect(text.hasSuffix("}\n"))
    }

    @Test func `AU-05: lines over the bound are dropped and counted, and the caller never waits`() throws {
        let gate = Mutex(false)
        let written = Mutex("")
        let writer = try LogWriter(capacity: 10) { bytes in
            while !gate.withLock({ $0 }) {}
            written.withLock { $0 += String(decoding: bytes, as: UTF8.self) }
            return true
        }
        for number in 0..<1000 { writer.append("line \(number)") }
        gate.withLock { $0 = true }
        writer.flush()
        let lines = written.withLock { $0 }.split(separator: "\n")
        #expect(lines.count < 1000)
        let dropped = lines.compactMap { try? JSON(parsing: Array($0.utf8))["lines"]?.integerValue }.reduce(0, +)
        #expect(lines.count { $0.hasPrefix("line") } + Int(dropped) == 1000)
    }

    @Test func `a table on a terminal carries no escape sequences from outside`() {
        let text = Presentation.table([["name": "a\u{1B}[2Jb\nc"]], [("NAME", "name")])
        #expect(text == "NAME\na\\u{1b}[2Jb\\u{a}c\n")
    }
}
