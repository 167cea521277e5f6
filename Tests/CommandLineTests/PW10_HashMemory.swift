import Encoding
import Foundation
import HTTP
import Measuring
import TestSupport
import Testing

@testable import lanyard

/// A password's hash takes 32 MiB for a moment, which may not be there (A9).
@Suite(.disabled(if: isSanitized, "a sanitizer's allocator ends the process instead"))
struct `PW-10, ST-03: a hash that gets no memory` {
    @Test func `is the server's trouble, which passes`() throws {
        let lanyard = try LanyardProcess()
        let process = try lanyard.serve()
        defer {
            process.terminate()
            process.waitUntilExit()
        }
        func add(_ name: String) throws -> ClientResponse {
            try HTTPClient(timeoutSeconds: 30).send(
                .post, "/admin/v1/users", to: .unix(path: lanyard.files.directory + "/data/admin.sock"),
                headers: [("Host", "localhost"), ("Content-Type", "application/json")],
                body: JSON.object(["username": .string(name), "password": "a-plank-of-weathered-oak"]).serialized())
        }
        #expect(try add("one").status == 201)
        try limitMemory(of: process, to: "\(try memory(of: process) + 8 << 20)")
        let refused = try add("two")
        #expect(refused.status == 503 && refused.headers["retry-after"] != nil, "\(refused.status) \(refused.text)")
        try limitMemory(of: process, to: "unlimited")
        #expect(try add("two").status == 201)
    }

    /// Octets that it may write to. Addresses alone cost nothing: glibc has reserved more than it uses.
    private func memory(of process: Process) throws -> Int {
        let status = try String(contentsOfFile: "/proc/\(process.processIdentifier)/status", encoding: .utf8)
        let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("VmData:") })
        return try #require(Int(line.split(separator: " ").dropLast().last?.split(separator: "\t").last ?? "")) * 1024
    }

    private func limitMemory(of process: Process, to limit: String) throws {
        let prlimit = try Process.run(
            URL(fileURLWithPath: "/usr/bin/prlimit"),
            arguments: ["--pid", "\(process.processIdentifier)", "--data=\(limit):unlimited"])
        prlimit.waitUntilExit()
        #expect(prlimit.terminationStatus == 0)
    }
}
