import Crypto
import Encoding
import HTTP
import JOSE
import SMART
import Synchronization
import TestSupport
import Testing

@testable import AuthorizationServer

/// Checklist CAS-7…CAS-10: the keys of a client that published them at an address of its own.
@Suite struct `SMART App Launch 2.2: keys by URL` {
    let server: TestServer
    let client: KeySetStandIn
    let first: ClientKey
    let second: ClientKey

    init() async throws {
        let certificate = try TestCertificate()
        client = try KeySetStandIn(certificate: certificate)
        first = try ClientKey(.es384, .p384, keyID: "first")
        second = try ClientKey(.rs384, .rsa(bits: 2048), keyID: "second")
        server = try await TestServer.withSamples {
            $0.outboundTrust = TLSTrust(authorities: certificate.certificateFile)
        }
        try await register("backend", "/jwks")
    }

    private func register(_ id: String, _ path: String) async throws {
        try await server.register(
            id,
            [
                "token_endpoint_auth_method": "private_key_jwt", "jwks_uri": .string(try client.url(path).value),
                "grant_types": ["client_credentials"], "response_types": [], "redirect_uris": [],
                "scope": "system/Patient.rs",
            ])
    }

    private func stop() {
        server.stop()
        client.stop()
    }

    private func publish(_ keys: [ClientKey], at path: String = "/jwks", cacheControl: String? = nil) {
        let headers = KeySetStandIn.json + (cacheControl.map { [("Cache-Control", $0)] } ?? [])
        client.behave(.answer(status: 200, headers: headers, body: ClientKey.set(keys).text), at: path)
    }

    private func token(
        _ key: ClientKey, of id: String = "backend", header: [String: JSON?] = [:]
    ) throws -> ClientResponse {
        let assertion = try key.assertion(id, now: server.clock.now, header: header)
        return try server.post(
            "/token",
            [("grant_type", "client_credentials"), ("scope", "system/Patient.rs")] + ClientKey.form(assertion))
    }

    @Test func `CAS-8, CAS-9: they are fetched once, and good for as long as the address allows`() throws {
        defer { stop() }
        publish([first], cacheControl: "max-age=120")
        for _ in 0..<3 { #expect(try token(first).status == 200) }
        #expect(client.count() == 1)
        server.clock.advance(120)
        #expect(try token(first).status == 200)
        #expect(client.count() == 2)
    }

    @Test func `CAS-7: a jku is the registered address, or the assertion is refused and nothing is fetched`() throws {
        defer { stop() }
        publish([first])
        publish([second], at: "/other")
        let registered = try client.url().value
        #expect(try token(first, header: ["jku": .string(registered)]).status == 200)
        for jku in [try client.url("/other").value, registered + "/", registered + "?x", registered.uppercased(), ""] {
            expectRefusal(try token(second, header: ["jku": .string(jku)]), 401, "invalid_client", "\(jku)")
        }
        #expect(client.count("/other") == 0)
    }

    @Test func `lessons K4: a new key is found at its first use, and a flood of unknown ones fetches no more`() throws {
        defer { stop() }
        publish([first], cacheControl: "max-age=3600")
        #expect(try token(first).status == 200)
        publish([second], cacheControl: "max-age=3600")
        #expect(try token(second).status == 200)
        #expect(client.count() == 2)
        // The old one went with the new set.
        for _ in 0..<5 { expectRefusal(try token(first), 401, "invalid_client") }
        #expect(client.count() == 2)
        server.clock.advance(10)
        expectRefusal(try token(first), 401, "invalid_client")
        #expect(client.count() == 3)
    }

    @Test func `TK-19: what is wrong at the address is the client's trouble, and its alone`() async throws {
        defer { stop() }
        try await register("other", "/other")
        publish([second], at: "/other")
        client.behave(.answer(status: 302, headers: [("Location", "/other")], body: ""))
        let refused = try token(second)
        expectRefusal(refused, 401, "invalid_client")
        #expect(refused.json["error_description"] == "client authentication failed")
        #expect(client.count("/other") == 0)
        #expect(try token(second, of: "other").status == 200)
        // Another client's keys sign nothing for this one.
        server.clock.advance(6)
        publish([first])
        expectRefusal(try token(second), 401, "invalid_client")
        #expect(try token(first).status == 200)
    }

    @Test func `TK-19: a host that hangs holds up its own client alone`() async throws {
        defer { stop() }
        try await register("other", "/other")
        publish([second], at: "/other")
        client.behave(.hang)
        async let hanging = token(first)
        for _ in 0..<5 { #expect(try token(second, of: "other").status == 200) }
        #expect(try server.send(.get, "/jwks").status == 200)
        expectRefusal(try await hanging, 401, "invalid_client")
    }

    @Test(arguments: [true, false])
    func `a client that is stopped, or becomes another one, while its keys are fetched gets nothing`(
        isStopped: Bool
    ) async throws {
        defer { stop() }
        let isChanged = Atomic(false)
        client.behave(
            .held(
                until: { isChanged.load(ordering: .acquiring) }, status: 200, headers: KeySetStandIn.json,
                body: ClientKey.set([first]).text))
        async let answer = token(first)
        while client.count() == 0 { try await Task.sleep(for: .milliseconds(10)) }
        if isStopped {
            try await server.administer(.post, "/admin/v1/clients/backend/disable")
        } else {
            try await server.administer(.delete, "/admin/v1/clients/backend")
            try await server.register(
                "backend",
                [
                    "token_endpoint_auth_method": "private_key_jwt", "jwks": ClientKey.set([second]),
                    "grant_types": ["client_credentials"], "response_types": [], "redirect_uris": [],
                    "scope": "system/Patient.rs",
                ])
        }
        isChanged.store(true, ordering: .releasing)
        expectRefusal(try await answer, 401, "invalid_client")
    }
}
