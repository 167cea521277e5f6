import Crypto
import JOSE
import SMART
import Synchronization
import TestSupport
import Testing

@testable import AuthorizationServer

/// Whoever sends assertions in a client's name makes this server ask for the client's keys. Where those may not be kept, the
/// client's host is asked at a bounded rate all the same, and everybody gets an answer (lessons K4, checklist CAS-9).
@Suite struct `TK-19: an address is asked at most once a second` {
    let target: KeySetStandIn
    let turns = TestTurns()
    let keySets: RemoteKeySets
    let url: WebURL
    let first: SigningKey
    let second: SigningKey

    init() throws {
        target = try KeySetStandIn()
        keySets = RemoteKeySets(TestClock(), turns: turns, timeoutSeconds: 60)
        url = try target.url(Self.path)
        first = try SigningKey.generate(.p256)
        second = try SigningKey.generate(.p256)
    }

    /// Of its own, so that nobody is counted who still has an older server in mind at this port.
    private static let path = "/asked-once"

    private var count: Int { target.count(Self.path) }

    private func publish(_ keyID: String, _ key: SigningKey, _ cacheControl: String) {
        target.publish([(keyID, key)], at: Self.path, cacheControl: cacheControl)
    }

    private func stop() {
        keySets.stop()
        target.stop()
    }

    /// Lets the address take its time with an answer that holds `first`, until the gate opens.
    private func hold(_ gate: Gate, cacheControl: String) {
        let headers = KeySetStandIn.json + [("Cache-Control", cacheControl)]
        let body = KeySetStandIn.text([("a", first)])
        target.behave(.held(until: { gate.isOpen }, status: 200, headers: headers, body: body), at: Self.path)
    }

    private func asking(_ url: WebURL? = nil) -> Task<[String?], any Error> {
        let (keySets, url) = (keySets, url ?? self.url)
        return Task { try await keySets.keyIDs(at: url) }
    }

    @Test(arguments: ["no-store", "max-age=0"])
    func `however many want keys that may not be kept, a second brings one fetch`(cacheControl: String) async throws {
        defer { stop() }
        publish("a", first, cacheControl)
        let answers = Tally(), url = url, keySets = keySets
        var seconds = 0
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<100 {
                group.addTask {
                    for _ in 0..<3 {
                        let ids = try await keySets.keyIDs(at: url)
                        #expect(ids == ["a"])
                        answers.add()
                    }
                }
            }
            while answers.count < 300 {
                let isNext = try await eventually { turns.waiting > 0 || answers.count == 300 }
                try #require(isNext)
                #expect(count <= 1 + seconds)
                if turns.waiting > 0 { seconds += 1 }
                turns.advance(.seconds(1))
            }
            try await group.waitForAll()
        }
        #expect(count <= 1 + seconds)
    }

    @Test func `who comes within that second waits, and gets what the address said after they came`() async throws {
        defer { stop() }
        publish("a", first, "no-store")
        #expect(try await keySets.keyIDs(at: url) == ["a"])
        publish("b", second, "no-store")
        let later = asking()
        #expect(try await eventually { turns.waiting == 1 })
        turns.advance(.milliseconds(999))
        #expect(turns.waiting == 1 && count == 1)
        turns.advance(.milliseconds(1))
        #expect(try await later.value == ["b"])
        #expect(count == 2)
    }

    /// What comes may have been said before.
    @Test(arguments: [("no-store", ["b"], 2), ("max-age=60", ["a"], 1)])
    func `who comes while the address answers gets that only if it may be kept`(
        cacheControl: String, keyIDs: [String], fetches: Int
    ) async throws {
        defer { stop() }
        let gate = Gate()
        hold(gate, cacheControl: cacheControl)
        let early = asking()
        #expect(try await eventually { count == 1 })
        publish("b", second, cacheControl)
        let late = asking()
        try await Task.sleep(for: .milliseconds(50))
        gate.open()
        #expect(try await early.value == ["a"])
        if fetches > 1 { #expect(try await eventually { turns.waiting == 1 }) }
        turns.advance(.seconds(1))
        #expect(try await late.value == keyIDs)
        #expect(count == fetches)
    }

    @Test func `the second counts from beginning to beginning`() async throws {
        defer { stop() }
        let gate = Gate()
        hold(gate, cacheControl: "no-store")
        let early = asking()
        #expect(try await eventually { count == 1 })
        turns.advance(.seconds(1))
        gate.open()
        _ = try await early.value
        #expect(try await keySets.keyIDs(at: url) == ["a"])
        #expect(turns.waiting == 0 && count == 2)
    }

    @Test func `each address has its own second`() async throws {
        defer { stop() }
        let urls = try ["/one", "/two"].map { try target.url($0) }
        for path in ["/one", "/two"] { target.publish([("a", first)], at: path, cacheControl: "no-store") }
        _ = try await keySets.keyIDs(at: urls[0])
        turns.advance(.milliseconds(600))
        _ = try await keySets.keyIDs(at: urls[1])
        let later = urls.map { asking($0) }
        #expect(try await eventually { turns.waiting == 2 })
        turns.advance(.milliseconds(400))
        #expect(try await later[0].value == ["a"])
        #expect(turns.waiting == 1 && target.count("/one") == 2 && target.count("/two") == 1)
        turns.advance(.milliseconds(600))
        #expect(try await later[1].value == ["a"])
    }

    @Test func `a fetch for the sake of an unknown key waits for its turn as well`() async throws {
        defer { stop() }
        publish("a", first, "max-age=60")
        let (url, keySets) = (url, keySets)
        let old = try await keySets.keySet(at: url)
        publish("b", second, "max-age=60")
        let newer = Task { try await keySets.newerKeySet(at: url, than: old)?.keys.map(\.keyID) }
        #expect(try await eventually { turns.waiting == 1 })
        #expect(count == 1)
        turns.advance(.seconds(1))
        #expect(try await newer.value == ["b"])
    }

    @Test func `who waits when the server ends is told so`() async throws {
        defer { target.stop() }
        publish("a", first, "no-store")
        _ = try await keySets.keySet(at: url)
        let waiting = asking()
        #expect(try await eventually { turns.waiting == 1 })
        keySets.stop()
        await #expect { _ = try await waiting.value } throws: { ($0 as? FetchTrouble)?.isOurs == true }
        turns.advance(.seconds(1))
        #expect(count == 1)
    }

    @Test func `nothing runs before its turn, and everything after it`() async throws {
        let turns = TimedTurns(name: "turns"), ran = Mutex<[Int]>([])
        for _ in 0..<2 {
            let began = turns.now
            for wait in [90, 30, 60] {
                let isAccepted = turns.run(notBefore: began + .milliseconds(wait)) {
                    #expect(turns.now >= began + .milliseconds(wait))
                    ran.withLock { $0.append(wait) }
                }
                #expect(isAccepted)
            }
            #expect(try await eventually { ran.withLock { $0.count } == 3 })
            #expect(ran.withLock { $0.sorted() } == [30, 60, 90])
            ran.withLock { $0 = [] }
        }
    }
}
