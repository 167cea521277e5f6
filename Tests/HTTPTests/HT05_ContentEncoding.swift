import Testing

@testable import HTTP

/// HT-05: coded bodies are refused, never inflated.
@Suite struct `HT-05 Content-Encoding` {
    @Test(arguments: ["gzip", "deflate", "br", "zstd", "identity", "GZIP, gzip", ""])
    func `any Content-Encoding is 415`(_ coding: String) throws {
        #expect(try Parsing.status(post("Content-Length: 3\r\nContent-Encoding: \(coding)", "abc")) == 415)
    }
}
