import Crypto
import Encoding
import JOSE
import SMART
import Testing

@testable import AuthorizationServer

/// A launched app without a flaw.
private let goodApp: JSONObject = [
    "client_name": "Growth Chart", "redirect_uris": ["https://chart.example/cb"],
    "launch_uris": ["https://chart.example/launch"], "grant_types": ["authorization_code", "refresh_token"],
    "token_endpoint_auth_method": "none",
    "scope": "openid fhirUser launch launch/patient offline_access patient/Patient.rs patient/Observation.rs",
]

/// A service of the organization's own without a flaw.
private let goodService: JSONObject = [
    "client_name": "EHR", "grant_types": ["client_credentials"], "scope": "auth/Launch.c",
]

private func check(_ base: JSONObject, _ changes: JSONObject = [:]) -> RegistrationCheck {
    var object = base
    for member in changes.members { object[member.name] = member.value.isNull ? nil : member.value }
    return RegistrationCheck(.object(object))
}

@Suite struct `Registrations: what is most likely not meant` {
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let base: JSONObject
        let changes: JSONObject
        /// The beginnings of all its warnings.
        let warnings: [String]

        init(_ description: String, _ base: JSONObject, _ changes: JSONObject, _ warnings: [String]) {
            (testDescription, self.base, self.changes, self.warnings) = (description, base, changes, warnings)
        }
    }

    static let cases: [Case] = [
        Case("a good app", goodApp, [:], []),
        Case("a good service", goodService, [:], []),
        Case(
            "a good native app", goodApp,
            ["application_type": "native", "redirect_uris": ["http://127.0.0.1/cb", "com.example.app:/cb"]], []),
        Case(
            "one v1 word beside v2 is no reason", goodApp,
            ["scope": "openid fhirUser launch offline_access patient/Patient.read patient/Observation.rs"], []),
        Case(
            "http redirect of a web app", goodApp, ["redirect_uris": ["http://127.0.0.1:9000/cb"]],
            ["redirect_uris: http reaches"]),
        Case(
            "http launch of a web app", goodApp, ["launch_uris": ["http://127.0.0.1:9000/launch"]],
            ["launch_uris: http reaches"]),
        Case("launch without launch URI", goodApp, ["launch_uris": .null], ["launch_uris: the scope launch"]),
        Case(
            "launch URI without launch", goodApp,
            ["scope": "openid fhirUser launch/patient offline_access patient/Patient.rs"],
            ["scope: a launch URI is there"]),
        Case(
            "no patient in context", goodApp,
            ["launch_uris": .null, "scope": "openid fhirUser offline_access patient/Patient.rs"],
            ["scope: patient/ scopes without launch"]),
        Case(
            "only v1", goodApp,
            ["scope": "openid fhirUser launch offline_access patient/Patient.read patient/Observation.read"],
            ["scope: only the words of SMART v1"]),
        Case(
            "wildcards", goodApp,
            ["scope": "openid fhirUser launch offline_access patient/*.rs user/*.r?_id=1 patient/Observation.rs"],
            [
                "scope: a wildcard is every resource type that there is and will be; name those that the app needs: "
                    + "patient/*.rs, user/*.r?_id=1"
            ]),
        Case(
            "fhirUser without openid", goodApp, ["scope": "fhirUser launch offline_access patient/Patient.rs"],
            ["scope: fhirUser"]),
        Case(
            "offline_access without refresh_token", goodApp, ["grant_types": ["authorization_code"]],
            ["grant_types: without refresh_token"]),
        Case(
            "online_access without refresh_token", goodApp,
            ["grant_types": ["authorization_code"], "scope": "openid launch online_access patient/Patient.rs"],
            ["grant_types: without refresh_token"]),
        Case(
            "refresh_token without its scopes", goodApp, ["scope": "openid fhirUser launch patient/Patient.rs"],
            ["grant_types: refresh_token is there"]),
        Case(
            "system/ without client_credentials", goodApp,
            ["scope": "openid fhirUser launch offline_access patient/Patient.rs system/Patient.rs"],
            ["grant_types: without client_credentials, system/ scopes are never granted: system/Patient.rs"]),
        Case(
            "auth/ of a person who administers", goodApp,
            ["launch_uris": .null, "scope": "openid fhirUser offline_access auth/Client.rs auth/User.s"], []),
        Case(
            "auth/ of a console without refresh", goodApp,
            ["launch_uris": .null, "grant_types": ["authorization_code"], "scope": "auth/Client.cruds"], []),
        Case(
            "auth/ of a resource server that gets no tokens", goodService,
            [
                "grant_types": [], "response_types": [], "scope": "auth/Token.r",
                "resource_server_audiences": ["https://fhir.example/r4"],
            ],
            [
                "grant_types: without client_credentials or authorization_code, auth/ scopes are never granted: "
                    + "auth/Token.r"
            ]),
        Case(
            "system/ with a shared secret", goodService, ["scope": "system/Patient.rs"],
            ["token_endpoint_auth_method: system/"]),
        Case(
            "what only a person grants", goodService, ["scope": "auth/Launch.c user/Patient.rs openid"],
            [
                "grant_types: without authorization_code, scopes that a person grants are never granted: "
                    + "user/Patient.rs, openid"
            ]),
        Case(
            "no scope at all", goodService, ["scope": .null], ["scope: nothing can be granted"]),
        Case(
            "several at once", goodApp,
            ["grant_types": ["authorization_code"], "launch_uris": .null],
            ["launch_uris: the scope launch", "grant_types: without refresh_token"]),
    ]

    @Test(arguments: cases) func `each rule says its own and no more`(test: Case) {
        let check = check(test.base, test.changes)
        #expect(check.problems == [])
        #expect(check.warnings.count == test.warnings.count, "\(check.warnings)")
        for (warning, beginning) in zip(check.warnings, test.warnings) {
            #expect(warning.hasPrefix(beginning), "\(warning)")
        }
    }

    @Test func `CAS-10: keys of their own are warned of by what they are`() throws {
        let (p256, p384) = (try TestJWK.elliptic(.p256), try TestJWK.elliptic(.p384))
        let preferred = "jwks: jwks_uri is strongly preferred"
        let cases: [([JSON], [String])] = [
            ([TestJWK.rsa(bits: 3072)], []), ([TestJWK.rsa(bits: 2048)], ["jwks: RSA keys"]), ([p256], []),
            ([p384], ["jwks: ES384"]), ([p384, TestJWK.rsa(bits: 3072)], []),
            ([p384, TestJWK.rsa(bits: 3064)], ["jwks: RSA keys"]), ([], []),
        ]
        for (keys, expected) in cases {
            let numbered = keys.enumerated().map { TestJWK.with($0.element, ["kid": .string("\($0.offset)")]) }
            let check = check(goodApp, ["jwks": ["keys": .array(numbered)]])
            #expect(check.problems == [])
            #expect(check.warnings.count == expected.count + 1, "\(check.warnings)")
            for (warning, beginning) in zip(check.warnings, [preferred] + expected) {
                #expect(warning.hasPrefix(beginning), "\(warning)")
            }
        }
        #expect(check(goodApp, ["jwks_uri": "https://chart.example/jwks"]).warnings == [])
    }

    @Test func `all problems and all warnings are told together`() {
        let check = check(
            goodApp,
            [
                "client_id": "two words", "client_secret": "short", "redirect_uris": ["http://chart.example/cb"],
                "scope": "launch offline_access patient/*.read patient/Nothing.rs", "launch_uris": .null,
                "colour": "red",
                "grant_types": ["authorization_code"], "jwks": ["keys": [["kty": "oct", "kid": "a"]]],
            ])
        let members = check.problems.map(\.member)
        let expected = [
            "client_id", "client_secret", "client_secret", "redirect_uris[0]", "scope", "colour", "jwks.keys[0]",
        ]
        #expect(members == expected)
        #expect(check.problems.contains { $0.reason.contains("patient/Nothing.rs") }, "an unknown resource type")
        let beginnings = [
            "launch_uris: the scope launch", "scope: only the words", "scope: a wildcard",
            "grant_types: without refresh",
            "jwks: jwks_uri",
        ]
        #expect(check.warnings.count == beginnings.count, "\(check.warnings)")
        for (warning, beginning) in zip(check.warnings, beginnings) { #expect(warning.hasPrefix(beginning)) }
    }

    @Test func `what is no object is a problem`() {
        #expect(RegistrationCheck(["x"]).problems.contains { $0.reason == "must be a JSON object" })
    }
}

@Suite struct `TK-21, CAS-10: registered keys` {
    private func problems(_ keys: [JSON], _ changes: JSONObject = [:]) -> [String] {
        var changes = changes
        changes["jwks"] = ["keys": .array(keys)]
        return check(goodApp, changes).problems.map { "\($0.member): \($0.reason)" }
    }

    @Test func `each refused key is named, with the reason, and none of its numbers`() throws {
        let good = TestJWK.with(try TestJWK.elliptic(.p384), ["kid": "good"])
        let cases: [(JSON, String)] = [
            (TestJWK.with(good, ["kid": "b", "d": "c2VjcmV0"]), "private member d"),
            (TestJWK.with(TestJWK.rsa(bits: 2048), ["kid": "b", "p": "c2VjcmV0"]), "private member p"),
            (["kty": "OKP", "kid": "b", "crv": "Ed25519", "x": "AQ", "d": "c2VjcmV0"], "private member d"),
            (["kty": "AKP", "kid": "b", "alg": "ML-DSA-65", "pub": "AQ", "priv": "c2VjcmV0"], "private member priv"),
            (["kty": "oct", "kid": "b", "k": "c2VjcmV0"], "symmetric key"),
            (TestJWK.with(good, ["kid": .null]), "kid is missing"),
            (TestJWK.with(good, ["kty": .null, "kid": "b"]), "kty is missing"),
            (TestJWK.with(TestJWK.rsa(bits: 1024), ["kid": "b"]), "2048 to 8192 bits"),
            (TestJWK.with(TestJWK.rsa(bits: 3072), ["kid": "b", "e": "AQ"]), "exponent"),
            (TestJWK.with(good, ["kid": "b", "y": good["x"] ?? .null]), "a point on its curve"),
            (TestJWK.with(good, ["kid": "b", "alg": "RS384"]), "alg RS384"),
            (TestJWK.with(good, ["kid": "b", "key_ops": ["verify", "verify"]]), "key_ops"),
            ("text", "JSON object"), (TestJWK.with(good, ["kid": 5]), "kid must be a string"),
        ]
        for (key, words) in cases {
            let found = problems([good, key])
            #expect(found.count == 1, "\(key.text): \(found)")
            #expect(found.first?.hasPrefix("jwks.keys[1]: ") == true, "\(found)")
            #expect(found.first?.contains(words) == true, "\(found)")
            #expect(!found.joined().contains("c2VjcmV0"))
        }
        #expect(problems([good]) == [])
        #expect(problems([cases[0].0, good, cases[4].0]).map { $0.prefix(12) } == ["jwks.keys[0]", "jwks.keys[2]"])
    }

    @Test func `a kid used twice, too many keys, and a set that is none`() throws {
        let good = TestJWK.with(try TestJWK.elliptic(.p256), ["kid": "a"])
        #expect(problems([good, good]) == ["jwks.keys: not allowed: a kid used twice"])
        let many = (0...64).map { TestJWK.with(good, ["kid": .string("\($0)")]) }
        #expect(problems(many) == ["jwks.keys: not allowed: more than 64 keys"])
        #expect(check(goodApp, ["jwks": ["keys": [:]]]).problems.map(\.member) == ["jwks"])
    }

    @Test func `private_key_jwt needs a key that can check a signature here`() throws {
        var method: JSONObject = ["token_endpoint_auth_method": "private_key_jwt"]
        func keyProblems(_ keys: [JSON]) -> [String] { problems(keys, method).filter { $0.hasPrefix("jwks") } }
        let good = TestJWK.with(try TestJWK.elliptic(.p384), ["kid": "a"])
        let p256 = TestJWK.with(try TestJWK.elliptic(.p256), ["kid": "b"])
        let useless: [[JSON]] = [
            [], [["kty": "OKP", "kid": "o", "crv": "Ed448", "x": "AQ"]], [TestJWK.with(good, ["use": "enc"])], [p256],
            [TestJWK.with(TestJWK.rsa(bits: 3072), ["alg": "RS256"])],
        ]
        for keys in [[good], [TestJWK.rsa(bits: 3072)], [p256, good]] { #expect(keyProblems(keys) == []) }
        for keys in useless {
            #expect(keyProblems(keys) == ["jwks.keys: holds no key for signatures by RS384 or ES384"])
        }
        method["token_endpoint_auth_signing_alg"] = "ES256"
        #expect(keyProblems([p256]) == [])
        #expect(keyProblems([good]) == ["jwks.keys: holds no key for signatures by ES256"])
    }
}

/// JSON Web Keys for registrations.
enum TestJWK {
    static func elliptic(_ kind: KeyKind) throws -> JSON {
        JWK(keyID: "k", algorithm: nil, parameters: try SigningKey.generate(kind).publicKey.parameters).json
    }

    /// Numbers of that length with the outward marks of an RSA key; nobody has its factors.
    static func rsa(bits: Int) -> JSON {
        let modulus = [UInt8](repeating: 0xC5, count: bits / 8)
        return ["kty": "RSA", "kid": "k", "n": .string(Base64URL.encode(modulus)), "e": "AQAB"]
    }

    static func with(_ key: JSON, _ changes: JSONObject) -> JSON {
        var object = key.objectValue ?? JSONObject()
        for member in changes.members { object[member.name] = member.value.isNull ? nil : member.value }
        return .object(object)
    }
}
