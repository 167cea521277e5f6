import Crypto
import HTTP
import JOSE
import SMART
import TestSupport
import Testing

@testable import AuthorizationServer

/// Addresses of key sets that lead where they must not, answer badly, or do not answer at all.
@Suite struct `TK-19: hostile addresses of key sets` {
    let clock = TestClock()
    let key: SigningKey

    init() throws { key = try SigningKey.generate(.p256) }

    private func trouble(_ keySets: RemoteKeySets, _ url: WebURL) async -> FetchTrouble? {
        do {
            _ = try await keySets.keySet(at: url)
            return nil
        } catch { return error }
    }

    // MARK: Where it leads

    /// Names and forms of this machine. What counts is the address that comes out of the name, at the moment of the call: a
    /// name that gave a public one before (rebinding) gains nothing.
    @Test(arguments: [
        "localhost", "127.0.0.1", "127.1", "2130706433", "0x7f000001", "0177.0.0.1", "0.0.0.0", "0", "[::1]", "[::]",
        "[::ffff:127.0.0.1]", "[::127.0.0.1]", "[::ffff:7f00:1]",
    ])
    func `no name of the machine itself is called`(host: String) async throws {
        let certificate = try TestCertificate()
        let target = try KeySetStandIn(certificate: certificate)
        target.publish([("a", key)])
        let keySets = RemoteKeySets(clock, trust: TLSTrust(authorities: certificate.certificateFile), onlyPublic: true)
        defer {
            keySets.stop()
            target.stop()
        }
        // Some of these are no URL of a key set in the first place.
        guard let url = try? target.url(host: host) else { return }
        let trouble = await trouble(keySets, url)
        guard case .noAnswer(.refusedAddress)? = trouble?.cause else {
            Issue.record("\(String(describing: trouble))")
            return
        }
        #expect(target.count() == 0)
    }

    @Test(arguments: [
        "10.1.2.3", "172.16.0.1", "192.168.1.1", "100.64.0.1", "169.254.169.254", "224.0.0.1", "255.255.255.255",
        "[fe80::1]", "[fc00::1]", "[fd12::1]", "[ff02::1]", "[64:ff9b::a00:1]", "[2002:a00:1::]",
        "[::ffff:169.254.169.254]",
        "167772161",
    ])
    func `no private, link-local or special address is called, in development neither`(host: String) async throws {
        guard let url = WebURL("https://\(host)/jwks") else { return }
        for onlyPublic in [true, false] {
            let keySets = RemoteKeySets(clock, onlyPublic: onlyPublic)
            defer { keySets.stop() }
            // Refused by its address, before anything was sent; a host that does not answer is told apart.
            let trouble = await trouble(keySets, url)
            guard case .noAnswer(.refusedAddress)? = trouble?.cause else {
                Issue.record("\(String(describing: trouble))")
                continue
            }
        }
    }

    @Test func `plain HTTP is for the machine itself, in development`() async throws {
        let target = try KeySetStandIn()
        defer { target.stop() }
        target.publish([("a", key)])
        let production = RemoteKeySets(clock, onlyPublic: true), development = RemoteKeySets(clock)
        defer {
            production.stop()
            development.stop()
        }
        #expect(await trouble(production, try target.url()) != nil)
        #expect(target.count() == 0)
        #expect(try await development.keyIDs(at: target.url()) == ["a"])
        for text in ["http://client.example/jwks", "http://10.0.0.1/jwks", "ftp://127.0.0.1/jwks", "file:///jwks"] {
            #expect(WebURL(text) == nil)
        }
    }

    @Test func `TLS is believed for the name and an authority that is trusted, and for no other`() async throws {
        let good = try TestCertificate(), other = try TestCertificate(name: "other.example")
        for (certificate, trusted, isRight) in [(good, good, true), (other, other, false), (good, other, false)] {
            let target = try KeySetStandIn(certificate: certificate)
            let keySets = RemoteKeySets(clock, trust: TLSTrust(authorities: trusted.certificateFile))
            defer {
                keySets.stop()
                target.stop()
            }
            target.publish([("a", key)])
            if isRight {
                #expect(try await keySets.keyIDs(at: target.url()) == ["a"])
            } else {
                #expect(await trouble(keySets, try target.url()) != nil)
                #expect(target.count() == 0)
            }
        }
    }

    @Test(arguments: [301, 302, 303, 307, 308])
    func `a redirect is not followed`(status: Int) async throws {
        let target = try KeySetStandIn(), elsewhere = try KeySetStandIn(), keySets = RemoteKeySets(clock)
        defer {
            keySets.stop()
            target.stop()
            elsewhere.stop()
        }
        elsewhere.publish([("a", key)])
        let body = KeySetStandIn.text([("a", key)])
        for place in ["/elsewhere", try elsewhere.url().value] {
            clock.advance(5)
            target.behave(
                .answer(status: status, headers: KeySetStandIn.json + [("Location", place)], body: body))
            guard case .status(status)? = await trouble(keySets, try target.url())?.cause else {
                Issue.record("followed, or taken")
                continue
            }
        }
        #expect(target.count("/elsewhere") == 0 && elsewhere.count() == 0)
    }

    @Test func `CAS-8 the request is a bare GET`() async throws {
        let target = try KeySetStandIn(), keySets = RemoteKeySets(clock)
        defer {
            keySets.stop()
            target.stop()
        }
        target.publish([("a", key)])
        _ = try await keySets.keySet(at: target.url())
        #expect(Set(target.lastHeaders.map { $0.name.lowercased() }) == ["accept", "host", "connection"])
        #expect(target.lastHeaders.first { $0.name == "Accept" }?.value.hasPrefix("application/json") == true)
    }

    // MARK: What it answers

    struct Answer: Sendable, CustomTestStringConvertible {
        let testDescription: String
        var status = 200
        var type = "application/json"
        let body: String
    }

    private static let good =
        #"{"keys":[{"kty":"OKP","kid":"a","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}"#

    private static let bad: [Answer] = [
        Answer(testDescription: "201", status: 201, body: good),
        Answer(testDescription: "206", status: 206, body: good),
        Answer(testDescription: "401", status: 401, body: good),
        Answer(testDescription: "404", status: 404, body: good),
        Answer(testDescription: "500", status: 500, body: good),
        Answer(testDescription: "HTML", type: "text/html", body: good),
        Answer(testDescription: "plain text", type: "text/plain", body: good),
        Answer(testDescription: "another JSON type", type: "application/jsonp", body: good),
        Answer(testDescription: "no type", type: "", body: good),
        Answer(testDescription: "two types", type: "text/html, application/json", body: good),
        Answer(testDescription: "empty", body: ""), Answer(testDescription: "garbage", body: "garbage"),
        Answer(testDescription: "two objects", body: good + good), Answer(testDescription: "an array", body: "[]"),
        Answer(testDescription: "no keys", body: "{}"),
        Answer(testDescription: "keys twice", body: #"{"keys":[],"keys":[]}"#),
        Answer(testDescription: "a key, and no set", body: String(good.dropFirst(9).dropLast(2))),
        Answer(testDescription: "deep", body: #"{"keys":[],"x":"# + String(repeating: "[", count: 100_000)),
        Answer(testDescription: "too large", body: good + String(repeating: " ", count: 262_145 - good.utf8.count)),
        Answer(
            testDescription: "65 keys",
            body: #"{"keys":["# + (0..<65).map { #"{"kty":"X","kid":"\#($0)"}"# }.joined(separator: ",") + "]}"),
        Answer(testDescription: "a private key", body: good.replacing("\"kid\"", with: "\"d\":\"AQ\",\"kid\"")),
        Answer(testDescription: "a symmetric key", body: #"{"keys":[{"kty":"oct","kid":"a","k":"AQ"}]}"#),
        Answer(testDescription: "no kid", body: good.replacing("\"kid\"", with: "\"id\"")),
        Answer(testDescription: "a weak key", body: #"{"keys":[{"kty":"RSA","kid":"a","n":"AQ","e":"AQAB"}]}"#),
        Answer(testDescription: "a kid twice", body: good.replacing("]}", with: ",{\"kty\":\"X\",\"kid\":\"a\"}]}")),
    ]

    @Test(arguments: bad)
    func `a bad answer gives no keys`(answer: Answer) async throws {
        let target = try KeySetStandIn(), keySets = RemoteKeySets(clock)
        defer {
            keySets.stop()
            target.stop()
        }
        let headers = answer.type.isEmpty ? [] : [("Content-Type", answer.type)]
        target.behave(.answer(status: answer.status, headers: headers, body: answer.body))
        let trouble = try #require(await trouble(keySets, try target.url()))
        #expect(!trouble.isOurs && !trouble.description.contains("garbage"))
        target.publish([("b", key)])
        clock.advance(5)
        #expect(try await keySets.keyIDs(at: target.url()) == ["b"])
    }

    @Test(arguments: [
        Answer(testDescription: "JSON", body: good),
        Answer(testDescription: "upper case, with a parameter", type: "Application/JSON;charset=utf-8", body: good),
        Answer(testDescription: "the type of key sets", type: "application/jwk-set+json", body: good),
        Answer(
            testDescription: "as large as may be", body: good + String(repeating: " ", count: 262_144 - good.utf8.count)
        ),
        Answer(
            testDescription: "64 keys, most of kinds not spoken",
            body: good.replacing(
                "]}", with: "," + (0..<63).map { #"{"kty":"X","kid":"\#($0)"}"# }.joined(separator: ",") + "]}")),
    ])
    func `a good answer gives the keys`(answer: Answer) async throws {
        let target = try KeySetStandIn(), keySets = RemoteKeySets(clock)
        defer {
            keySets.stop()
            target.stop()
        }
        target.behave(.answer(status: 200, headers: [("Content-Type", answer.type)], body: answer.body))
        #expect(try await keySets.keyIDs(at: target.url()) == ["a"])
    }

    // MARK: How long it takes

    @Test func `an address that hangs is left after five seconds`() async throws {
        let target = try KeySetStandIn(), keySets = RemoteKeySets(clock)
        defer {
            keySets.stop()
            target.stop()
        }
        target.behave(.hang)
        let began = ContinuousClock.now
        guard case .noAnswer(.timedOut)? = await trouble(keySets, try target.url())?.cause else {
            Issue.record("no time-out")
            return
        }
        // It would have answered after thirty.
        #expect(ContinuousClock.now - began >= .seconds(4))
    }

    /// Fifty addresses that take their time, new ones first and then those known for it, beside clients that do nobody harm.
    @Test func `fifty hosts that hang hold up their own clients alone`() async throws {
        let target = try KeySetStandIn(), turns = TestTurns()
        let keySets = RemoteKeySets(clock, turns: turns, timeoutSeconds: 60)
        defer {
            keySets.stop()
            target.stop()
        }
        target.publish([("a", key)], at: "/known", cacheControl: "no-store")
        target.publish([("b", key)], at: "/new")
        target.publish([("c", key)], at: "/newer")
        _ = try await keySets.keySet(at: target.url("/known"))
        turns.advance(.seconds(1))

        // All of them are asked at once.
        let first = try await beside(fifty: keySets, target, asked: 50, others: ["/known", "/new"]) {
            turns.advance(FetchLane.patience + .milliseconds(1))
        }
        #expect(first.allSatisfy { $0 == nil })
        // Only few of them are now, and so many wait that the last are turned away.
        let second = try await beside(fifty: keySets, target, asked: 4, others: ["/known", "/newer"])
        #expect(second.count { $0?.isOurs == true } == 50 - 4 - 32)
        #expect(second.count { $0 == nil } == 4 + 32)
    }

    /// What became of the fifty; `others` have their keys while none of those has.
    private func beside(
        fifty keySets: RemoteKeySets, _ target: KeySetStandIn, asked: Int, others: [String],
        _ meanwhile: () -> Void = {}
    ) async throws -> [FetchTrouble?] {
        let gate = Gate(), paths = (0..<50).map { "/hang\($0)" }, body = KeySetStandIn.text([("a", key)])
        let headers = KeySetStandIn.json + [("Cache-Control", "no-store")]
        for path in paths {
            target.behave(.held(until: { gate.isOpen }, status: 200, headers: headers, body: body), at: path)
        }
        let urls = try paths.map { try target.url($0) }, before = target.count(), turnedAway = Tally()
        return try await withThrowingTaskGroup(of: FetchTrouble?.self) { group in
            for url in urls {
                group.addTask {
                    let trouble = await trouble(keySets, url)
                    if trouble?.isOurs == true { turnedAway.add() }
                    return trouble
                }
            }
            #expect(try await eventually { target.count() == before + asked })
            for path in others { #expect(try await keySets.keySet(at: target.url(path)).keys.count == 1) }
            #expect(target.count() == before + asked + others.count && !gate.isOpen)
            let expected = asked < 50 ? 50 - asked - 32 : 0
            #expect(try await eventually { turnedAway.count == expected })
            meanwhile()
            gate.open()
            return try await group.reduce(into: []) { $0.append($1) }
        }
    }

    /// The rest waits for one fetch more: what was under way when they came may be from before that.
    @Test func `too many who wait for one address are turned away, and the rest is told`() async throws {
        let target = try KeySetStandIn(), keySets = RemoteKeySets(clock, timeoutSeconds: 60)
        defer { target.stop() }
        let gate = Gate(), turnedAway = Tally()
        target.behave(
            .held(
                until: { gate.isOpen }, status: 200, headers: KeySetStandIn.json + [("Cache-Control", "no-store")],
                body: KeySetStandIn.text([("a", key)])))
        let url = try target.url()
        let troubles = try await withThrowingTaskGroup(of: FetchTrouble?.self) { group in
            group.addTask { await trouble(keySets, url) }
            #expect(try await eventually { target.count() == 1 })
            for _ in 0..<1_039 {
                group.addTask {
                    let trouble = await trouble(keySets, url)
                    if trouble?.isOurs == true { turnedAway.add() }
                    return trouble
                }
            }
            #expect(try await eventually { turnedAway.count == 16 })
            gate.open()
            return try await group.reduce(into: [FetchTrouble?]()) { $0.append($1) }
        }
        #expect(troubles.count { $0?.isOurs == true } == 16)
        #expect(troubles.count { $0 == nil } == 1_024)
        #expect(target.count() == 2)
        keySets.stop()
        #expect(await trouble(keySets, url)?.isOurs == true)
    }
}
