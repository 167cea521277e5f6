import Encoding
import JOSE
import Testing

@Suite struct `RFC 7519 §4 claims` {
    private func claims(_ text: String) throws -> JWTClaims { try JWTClaims(Array(text.utf8)) }

    @Test func `registered claims are read by their types`() throws {
        let claims = try claims(
            #"{"iss":"i","sub":"s","aud":["a","b"],"exp":3,"iat":1,"nbf":2,"jti":"j","scope":"openid"}"#)
        #expect(claims.issuer == "i")
        #expect(claims.subject == "s")
        #expect(claims.audience == ["a", "b"])
        #expect(claims.expiresAt == 3)
        #expect(claims.issuedAt == 1)
        #expect(claims.notBefore == 2)
        #expect(claims.jwtID == "j")
        #expect(claims.json["scope"] == "openid")
    }

    @Test(arguments: [
        "", "[]", "null", "\"x\"", "{", "{}{}", #"{"iss":1}"#, #"{"sub":null}"#, #"{"jti":{}}"#, #"{"aud":1}"#,
        #"{"aud":["a",1]}"#, #"{"aud":{}}"#, #"{"aud":null}"#, #"{"iss":"a","iss":"b"}"#,
    ])
    func `anything else is malformed`(text: String) {
        #expect(outcome { () throws(JOSEError) in _ = try JWTClaims(Array(text.utf8)) } == "malformed")
    }

    /// TK-16: never a trap, never a guess.
    @Test(
        arguments: ["exp", "iat", "nbf"],
        [
            #""1793448000""#, "null", "true", "[1]", "{}", "1.5", "1793448000.0", "1e3", "1e308", "1e999",
            "9223372036854775808", "-9223372036854775809", "18446744073709551616", "NaN", "Infinity", "0x10", "01",
        ])
    func `dates are whole seconds in 64 bits`(name: String, value: String) {
        let text = #"{"\#(name)":\#(value)}"#
        #expect(outcome { () throws(JOSEError) in _ = try JWTClaims(Array(text.utf8)) } == "malformed")
    }

    @Test(arguments: [Int64.min, Int64.min + 1, -1, 0, 1, Int64.max - 1, Int64.max])
    func `no date and no clock can trap`(date: Int64) throws {
        let claims = try claims(#"{"exp":\#(date),"nbf":\#(date),"iat":\#(date)}"#)
        for now in [Int64.min, -1, 0, 1_793_448_000, Int64.max] {
            for skew in [Int64.min, 0, 60, Int64.max] {
                try? claims.validate(now: now, issuer: nil, audience: nil, skew: skew)
            }
        }
    }

    struct Moment: Sendable, CustomTestStringConvertible {
        let claims: String
        let skew: Int64
        let expectation: String
        var testDescription: String { "\(claims), skew \(skew): \(expectation)" }
    }

    @Test(arguments: [
        Moment(claims: #"{"exp":1001}"#, skew: 0, expectation: "valid"),
        Moment(claims: #"{"exp":1000}"#, skew: 0, expectation: "expired"),
        Moment(claims: #"{"exp":1000}"#, skew: 1, expectation: "valid"),
        Moment(claims: #"{"exp":940}"#, skew: 60, expectation: "expired"),
        Moment(claims: #"{"exp":941}"#, skew: 60, expectation: "valid"),
        Moment(claims: #"{"exp":-1}"#, skew: 60, expectation: "expired"),
        Moment(claims: #"{"exp":2000,"nbf":1000}"#, skew: 0, expectation: "valid"),
        Moment(claims: #"{"exp":2000,"nbf":1001}"#, skew: 0, expectation: "notYetValid"),
        Moment(claims: #"{"exp":2000,"nbf":1060}"#, skew: 60, expectation: "valid"),
        Moment(claims: #"{"exp":2000,"nbf":1061}"#, skew: 60, expectation: "notYetValid"),
        Moment(claims: #"{"exp":2000,"iat":1000}"#, skew: 0, expectation: "valid"),
        Moment(claims: #"{"exp":2000,"iat":1061}"#, skew: 60, expectation: "notYetValid"),
        Moment(claims: #"{"exp":9223372036854775807}"#, skew: 60, expectation: "valid"),
        Moment(claims: #"{}"#, skew: 60, expectation: "missing"),
    ])
    func `at 1000 seconds`(moment: Moment) throws {
        let claims = try claims(moment.claims)
        let result = outcome { () throws(JOSEError) in
            try claims.validate(now: 1000, issuer: nil, audience: nil, skew: moment.skew)
        }
        #expect(result == moment.expectation)
    }

    @Test(arguments: [
        (#""iss":"https://as.example""#, "valid"), (#""iss":"https://as.example/""#, "wrongIssuer"),
        (#""iss":"https://AS.example""#, "wrongIssuer"), (#""iss":"https://as.exampl""#, "wrongIssuer"),
        (#""iss":"""#, "wrongIssuer"), (#""sub":"x""#, "wrongIssuer"),
    ])
    func `the issuer is compared octet for octet`(member: String, expectation: String) throws {
        let claims = try claims(#"{"exp":2000,\#(member)}"#)
        #expect(
            outcome { () throws(JOSEError) in
                try claims.validate(now: 1000, issuer: "https://as.example", audience: nil, skew: 0)
            } == expectation)
    }

    /// TK-15.
    @Test(arguments: [
        (#""aud":"https://a.example/token""#, "valid"), (#""aud":["https://a.example/token"]"#, "valid"),
        (#""aud":["https://a.example/token","https://b.example"]"#, "wrongAudience"),
        (#""aud":["https://a.example/token","https://a.example/token"]"#, "wrongAudience"),
        (#""aud":[]"#, "wrongAudience"), (#""aud":"https://a.example/token/""#, "wrongAudience"),
        (#""aud":"https://a.example/Token""#, "wrongAudience"), (#""aud":"https://a.example""#, "wrongAudience"),
        (#""aud":"""#, "wrongAudience"), (#""sub":"x""#, "wrongAudience"),
    ])
    func `the audience is the one expected and no other`(member: String, expectation: String) throws {
        let claims = try claims(#"{"exp":2000,\#(member)}"#)
        #expect(
            outcome { () throws(JOSEError) in
                try claims.validate(now: 1000, issuer: nil, audience: "https://a.example/token", skew: 0)
            } == expectation)
    }
}
