import Crypto
import Storage
import Testing

@testable import AuthorizationServer

@Suite struct `Handles` {
    @Test func `the text round-trips and nothing else is read`() throws {
        let secret = try HandleSecret(RandomBytes())
        let handle = Handle(id: 7_000_000_001, secret: secret)
        let read = try #require(Handle(handle.text))
        #expect(read.id == 7_000_000_001)
        #expect(read.hash == secret.hash)
        #expect(handle.text.utf8.count == 54)
    }

    @Test(arguments: ["", "A", String(repeating: "A", count: 54), String(repeating: "_", count: 54), "é"])
    func `what this server never made is no handle`(text: String) {
        #expect(Handle(text) == nil)
    }

    @Test func `JW-01: an access token's id names its grant, and other texts name none`() throws {
        let id = try AccessTokenID(grantID: 42, RandomBytes())
        #expect(AccessTokenID(id.text)?.grantID == 42)
        for text in ["", ".", "0.a", "-1.a", "x.a", "99999999999999999999.a", "42"] {
            #expect(AccessTokenID(text) == nil, "\(text)")
        }
    }
}
