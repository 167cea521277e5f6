import Encoding
import HTTP
import TestSupport
import Testing

@testable import AuthorizationServer

/// SplitMix64: a failing run is repeated by its seed.
private struct Seeded: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

/// Changes octets of valid requests, and puts in what has brought servers down.
private struct Mutator {
    var random: Seeded

    private static let nasty: [[UInt8]] =
        [
            "%00", "%", "%f", "%ff", "%c0%80", "%ed%a0%80", "%f4%90%80%80", "%u0041", "+", "&", "=", "&&", "=&=", ";",
            "?", "#", "\\", "\"",
            "0", "-1", "9223372036854775807", "9223372036854775808", "-9223372036854775809", "1e308", "1e999", "NaN",
            "0x10",
            "%F0%9F%92%A9", "%CC%81%CC%81%CC%81", "%EF%BB%BF", "%E2%80%AE", "[]", "{}", "null", "true", "..", "../",
            "*", "' OR 1=1 --",
            "<script>", "patient/*.cruds", "patient/Patient.rs?_id=1&x=y", "system/*.*", "openid openid", "\u{1F600}",
            "%0d%0a", "%09",
        ].map { Array($0.utf8) } + [
            [0], [0xFF], [0x80, 0x81], Array(repeating: 0x61, count: 5000), Array(repeating: 0x7B, count: 200),
        ]

    mutating func mutated(_ octets: [UInt8]) -> [UInt8] {
        var octets = octets
        for _ in 0...Int.random(in: 0...2, using: &random) {
            let place = Int.random(in: 0...octets.count, using: &random)
            let length = Int.random(in: 0...min(12, octets.count - place), using: &random)
            switch Int.random(in: 0..<7, using: &random) {
            case 0: octets.replaceSubrange(place..<place + length, with: [])
            case 1: octets.insert(contentsOf: octets[place..<place + length], at: place)
            case 2: octets.insert(UInt8.random(in: 0...255, using: &random), at: place)
            case 3 where place < octets.count: octets[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            case 4: octets = Array(octets[..<place])
            default:
                octets.replaceSubrange(place..<place + length, with: Self.nasty.randomElement(using: &random) ?? [])
            }
        }
        return octets
    }

    /// A form with one value, name or stretch of its text changed.
    mutating func form(_ items: [(String, String)]) -> [UInt8] {
        guard Bool.random(using: &random), !items.isEmpty else {
            return mutated(Array(FormParameters(items).serialized().utf8))
        }
        let place = Int.random(in: 0..<items.count, using: &random)
        var octets: [UInt8] = []
        for (index, item) in items.enumerated() {
            if index > 0 { octets.append(0x26) }
            let value = Array(FormParameters([("", item.1)]).serialized().utf8.dropFirst())
            octets +=
                Array(FormParameters([(item.0, "")]).serialized().utf8) + (index == place ? mutated(value) : value)
        }
        return octets
    }
}

@Suite struct `HT-14 no request stops the server` {
    private static let seed: UInt64 = 20_261_122
    private static let requests = 3000

    private func send(_ server: TestServer, _ path: String, _ headers: [(String, String)], _ body: [UInt8]) throws
        -> ClientResponse
    {
        try HTTPClient(timeoutSeconds: 20).send(
            .post, path, to: .tcp(host: "127.0.0.1", port: server.port), headers: headers, body: body)
    }

    /// In a query, the octets that no client could write there are written in their escaped form.
    private func query(_ octets: [UInt8]) -> String {
        octets.map { octet in
            let isPlain = (0x21...0x7E).contains(octet) && !Array("\"#<>\\^`{}".utf8).contains(octet)
            let digits = String(octet, radix: 16, uppercase: true)
            return isPlain ? String(Unicode.Scalar(octet)) : "%" + (digits.count == 1 ? "0" : "") + digits
        }.joined()
    }

    @Test func `three thousand mutated requests: an answer to each, none of them our fault, nothing granted`()
        async throws
    {
        let server = try await TestServer.started {
            $0.guessing.perAddress = 100_000
            $0.guessing.perAccount = 100_000
        }
        defer { server.stop() }
        var mutator = Mutator(random: Seeded(state: Self.seed))
        let type = ("Content-Type", "application/x-www-form-urlencoded")
        let ehr = try server.ehrToken()
        let access =
            try App.publicApp.tokens(server, as: "patient", scope: App.scope)["access_token"]?.stringValue ?? ""
        let before = try server.liveGrants()
        let launch: JSON = [
            "client_id": "public-app", "user": "physician", "patient": "1", "encounter": "e1",
            "aud": .string(TestServer.fhirBase),
            "fhirContext": [["reference": "ImagingStudy/1", "role": "https://x.example/r"]], "intent": "x",
            "need_patient_banner": true,
            "smart_style_url": "https://x.example/s.json", "tenant": "t",
        ]
        var browser = Browser(server)
        var (place, signIn) = (
            try App.publicApp.consentPage(browser, as: "parent", patient: "2"), [] as [(String, String)]
        )
        var answered: [Int: Int] = [:]
        for number in 0..<Self.requests {
            let response: ClientResponse
            switch number % 10 {
            case 0:
                let form = App.publicApp.parameters(
                    scope: "launch openid launch/patient patient/*.rs?a=b",
                    [("nonce", "n"), ("max_age", "9"), ("prompt", "login"), ("launch", "x")])
                response = try server.page("/authorize?" + query(mutator.form(form)))
            case 1:
                response = try send(
                    server, "/authorize", [type], mutator.form(App.publicApp.parameters(scope: App.scope)))
            case 2:
                let form = [
                    ("grant_type", "authorization_code"), ("code", String(repeating: "A", count: 54)),
                    ("client_id", "public-app"),
                    ("redirect_uri", App.publicApp.redirectURI), ("code_verifier", App.verifier),
                ]
                response = try send(server, "/token", [type], mutator.form(form))
            case 3:
                let form = [
                    ("grant_type", "refresh_token"), ("refresh_token", String(repeating: "A", count: 54)),
                    ("scope", "openid"), ("client_id", "public-app"),
                ]
                response = try send(server, "/token", [type], mutator.form(form))
            case 4:
                let credentials = Base64.encode(mutator.mutated(Array("stranger:secret%20".utf8)))
                response = try send(
                    server, "/token", [type, ("Authorization", "Basic " + credentials)],
                    mutator.form([("grant_type", "client_credentials"), ("scope", "auth/Token.r")]))
            case 5, 6:
                let token =
                    number.isMultiple(of: 2) ? mutator.mutated(Array(access.utf8)) : mutator.form([("token", access)])
                let body = number.isMultiple(of: 2) ? Array("token=".utf8) + token : token
                response = try send(
                    server, "/introspect", [type, App.basic("fhir-server", "fhir-server-secret-0123456789")], body)
            case 7:
                response = try send(
                    server, "/launches", [("Authorization", "Bearer " + ehr)], mutator.mutated(launch.serialized()))
            default:
                if number % 100 == 8 {
                    browser = Browser(server)
                    let page = try browser.get(App.publicApp.authorizePath(scope: App.scope))
                    signIn = browser.hidden(page.html) + [("username", "parent"), ("password", TestServer.password)]
                    if number % 200 == 8 { place = try App.publicApp.consentPage(browser, as: "parent", patient: "2") }
                }
                let hidden = browser.hidden(place.html)
                let forms: [(String, [(String, String)])] = [
                    ("/sign-in", signIn.map { $0.0 == "password" ? ("password", "wrong") : $0 }),
                    ("/select-patient", signIn.prefix(2) + [("patient", "2"), ("q", "x")]),
                    ("/select-encounter", signIn.prefix(2) + [("encounter", "e2")]),
                    (
                        "/consent",
                        hidden + [("decision", "maybe"), ("scope", "openid"), ("scope", "patient/Patient.rs")]
                    ),
                ]
                let (path, form) = forms[number / 10 % 4]
                let cookies = browser.cookies.map { "\($0.key)=\($0.value)" }.joined(separator: "; ")
                let body = mutator.form(form)
                response =
                    number % 10 == 8
                    ? try send(server, path, [type, ("Cookie", cookies)] + TestServer.sameOrigin, body)
                    : try server.page(path + "?" + query(body), headers: [("Cookie", cookies)])
            }
            answered[response.status, default: 0] += 1
            #expect(response.status < 500, "seed \(Self.seed), request \(number): \(response.text)")
            #expect(response.json["access_token"] == nil && response.headers["location"]?.contains("code=") != true)
        }
        #expect(try server.liveGrants() == before)
        #expect(answered.values.reduce(0, +) == Self.requests)
        // It still does its work.
        #expect(try server.page("/jwks").status == 200)
        #expect(try server.introspect(access)["active"] == true)
        #expect(try App.secretApp.tokens(server, as: "patient", scope: App.scope)["access_token"] != nil)
    }
}
