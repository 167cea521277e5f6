import Crypto
import HTTP
import JOSE
import SMART
import TestSupport
import Testing

@testable import AuthorizationServer

extension RemoteKeySets {
    /// As a server for development has it: the machine itself may be called.
    convenience init(
        _ clock: TestClock, trust: TLSTrust = TLSTrust(), onlyPublic: Bool = false,
        turns: any FetchTurns = TestTurns(leaps: true), timeoutSeconds: Int = 5
    ) {
        let addresses = OutboundAddresses(permitted: onlyPublic ? [] : OutboundAddresses.loopback)
        let outbound = OutboundClient(
            timeoutSeconds: timeoutSeconds, longestBody: Self.longestAnswer, addresses: addresses, trust: trust)
        self.init(outbound: outbound, clock: clock.clock, turns: turns)
    }

    /// The ids of the keys at an address.
    func keyIDs(at url: WebURL) async throws -> [String?] { try await keySet(at: url).keys.map(\.keyID) }
}

/// How long a client's keys are believed: no longer than it says, and never after it took one back (checklist CAS-9).
@Suite struct `TK-20: a key set is cached no longer than it allows` {
    let clock = TestClock()
    let client: KeySetStandIn
    let keySets: RemoteKeySets
    let first: SigningKey
    let second: SigningKey

    init() throws {
        client = try KeySetStandIn()
        keySets = RemoteKeySets(clock)
        first = try SigningKey.generate(.p256)
        second = try SigningKey.generate(.ed25519)
    }

    private func stop() {
        keySets.stop()
        client.stop()
    }

    private static let times: [(String?, Int64)] = [
        (nil, 300), ("public", 300), ("max-age=60", 60), ("max-age=60, must-revalidate", 60), ("max-age=86400", 3600),
        ("no-store", 0), ("no-cache", 0), ("max-age=0", 0), ("max-age=600, no-store", 0), ("max-age=x", 0),
    ]

    @Test(arguments: times)
    func `a removed key is gone when the time is over`(cacheControl: String?, seconds: Int64) async throws {
        defer { stop() }
        let url = try client.url()
        client.publish([("a", first), ("b", second)], cacheControl: cacheControl)
        #expect(try await keySets.keyIDs(at: url) == ["a", "b"])
        client.publish([("b", second)], cacheControl: cacheControl)
        if seconds > 0 {
            clock.advance(seconds - 1)
            #expect(try await keySets.keyIDs(at: url) == ["a", "b"])
            #expect(client.count() == 1)
            clock.advance(1)
        }
        #expect(try await keySets.keyIDs(at: url) == ["b"])
        #expect(client.count() == 2)
    }

    @Test func `a clock that was set back keeps nothing longer`() async throws {
        defer { stop() }
        client.publish([("a", first)], cacheControl: "max-age=60")
        #expect(try await keySets.keyIDs(at: client.url()) == ["a"])
        clock.advance(-3600)
        client.publish([("b", second)], cacheControl: "max-age=60")
        #expect(try await keySets.keyIDs(at: client.url()) == ["b"])
    }

    @Test func `keys whose time is over do not come back while the address fails`() async throws {
        defer { stop() }
        client.publish([("a", first)], cacheControl: "max-age=60")
        _ = try await keySets.keySet(at: client.url())
        client.behave(.answer(status: 500, headers: KeySetStandIn.json, body: KeySetStandIn.text([("a", first)])))
        clock.advance(60)
        await #expect(throws: FetchTrouble.self) { try await keySets.keySet(at: client.url()) }
    }

    @Test func `a failure is kept for five seconds`() async throws {
        defer { stop() }
        let url = try client.url()
        for _ in 0..<3 { await #expect(throws: FetchTrouble.self) { try await keySets.keySet(at: url) } }
        clock.advance(4)
        client.publish([("a", first)])
        await #expect(throws: FetchTrouble.self) { try await keySets.keySet(at: url) }
        #expect(client.count() == 1)
        clock.advance(1)
        #expect(try await keySets.keyIDs(at: url) == ["a"])
        #expect(client.count() == 2)
    }

    @Test func `an unknown kid brings the new keys, at once and then at most every ten seconds`() async throws {
        defer { stop() }
        let url = try client.url()
        client.publish([("a", first)], cacheControl: "max-age=600")
        let old = try await keySets.keySet(at: url)
        client.publish([("a", first), ("b", second)], cacheControl: "max-age=600")
        let newer = try #require(try await keySets.newerKeySet(at: url, than: old))
        #expect(newer.keys.map(\.keyID) == ["a", "b"])
        #expect(try await keySets.keySet(at: url) == newer)
        #expect(client.count() == 2)
        // Who still holds the old ones is given what is there, without a fetch.
        #expect(try await keySets.newerKeySet(at: url, than: old) == newer)
        client.publish([("c", first)], cacheControl: "max-age=600")
        for _ in 0..<20 { #expect(try await keySets.newerKeySet(at: url, than: newer) == nil) }
        clock.advance(9)
        #expect(try await keySets.newerKeySet(at: url, than: newer) == nil)
        #expect(client.count() == 2)
        clock.advance(1)
        #expect(try await keySets.newerKeySet(at: url, than: newer)?.keys.map(\.keyID) == ["c"])
        #expect(client.count() == 3)
    }

    @Test func `nothing new is nil, and counts as a fetch`() async throws {
        defer { stop() }
        let url = try client.url()
        client.publish([("a", first)])
        let keys = try await keySets.keySet(at: url)
        for _ in 0..<5 { #expect(try await keySets.newerKeySet(at: url, than: keys) == nil) }
        #expect(client.count() == 2)
    }

    @Test func `keys that may not be kept are fetched again for an unknown kid no more often`() async throws {
        defer { stop() }
        let url = try client.url()
        client.publish([("a", first)], cacheControl: "no-store")
        let keys = try await keySets.keySet(at: url)
        client.publish([("b", second)], cacheControl: "no-store")
        #expect(try await keySets.newerKeySet(at: url, than: keys)?.keys.map(\.keyID) == ["b"])
        for _ in 0..<5 { #expect(try await keySets.newerKeySet(at: url, than: keys) == nil) }
        #expect(client.count() == 2)
        #expect(try await keySets.keyIDs(at: url) == ["b"])
    }

    /// Else whoever sends an assertion with an unknown `kid` while the address is down would lock the client out.
    @Test func `a failure to fetch newer keys leaves those that may be kept`() async throws {
        defer { stop() }
        let url = try client.url()
        client.publish([("a", first)], cacheControl: "max-age=600")
        let keys = try await keySets.keySet(at: url)
        client.behave(.answer(status: 503, headers: [], body: ""))
        await #expect(throws: FetchTrouble.self) { try await keySets.newerKeySet(at: url, than: keys) }
        #expect(try await keySets.keySet(at: url) == keys)
        #expect(try await keySets.newerKeySet(at: url, than: keys) == nil)
        #expect(client.count() == 2)
    }

    @Test func `many who want the same keys cause one fetch`() async throws {
        defer { stop() }
        let url = try client.url()
        client.publish([("a", first)], cacheControl: "max-age=600")
        let keySets = keySets
        try await withThrowingTaskGroup(of: [String?].self) { group in
            for _ in 0..<40 { group.addTask { try await keySets.keyIDs(at: url) } }
            for try await ids in group { #expect(ids == ["a"]) }
        }
        #expect(client.count() == 1)
    }

    @Test func `two addresses are two key sets`() async throws {
        defer { stop() }
        client.publish([("a", first)], at: "/one")
        client.publish([("b", second)], at: "/two")
        #expect(try await keySets.keyIDs(at: client.url("/one")) == ["a"])
        #expect(try await keySets.keyIDs(at: client.url("/two")) == ["b"])
        #expect(try await keySets.keyIDs(at: client.url("/one")) == ["a"])
        #expect(client.count() == 2)
    }

    /// What clients publish must not fill the memory: those that were not asked for the longest are fetched again.
    @Test func `what is kept is bounded`() throws {
        var cache = DocumentCache<JWKSet>()
        let time = FetchTime(began: .now, ended: .now)
        let keys = JWKSet(keys: [])
        func url(_ number: Int) throws -> WebURL { try #require(WebURL("https://\(number).example/jwks")) }
        func isKept(_ number: Int) throws -> Bool {
            if case .known = cache.decide(try url(number), now: 0) { true } else { false }
        }
        for number in 0..<5_000 {
            let fetched = Fetched(content: keys, asked: 0, lifetime: 3600, octets: 1_000)
            cache.keep(.success(fetched), at: try url(number), time, now: Int64(number) / 2)
        }
        #expect(try (0..<5_000).count { try isKept($0) } <= 2_048)
        #expect(try isKept(4_999) && !isKept(0))
        for number in 0..<300 {
            let fetched = Fetched(content: keys, asked: 0, lifetime: 3600, octets: 262_144)
            cache.keep(.success(fetched), at: try url(number), time, now: 10_000 + Int64(number))
        }
        #expect(try (0..<300).count { try isKept($0) } <= 64)
        #expect(try isKept(299) && !isKept(0))
    }
}
