import Encoding
import HTTP
import JOSE
import TestSupport
import Testing

@testable import AuthorizationServer

@Suite struct `Introspection of many tokens` {
    let server: TestServer

    init() async throws { server = try await TestServer.withSamples() }

    private func token(_ scope: String = "user/Observation.rs") async throws -> String {
        try await server.mint(MintedGrant(user: "physician", scope: scope))
    }

    private func tokens(_ texts: [String]) -> [(String, String)] { texts.map { ("tokens", $0) } }

    @Test func `each is answered as if it had been asked about alone, in order, inactive ones and empty ones too`()
        async throws
    {
        defer { server.stop() }
        let (one, other) = (try await token(), try await token("user/Patient.r"))
        let foreign = try server.ehrToken()
        let texts = [one, "x", "", other, one, foreign, one + "A"]
        for extra in [[], [("request", "GET Observation/1")], [("request", "GET Observation"), ("filtering", "rows")]] {
            let response = try server.ask(tokens(texts) + extra)
            #expect(response.status == 200 && response.headers["content-type"] == "application/json")
            #expect(response.headers["cache-control"] == "no-store")
            let alone = try texts.map { $0.isEmpty ? ["active": false] : try server.ask([("token", $0)] + extra).json }
            #expect(response.json == ["tokens": .array(alone)], "\(response.text)")
        }
        let single = try server.ask(tokens([other])).json
        #expect(single["tokens"]?.arrayValue?.count == 1)
        let signed = try server.ask(tokens(texts), [("Accept", "application/token-introspection+jwt")])
        #expect(try server.verifiedClaims(signed.text, .rs256)["token_introspection"] == server.ask(tokens(texts)).json)
    }

    @Test func `IN-01: nobody sees more than alone`() async throws {
        defer { server.stop() }
        let own = try App.secretApp.tokens(server, as: "patient", scope: "launch/patient patient/Patient.rs")
        let texts = [try #require(own["access_token"]?.stringValue), try await token()]
        let answer = try server.post(
            "/introspect", tokens(texts), headers: [App.basic("secret-app", App.secretApp.secret ?? "")]
        ).json["tokens"]?.arrayValue
        #expect(answer?.map { $0["active"] == true } == [true, false])
        #expect(answer?.last == ["active": false])
        expectRefusal(try server.post("/introspect", tokens(texts)), 401, "invalid_client")
    }

    @Test func `at most a hundred, each as long as tokens get, and never beside token`() async throws {
        defer { server.stop() }
        let long = String(repeating: "A", count: 4096)
        let many = try server.ask(tokens(Array(repeating: long, count: 100)))
        #expect(many.status == 200, "\(many.text.prefix(200))")
        #expect(many.json["tokens"]?.arrayValue?.count == 100)
        for form in [tokens(Array(repeating: "x", count: 101)), tokens(["x"]) + [("token", "y")]] {
            let refused = try server.ask(form)
            expectRefusal(refused, 400, "invalid_request")
            #expect(refused.json["error_description"]?.stringValue?.contains("tokens") == true)
        }
        expectRefusal(
            try server.ask(tokens(["x", "y"]) + [("request", "a"), ("request", "b")]), 400, "invalid_request", "AZ-07")
        expectRefusal(try server.ask([("token", "x"), ("token", "y")]), 400, "invalid_request", "AZ-07")
    }

    @Test func `no request asks for more decisions than one loop can make at once`() async throws {
        defer { server.stop() }
        let token = try await token()
        let entries: [JSON] = Array(repeating: ["request": ["method": "GET", "url": "Observation/1"]], count: 30)
        let bundle = (["resourceType": "Bundle", "type": "batch", "entry": .array(entries)] as JSON).text
        let body = [("request", "POST "), ("request_body", bundle)]
        #expect(try server.ask(tokens(Array(repeating: token, count: 30)) + body).status == 200)
        let refused = try server.ask(tokens(Array(repeating: token, count: 40)) + body)
        expectRefusal(refused, 400, "invalid_request")
        #expect(refused.json["error_description"]?.stringValue?.contains("request_body") == true)
    }
}
