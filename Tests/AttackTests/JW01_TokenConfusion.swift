import Crypto
import Encoding
import Foundation
import HTTP
import JOSE
import TestSupport
import Testing

@testable import AuthorizationServer

/// A forger who knows everything that is public, and in the last of the tests even how our own keys would sign.
private struct Forge {
    let header: JSONObject
    let claims: JSONObject
    let signature: [UInt8]

    init(_ token: String) throws {
        let parts = token.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 3, let header = try JSON(parsing: Base64URL.decode(parts[0]) ?? []).objectValue,
            let claims = try JSON(parsing: Base64URL.decode(parts[1]) ?? []).objectValue,
            let signature = Base64URL.decode(parts[2])
        else { throw TestFailure("no token: \(token)") }
        (self.header, self.claims, self.signature) = (header, claims, signature)
    }

    func changed(_ object: JSONObject, _ changes: [(String, JSON?)]) -> JSONObject {
        var object = object
        for (name, value) in changes { object[name] = value }
        return object
    }

    func token(
        header: [(String, JSON?)] = [], claims: [(String, JSON?)] = [], sign: (([UInt8]) throws -> [UInt8])? = nil
    ) rethrows -> String {
        let head = Base64URL.encode(JSON.object(changed(self.header, header)).serialized())
        let body = Base64URL.encode(JSON.object(changed(self.claims, claims)).serialized())
        let signed = head + "." + body
        return signed + "." + Base64URL.encode(try sign?(Array(signed.utf8)) ?? signature)
    }
}

@Suite struct `JW-01, TK-06 to TK-13 only our own live access token is one` {
    let server: TestServer
    private let forge: Forge
    private let tokens: JSON

    init() async throws {
        server = try await TestServer.started()
        tokens = try App.publicApp.tokens(server, as: "patient", scope: App.scope)
        forge = try Forge(tokens["access_token"]?.stringValue ?? "")
    }

    private var accessToken: String { tokens["access_token"]?.stringValue ?? "" }
    private var idToken: String { tokens["id_token"]?.stringValue ?? "" }

    /// Dead at introspection and at the API, whose scope it even claims to have.
    private func expectWorthless(_ token: String, _ comment: Comment, sourceLocation: SourceLocation = #_sourceLocation)
        throws
    {
        let answer = try server.introspected(token)
        #expect(answer.text == #"{"active":false}"#, comment, sourceLocation: sourceLocation)
        expectInactive(answer, sourceLocation: sourceLocation)
        guard !token.isEmpty, token.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else { return }
        let bearer = try server.openLaunch(bearer: token)
        #expect(bearer.status == 401, comment, sourceLocation: sourceLocation)
        #expect(bearer.json["launch"] == nil, comment, sourceLocation: sourceLocation)
    }

    /// What would make it good for our own API, were it signed.
    private static let apiClaims: [(String, JSON?)] = [
        ("aud", .string(TestServer.issuer)), ("scope", "auth/Launch.c auth/Token.r"), ("client_id", "ehr"),
    ]

    private func key(_ algorithm: String) throws -> SigningKey {
        let directory = server.directory + "/Keys"
        let names = try FileManager.default.contentsOfDirectory(atPath: directory)
        guard let name = names.first(where: { $0.contains(algorithm) }) else { throw TestFailure("no key") }
        return try SigningKey(pem: Array(try Data(contentsOf: URL(fileURLWithPath: directory + "/" + name))))
    }

    @Test func `the genuine one is live, so that the rest means something`() throws {
        defer { server.stop() }
        #expect(try server.introspect(accessToken)["active"] == true)
        let key = try key("ES256")
        let again = try forge.token { try key.sign($0, with: Algorithm.es256.signature) }
        #expect(try server.introspect(again)["active"] == true)
        #expect(try server.openLaunch(bearer: try server.ehrToken()).status == 201)
    }

    @Test func `id_token as access token, and access token where an id_token would do`() throws {
        defer { server.stop() }
        try expectWorthless(idToken, "id_token")
        let id = try Forge(idToken)
        #expect(id.header["typ"] == "JWT" && id.header["alg"] == "RS256")
        #expect(forge.header["typ"] == "at+jwt" && forge.header["alg"] == "ES256")
        // With its typ changed the signature is wrong; with its key and the access token's claims the typ is.
        try expectWorthless(id.token(header: [("typ", "at+jwt")]), "retyped id_token")
        let (ec, rsa) = (try key("ES256"), try key("RS256"))
        try expectWorthless(try id.token { try rsa.sign($0, with: Algorithm.rs256.signature) }, "re-signed id_token")
        for type in [
            "JWT", "jwt", "application/jwt", "logout+jwt", "dpop+jwt", "at+jwt ", "at+jwt\u{0}", "", "xat+jwt",
        ] {
            try expectWorthless(
                try forge.token(header: [("typ", .string(type))]) { try ec.sign($0, with: Algorithm.es256.signature) },
                "typ \(type)")
        }
        for type in [nil, .null, 1, ["at+jwt"], true] as [JSON?] {
            try expectWorthless(
                try forge.token(header: [("typ", type)]) { try ec.sign($0, with: Algorithm.es256.signature) }, "typ")
        }
    }

    @Test func `TK-06: alg none, and the algorithms of others`() throws {
        defer { server.stop() }
        for algorithm in [
            "none", "None", "NONE", "nOnE", "", "HS256", "HS384", "HS512", "ES384", "RS256", "PS256", "EdDSA", "ES256K",
        ] {
            for signature in [[], forge.signature, [0], [UInt8](repeating: 0, count: 64)] {
                for claims in [[], Self.apiClaims] {
                    let token = forge.token(header: [("alg", .string(algorithm))], claims: claims) { _ in signature }
                    try expectWorthless(token, "alg \(algorithm)")
                }
            }
        }
        for algorithm in [nil, .null, 1, ["ES256"], true] as [JSON?] {
            try expectWorthless(forge.token(header: [("alg", algorithm)]), "alg")
        }
    }

    @Test func `TK-06: HS256 with everything public as the key`() throws {
        defer { server.stop() }
        let set = try server.page("/jwks")
        var secrets = [set.body, [], Array("secret".utf8), Array(TestServer.issuer.utf8)]
        for key in set.json["keys"]?.arrayValue ?? [] {
            secrets.append(key.serialized())
            for member in ["x", "y", "n", "e", "kid"] {
                guard let text = key[member]?.stringValue else { continue }
                secrets += [Array(text.utf8), Base64URL.decode(text) ?? []]
            }
            if let x = key["x"]?.stringValue.flatMap(Base64URL.decode),
                let y = key["y"]?.stringValue.flatMap(Base64URL.decode)
            {
                let point: [UInt8] = [4] + x + y
                let info: [UInt8] = [
                    0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01, 0x06, 0x08, 0x2A,
                    0x86, 0x48,
                    0xCE, 0x3D, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00,
                ]
                let pem = "-----BEGIN PUBLIC KEY-----\n" + Base64.encode(info + point) + "\n-----END PUBLIC KEY-----"
                secrets += [point, info + point, Array(pem.utf8), Array((pem + "\n").utf8)]
            }
        }
        for secret in secrets {
            for keyID in [forge.header["kid"]] + (set.json["keys"]?.arrayValue ?? []).map({ $0["kid"] }) {
                let token = forge.token(header: [("alg", "HS256"), ("kid", keyID)], claims: Self.apiClaims) {
                    HMAC.sha256(key: secret, message: $0)
                }
                try expectWorthless(token, "HS256")
            }
        }
    }

    @Test func `TK-07, TK-08: a foreign key, under our kid and under tricks`() throws {
        defer { server.stop() }
        let foreign = try SigningKey.generate(.p256)
        let jwk = JWK(keyID: "evil", algorithm: .es256, parameters: foreign.publicKey.parameters)
        let published = JWKSet(keys: [jwk]).json["keys"]?.arrayValue?.first ?? .null
        let own = forge.header["kid"]?.stringValue ?? ""
        let keyIDs: [JSON?] = [
            .string(own), nil, .null, "", "evil", .string(own + "\u{0}"), .string(" " + own), .string(own.uppercased()),
            .string("../Keys/" + own), "../../../../dev/null", "/dev/null", "file:///dev/null", "' OR '1'='1", "%", "*",
            "x'; DROP TABLE grants; --", "$(id)", "|id", 1, true, [.string(own)], ["kid": .string(own)],
            .string(String(repeating: "A", count: 8000)), "https://evil.example/jwks", .string(own + "," + own),
        ]
        let extras: [[(String, JSON?)]] = [
            [], [("jwk", published)], [("jku", "https://evil.example/jwks")],
            [("jku", .string("http://127.0.0.1:\(server.port)/x"))],
            [("x5u", "https://evil.example/cert")], [("x5c", ["MIIB"])], [("x5t", "AAAA")], [("x5t#S256", "AAAA")],
        ]
        for keyID in keyIDs {
            for extra in extras {
                let token = try forge.token(header: [("kid", keyID)] + extra, claims: Self.apiClaims) {
                    try foreign.sign($0, with: Algorithm.es256.signature)
                }
                try expectWorthless(token, "kid \(String(describing: keyID)) \(extra.map(\.0))")
            }
        }
    }

    @Test func `TK-09: signatures that are none`() throws {
        defer { server.stop() }
        let signature = forge.signature
        #expect(signature.count == 64)
        let zero = [UInt8](repeating: 0, count: 32)
        let order: [UInt8] = [
            0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xBC, 0xE6, 0xFA, 0xAD,
            0xA7, 0x17,
            0x9E, 0x84, 0xF3, 0xB9, 0xCA, 0xC2, 0xFC, 0x63, 0x25, 0x51,
        ]
        let halves = [Array(signature[..<32]), Array(signature[32...])]
        var forged: [[UInt8]] = [
            zero + zero, zero + halves[1], halves[0] + zero, order + order, halves[0] + order, order + halves[1],
            [UInt8](repeating: 0xFF, count: 64), signature + [0], Array(signature.dropLast()), [0] + signature,
            halves[1] + halves[0],
            [0x30, 0x44, 0x02, 0x20] + halves[0] + [0x02, 0x20] + halves[1], signature + signature, [],
            [0x30, 0x06, 2, 1, 1, 2, 1, 1],
        ]
        for index in stride(from: 0, to: 64, by: 7) {
            var flipped = signature
            flipped[index] ^= 0x10
            forged.append(flipped)
        }
        for signature in forged { try expectWorthless(forge.token { _ in signature }, "\(signature.count)") }
        // Another message under a genuine signature.
        for claims in [Self.apiClaims, [("patient", "2")], [("scope", "patient/*.cruds")], [("exp", 4_000_000_000)]] {
            try expectWorthless(forge.token(claims: claims), "other claims")
        }
    }

    @Test func `TK-11: spellings that another reader might take`() throws {
        defer { server.stop() }
        let token = accessToken
        let parts = token.split(separator: ".").map(String.init)
        var spellings = [
            token + "=", token + "==", token + ".", "." + token, token + ".x", parts[0] + "." + parts[1],
            parts[0] + ".." + parts[2],
            token + " ", " " + token, token + "\n", "\t" + token, token.replacing(".", with: ". "),
            token.replacing("-", with: "+").replacing("_", with: "/") + "=", token.uppercased(), token.lowercased(),
            "Bearer " + token, token + "," + token, "\"" + token + "\"", String(repeating: ".", count: 20_000),
            parts[0] + "=." + parts[1] + "=." + parts[2], token + "AA", String(token.dropLast()), "{}", "..", ".",
            "a.b.c", token + token,
        ]
        // The last character carries unused bits: only one spelling of them is canonical.
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
        for last in alphabet where last != token.last { spellings.append(token.dropLast() + String(last)) }
        for spelling in spellings where spelling != token { try expectWorthless(spelling, "\(spelling.prefix(40))") }
        let json: JSON = [
            "payload": .string(parts[1]), "protected": .string(parts[0]), "signature": .string(parts[2]),
        ]
        try expectWorthless(json.text, "JSON serialization")
    }

    @Test func `TK-12, JW-01: with our own key: crit, b64, zip, other issuers, times and missing claims`() throws {
        defer { server.stop() }
        let key = try key("ES256")
        let headers: [[(String, JSON?)]] = [
            [("crit", ["exp"])], [("crit", ["b64"]), ("b64", false)], [("b64", false)], [("b64", true)], [("crit", [])],
            [("zip", "DEF")], [("enc", "A128GCM")], [("cty", "JWT")], [("cty", "jwt")],
        ]
        for header in headers {
            try expectWorthless(
                try forge.token(header: header) { try key.sign($0, with: Algorithm.es256.signature) },
                "\(header.map(\.0))")
        }
        let now = server.clock.now
        let claims: [[(String, JSON?)]] = [
            [("iss", nil)], [("iss", "https://evil.example")], [("iss", .string(TestServer.issuer + "/"))],
            [("iss", 1)],
            [("exp", nil)], [("exp", .integer(now))], [("exp", .integer(now - 1))], [("exp", 0)], [("exp", -1)],
            [("exp", "9999999999")],
            [("exp", .null)], [("exp", [9_999_999_999])], [("nbf", .integer(now + 100))], [("nbf", "x")],
            [("aud", nil)], [("aud", [])],
            [("client_id", nil)], [("client_id", 1)], [("scope", nil)], [("scope", ["x"])], [("jti", nil)],
            [("jti", "x")],
            [("jti", "999.AAAA")], [("jti", "0.AAAA")], [("jti", "-1.AAAA")], [("jti", "9223372036854775808.AAAA")],
            [("jti", "1")],
            [("jti", .integer(1))], [("iat", .integer(Int64.max))],
        ]
        for claim in claims {
            try expectWorthless(
                try forge.token(claims: claim) { try key.sign($0, with: Algorithm.es256.signature) }, "\(claim)")
        }
        // JSON that two readers read differently.
        let head = Base64URL.encode(JSON.object(forge.header).serialized())
        let text = JSON.object(forge.claims).text
        for payload in [
            text.dropLast() + #","client_id":"ehr"}"#, #"{"exp":1,"# + text.dropFirst(), text + text, text + "\u{0}",
            "[\(text)]",
            "\"x\"", "null", "", "{", "\u{FEFF}" + text, text.dropLast() + #","a":1e999}"#,
        ].map({ String($0) }) {
            let signed = head + "." + Base64URL.encode(Array(payload.utf8))
            let token =
                signed + "." + Base64URL.encode(try key.sign(Array(signed.utf8), with: Algorithm.es256.signature))
            let answer = try server.introspected(token)
            #expect([200].contains(answer.status))
            if payload != text.dropLast() + #","a":1e999}"# { expectInactive(answer) }
        }
    }

    @Test func `RSA: the id_token's key signs no access token of ours, nor the reverse`() throws {
        defer { server.stop() }
        let (ec, rsa) = (try key("ES256"), try key("RS256"))
        let (ecID, rsaID) = (forge.header["kid"], try Forge(idToken).header["kid"])
        let mixes: [(JSON?, JSON, SigningKey, Algorithm)] = [
            (ecID, "RS256", rsa, .rs256), (rsaID, "ES256", ec, .es256), (rsaID, "RS384", rsa, .rs384),
            (ecID, "ES384", ec, .es256),
            (rsaID, "ES256", rsa, .rs256),
        ]
        for (keyID, name, key, algorithm) in mixes {
            let token = try forge.token(header: [("kid", keyID), ("alg", name)]) {
                try key.sign($0, with: algorithm.signature)
            }
            try expectWorthless(token, "\(name)")
        }
    }
}
