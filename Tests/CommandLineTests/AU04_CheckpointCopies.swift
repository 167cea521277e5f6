import Encoding
import Foundation
import Testing

@testable import lanyard

@Suite struct `AU-04: checkpoints that were kept elsewhere` {
    /// As JWS, whoever signed it.
    private func copy(_ seq: Int, _ mark: String = "") -> String {
        let parts = [#"{"alg":"ES256"}"#, #"{"seq":\#(seq),"mark":"\#(mark)"}"#, "signature"]
        return parts.map { Base64URL.encode(Array($0.utf8)) }.joined(separator: ".")
    }

    @Test func `come in the order of what they sign, each once, no more than one request takes`() throws {
        let copies = try CheckpointCopies([copy(5), copy(30), copy(5), copy(12)])
        #expect(copies.all == [copy(5), copy(12), copy(30)])
        #expect(try copies.batches() == [CheckpointCopies.Batch(copies: copies.all, through: nil)])
        let most = copy(30).utf8.count * 2 + 6
        #expect(
            try copies.batches(of: most) == [
                CheckpointCopies.Batch(copies: [copy(5), copy(12)], through: 12),
                CheckpointCopies.Batch(copies: [copy(30)], through: nil),
            ])
        #expect(try CheckpointCopies([]).batches() == [CheckpointCopies.Batch(copies: [], through: nil)])
    }

    @Test func `of one record are looked at together, or not at all`() throws {
        let copies = try CheckpointCopies([copy(5, "a"), copy(5, "b"), copy(6)])
        #expect(throws: CommandFailure.self) { try copies.batches(of: copy(5, "a").utf8.count + 3) }
    }

    @Test func `and nothing else`() {
        for text in ["", "a.b.c", "e30.e30.e30"] {
            #expect(throws: CommandFailure.self) { try CheckpointCopies([text]) }
        }
    }

    @Test func `a log of any length is held against the records, by a running server and without one`() throws {
        let lanyard = try LanyardProcess()
        // Signed while no server runs: it is in no log but this.
        let added = try lanyard.run(["group", "add", "nights", "--json"])
        let line = try #require(added.errors.split(separator: "\n").first { $0.contains("audit.checkpoint") })
        let event = try JSON(parsing: Array(line.utf8))
        #expect(event["event"] == "audit.checkpoint" && event["number"] == 1)
        let key = try #require(event["key"]?.stringValue)
        let forPeople = try lanyard.run(["group", "add", "days"])
        #expect(forPeople.errors.hasPrefix("note: audit.checkpoint: number 2, seq "), "\(forPeople.errors)")
        // Longer than any request may be.
        _ = try lanyard.files.write("lanyard.log", String(repeating: line + "\n", count: 40_000))
        for isRunning in [false, true] {
            let server = isRunning ? try lanyard.serve() : nil
            defer { server?.terminate() }
            let verified = try lanyard.run(["audit", "verify", "--checkpoint", "lanyard.log"])
            #expect(verified.status == 0, "\(verified.errors)")
            let output = verified.output
            #expect(output.contains("by checkpoint 2, ") && output.contains(key), "\(output)")
            let json = try lanyard.run(["audit", "verify", "--json"])
            #expect(try JSON(parsing: Array(json.output.utf8))["voucher"]?["key"]?.stringValue == key)
        }
    }
}
