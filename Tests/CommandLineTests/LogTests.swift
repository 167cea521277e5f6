import Encoding
import Glibc
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
        #expect(writer.lost == Int(dropped))
    }

    @Test func `AU-05: a full disk costs lines, which are counted and told once there is room, and nobody waits`()
        throws
    {
        let descriptor = unsafe open("/dev/full", O_WRONLY)
        try #require(descriptor >= 0)
        defer { close(descriptor) }
        let isFull = Mutex(true), written = Mutex("")
        let writer = try LogWriter { bytes in
            guard isFull.withLock({ $0 }) else {
                written.withLock { $0 += String(decoding: bytes, as: UTF8.self) }
                return true
            }
            return FileAccess.write(bytes, descriptor: descriptor)
        }
        let log = Log(level: .info, writer: writer) { 0 }
        #expect(log.lostLines == 0)
        for number in 0..<10 as Range<Int64> { log(.info, "request", ["number": .integer(number)]) }
        log.flush()
        #expect(log.lostLines == 10)
        isFull.withLock { $0 = false }
        log(.info, "room")
        log.flush()
        #expect(written.withLock { $0 }.contains(#""event":"log.dropped","lines":10"#))
        #expect(log.lostLines == 10)
    }

    @Test func `AU-05: repeats of one event from one peer are counted, and told when their minute is over`() throws {
        let written = Mutex(""), time = Mutex<Int64>(1000)
        let writer = try LogWriter { bytes in
            written.withLock { $0 += String(decoding: bytes, as: UTF8.self) }
            return true
        }
        let log = Log(level: .info, writer: writer) { time.withLock { $0 } }
        for _ in 0..<500 { log(.info, "request.refused", ["peer": "192.0.2.7"]) }
        for _ in 0..<3 { log(.info, "request.refused", ["peer": "192.0.2.8"]) }
        for _ in 0..<100 { log(.info, "server.told") }
        time.withLock { $0 += LogRepeats.window }
        log(.info, "request.refused", ["peer": "192.0.2.7"])
        log.flush()
        let lines = written.withLock { $0 }.split(separator: "\n")
        #expect(lines.count { $0.contains("192.0.2.7") && $0.contains("request.refused\",\"peer") } == 22)
        let summaries = lines.filter { $0.contains("log.repeated") }
        #expect(summaries.count == 1)
        #expect(summaries.first?.hasSuffix(#""of":"request.refused","peer":"192.0.2.7","times":480}"#) == true)
        #expect(lines.count { $0.contains("192.0.2.8") } == 3 && lines.count { $0.contains("server.told") } == 100)
    }

    @Test func `AU-05: very many peers are bounded too`() {
        let repeats = LogRepeats()
        var written = 0
        for number in 0..<100_000 {
            let isWritten = repeats.admit("connection.refused", peer: "peer \(number)", now: 5).isWritten
            if isWritten { written += 1 }
        }
        #expect(written == LogRepeats.peersAtMost + LogRepeats.allowance)
        let rest = repeats.takeRest()
        #expect(
            rest == [
                LogRepeats.Summary(
                    event: "connection.refused", peer: LogRepeats.others,
                    times: 100_000 - LogRepeats.peersAtMost - LogRepeats.allowance)
            ])
        #expect(repeats.takeRest().isEmpty)
    }

    @Test func `a table on a terminal carries no escape sequences from outside`() {
        let text = Presentation.table([["name": "a\u{1B}[2Jb\nc"]], [("NAME", "name")])
        #expect(text == "NAME\na\\u{1b}[2Jb\\u{a}c\n")
    }
}
