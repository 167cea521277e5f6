import AuthorizationServer
import Encoding
import Foundation
import HTTP
import Synchronization
import Testing

@testable import lanyard

@Suite struct `SIGHUP: the configuration is read again` {
    /// The events that a reload logs, and the settings that are in force after it.
    private func reload(
        from old: String, to new: String, started: String? = nil, level: LogLevel = .info
    ) throws -> (events: [JSON], settings: Settings, log: Log, adopted: [Int]) {
        let collected = Collected()
        let writer = try LogWriter { bytes in
            collected.add(String(decoding: bytes, as: UTF8.self))
            return true
        }
        let log = Log(level: level, writer: writer)
        let started = try ConfigurationText.read(ConfigurationText.minimal + (started ?? old))
        let adopted = Mutex<[Int]>([])
        let reload = Reload(log: log, started: started) {
            do throws(SettingProblems) {
                return try ConfigurationText.read(ConfigurationText.minimal + new)
            } catch {
                throw error.failure(in: "lanyard.json")
            }
        } adopt: { settings in
            adopted.withLock { $0.append(settings.configuration.guessing.perAccount) }
        }
        let settings = reload.apply(over: try ConfigurationText.read(ConfigurationText.minimal + old))
        log.flush()
        let events = try collected.text.split(separator: "\n").map { try JSON(parsing: Array($0.utf8)) }
        return (events, settings, log, adopted.withLock { $0 })
    }

    private final class Collected: Sendable {
        private let lines = Mutex("")
        var text: String { lines.withLock { $0 } }
        func add(_ text: String) { lines.withLock { $0 += text } }
    }

    @Test func `log_level takes effect, and what waits for a restart is named`() throws {
        let (events, settings, _, adopted) = try reload(
            from: #", "threads": 1"#,
            to: #", "threads": 2, "log_level": "debug", "limits": {"guesses_per_account": 7, "idle_seconds": 9}"#)
        #expect(settings.logLevel == .debug)
        let event = try #require(events.first)
        #expect(event["event"] == "configuration.reloaded")
        #expect(event["applied"] == ["limits.guesses_per_account", "log_level"])
        #expect(event["needs_restart"] == ["limits.idle_seconds", "threads"])
        #expect(adopted == [7])
    }

    @Test func `a file that says the same does nothing, and what waits since the start is still named`() throws {
        let same = #", "threads": 2, "limits": {"guesses_per_account": 7}"#
        let (events, _, _, adopted) = try reload(from: same, to: same, started: #", "threads": 1"#)
        #expect(adopted.isEmpty)
        #expect(events.first?["applied"] == [] && events.first?["needs_restart"] == ["threads"])
    }

    /// What is named as applied is, and not only said to be.
    @Test func `limits and the place of the passphrase are those of the new file in a running server`() throws {
        let lanyard = try LanyardProcess()
        let path = lanyard.files.directory + "/lanyard.json"
        let text = try String(contentsOfFile: path, encoding: .utf8)
        let server = try lanyard.serve()
        defer { server.terminate() }
        let passphrase = try lanyard.files.write("passphrase", "one\n")
        try lanyard.addSettings(
            #""key_passphrase_file": "\#(passphrase)", "limits": {"guesses_per_account": 7}"#)
        kill(server.processIdentifier, SIGHUP)
        func guesses() throws -> String { try lanyard.run(["settings", "show", "--json"]).output }
        for _ in 0..<100 where try !guesses().contains(#""guesses_per_account":7"#) { usleep(50_000) }
        #expect(try guesses().contains(#""guesses_per_account":7"#))
        #expect(try lanyard.run(["key", "reencrypt", "--json"]).output.contains(#""encrypted":true"#))
        // A broken file leaves what is in force.
        try "{".write(toFile: path, atomically: true, encoding: .utf8)
        kill(server.processIdentifier, SIGHUP)
        usleep(200_000)
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        #expect(try guesses().contains(#""guesses_per_account":7"#))
    }

    @Test func `a level that is raised is kept to from the next line on, by all copies of the log`() throws {
        let (events, _, log, _) = try reload(from: "", to: #", "log_level": "error""#)
        #expect(events.isEmpty)
        log(.info, "not.written")
        log.flush()
        #expect(log.isWorking)
    }

    @Test func `a broken file changes nothing, and the log says what is wrong with it`() throws {
        let (events, settings, _, adopted) = try reload(
            from: #", "threads": 1"#, to: #", "threads": 0, "log_level": "loud""#)
        #expect(settings.logLevel == .info && adopted.isEmpty)
        let event = try #require(events.first)
        #expect(event["event"] == "configuration.kept" && event["level"] == "error")
        #expect(event["problems"]?.arrayValue?.count == 2)
    }

    @Test func `a log that cannot be written says so, until it can be again`() throws {
        let isBroken = Collected()
        let writer = try LogWriter { _ in isBroken.text.isEmpty }
        writer.append("one")
        writer.flush()
        #expect(writer.isWorking)
        isBroken.add("broken")
        writer.append("two")
        writer.flush()
        #expect(!writer.isWorking)
    }
}

@Suite struct `metrics_listen` {
    @Test(arguments: ["0.0.0.0:9464", "10.0.0.1:9464", "[::]:9464"])
    func `is on this machine, or not at all`(address: String) {
        let problems = ConfigurationText.problems(ConfigurationText.minimal + #", "metrics_listen": "\#(address)""#)
        #expect(problems.count == 1 && problems.first?.hasPrefix("metrics_listen: must be on loopback") == true)
    }

    @Test func `the figures and the health are read there and on the admin socket, while the server runs`() throws {
        let lanyard = try LanyardProcess()
        let path = lanyard.files.directory + "/lanyard.json"
        let text = try String(contentsOfFile: path, encoding: .utf8)
        try (text.dropLast() + #", "metrics_listen": "unix:figures.sock"}"#)
            .write(toFile: path, atomically: true, encoding: .utf8)
        let process = try lanyard.serve()
        defer {
            process.terminate()
            process.waitUntilExit()
        }
        for socket in ["figures.sock", "data/admin.sock"] {
            for (page, word) in [("/metrics", "lanyard_database_pages "), ("/health/ready", "\"ready\"")] {
                let response = try HTTPClient(timeoutSeconds: 10).send(
                    .get, page, to: .unix(path: lanyard.files.directory + "/" + socket),
                    headers: [("Host", "localhost")], body: [])
                #expect(response.status == 200 && String(decoding: response.body, as: UTF8.self).contains(word))
            }
        }
    }
}
