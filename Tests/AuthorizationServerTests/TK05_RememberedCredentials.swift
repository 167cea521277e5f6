import Encoding
import HTTP
import Storage
import Testing

@testable import AuthorizationServer

@Suite struct `TK-05: remembered credentials` {
    private let headers = AuthenticatedHeaders()
    private let header: AuthorizationHeader

    init() throws {
        header = try #require(try AuthorizationHeader(Headers([("Authorization", "Basic YTpi")])))
    }

    private func client(_ ends: [Int64?]) throws -> Client {
        let metadata = #"{"redirect_uris": ["https://app.example/cb"]}"#
        let secrets = ends.enumerated().map { index, end in
            StoredSecret(id: Int64(index), verifier: "sha256:AA", createdAt: 0, expiresAt: end)
        }
        return try #require(
            Client(
                StoredClient(
                    id: "a", metadata: metadata, createdAt: 0, updatedAt: 0, disabledAt: nil, secrets: secrets)))
    }

    @Test(
        arguments: [([nil], nil), ([200, nil], 200), ([300, 200, nil], 200), ([100, 99, nil], nil)]
            as [([Int64?], Int64?)])
    func `hold until the first of the live secrets ends, and one that has ended is no reason`(
        ends: [Int64?], end: Int64?
    ) throws {
        headers.remember(header, try client(ends), generation: 7, now: 100)
        #expect(headers.client(header, generation: 7, now: 100) != nil)
        #expect(headers.client(header, generation: 7, now: 199) != nil)
        #expect((headers.client(header, generation: 7, now: 200) == nil) == (end != nil))
    }

    @Test func `hold for no other state of the clients, and for no other credentials`() throws {
        headers.remember(header, try client([nil]), generation: 7, now: 100)
        #expect(headers.client(header, generation: 8, now: 100) == nil)
        let other = try #require(try AuthorizationHeader(Headers([("Authorization", "Basic YTpj")])))
        #expect(headers.client(other, generation: 7, now: 100) == nil)
    }
}
