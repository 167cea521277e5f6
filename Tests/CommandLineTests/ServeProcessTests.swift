import Foundation
import Testing

@Suite struct `ST-13 ST-14 The server process` {
    @Test(arguments: [SIGTERM, SIGINT])
    func `a signal stops the server, exit code 0, and its socket is gone`(signal: Int32) throws {
        let lanyard = try LanyardProcess()
        let server = try lanyard.serve()
        kill(server.processIdentifier, signal)
        server.waitUntilExit()
        #expect(server.terminationReason == .exit)
        #expect(server.terminationStatus == 0)
        #expect(!FileManager.default.fileExists(atPath: lanyard.files.directory + "/data/admin.sock"))
    }

    @Test func `SIGHUP does not stop the server`() throws {
        let lanyard = try LanyardProcess()
        let server = try lanyard.serve()
        kill(server.processIdentifier, SIGHUP)
        usleep(300_000)
        #expect(server.isRunning)
        #expect(try lanyard.run(["client", "list"]).status == 0)
        server.terminate()
        server.waitUntilExit()
    }

    @Test func `a second server on the same data is refused and harms nothing`() throws {
        let lanyard = try LanyardProcess()
        let server = try lanyard.serve()
        let second = try lanyard.run(["serve"])
        #expect(second.status == 69)
        #expect(second.errors.contains("in use"))
        #expect(try lanyard.run(["client", "list", "--socket", "data/admin.sock"]).status == 0)
        server.terminate()
        server.waitUntilExit()
    }

    @Test func `no core is dumped and no file is open to others`() throws {
        let lanyard = try LanyardProcess()
        let server = try lanyard.serve()
        let process = "/proc/\(server.processIdentifier)/"
        let limits = try String(contentsOfFile: process + "limits", encoding: .utf8)
        let core = limits.split(separator: "\n").first { $0.hasPrefix("Max core file size") }
        #expect(core?.split(separator: " ").dropFirst(4).first == "0")
        let filter = try String(contentsOfFile: process + "coredump_filter", encoding: .utf8)
        #expect(filter.trimmingCharacters(in: .whitespacesAndNewlines) == "00000000")
        let status = try String(contentsOfFile: process + "status", encoding: .utf8)
        #expect(status.contains("Umask:\t0077\n"))
        for folder in ["data", "keys"] {
            let path = lanyard.files.directory + "/" + folder
            for name in try FileManager.default.contentsOfDirectory(atPath: path) + ["."] {
                let attributes = try FileManager.default.attributesOfItem(atPath: path + "/" + name)
                let mode = try #require(attributes[.posixPermissions] as? NSNumber).intValue
                #expect(mode & 0o077 == 0, "\(folder)/\(name) has mode \(String(mode, radix: 8))")
            }
        }
        server.terminate()
        server.waitUntilExit()
    }

    @Test func `--check says ok and starts nothing`() throws {
        let lanyard = try LanyardProcess()
        let result = try lanyard.run(["serve", "--check"])
        #expect(result.status == 0)
        #expect(result.output == "configuration ok\n")
        #expect(!FileManager.default.fileExists(atPath: lanyard.files.directory + "/data"))
    }
}
