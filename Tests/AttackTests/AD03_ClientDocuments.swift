import Crypto
import Encoding
import HTTP
import JOSE
import SMART
import Storage
import TestSupport
import Testing

@testable import AuthorizationServer

/// Documents of clients that lead where they must not, say what is not so, or become something else in the middle.
@Suite struct `AD-03, TK-19: hostile client ID metadata documents` {
    let web: KeySetStandIn
    let certificate: TestCertificate

    init() throws {
        certificate = try TestCertificate()
        web = try KeySetStandIn(certificate: certificate)
    }

    private func server(
        _ policy: RegistrationPolicy = TestServer.documentPolicy(), _ change: (inout Configuration) -> Void = { _ in }
    ) async throws -> TestServer {
        try await TestServer.started { [certificate] in
            $0.registration = policy
            $0.outboundTrust = TLSTrust(authorities: certificate.certificateFile)
            change(&$0)
        }
    }

    private func stop(_ server: TestServer) {
        server.stop()
        web.stop()
    }

    private func authorize(_ app: App, _ server: TestServer) throws -> ClientResponse {
        try server.page(app.authorizePath(scope: App.scope))
    }

    private func authorize(_ clientID: String, _ server: TestServer) throws -> ClientResponse {
        try authorize(App(clientID: clientID, secret: nil, redirectURI: "https://growth.example/cb"), server)
    }

    private func isKnown(_ app: App, _ server: TestServer) throws -> Bool {
        try authorize(app, server).headers["location"]?.contains("/sign-in") == true
    }

    private func stored(_ clientID: String, _ server: TestServer) throws -> StoredClient? {
        try server.authorization.database.read { (transaction) throws(StorageError) in try transaction.client(clientID)
        }
    }

    // MARK: Where it leads

    /// Other ways to write the stand-in's own address, and addresses inside: all are unknown clients, and nobody is asked.
    @Test func `no other way to write an address, and no address inside, is asked`() async throws {
        let server = try await server()
        defer { stop(server) }
        let good = try web.publishClient().clientID
        let origin = String(good.dropLast("/app".count)), port = String(origin.split(separator: ":").last ?? "")
        let ids = [
            origin, origin + "/", origin + "//app", origin + "/./app", origin + "/x/../app", origin + "/%61pp",
            origin + "/x/%2e%2e/app", good + "?", good + "?x=1", good + "#", good + "#x", good + "//", good + " ",
            good + "\n", good + "\u{0}", good + "%00", good + "\\", "HTTPS" + good.dropFirst(5),
            good.replacing("localhost", with: "LOCALHOST"), good.replacing("localhost", with: "localhost."),
            good.replacing("localhost", with: "user@localhost"), good.replacing("localhost", with: "x:y@localhost"),
            good.replacing("localhost", with: "2130706433"), good.replacing("localhost", with: "0x7f000001"),
            good.replacing("localhost", with: "127.1"), good.replacing("localhost", with: "0.0.0.0"),
            good.replacing("localhost", with: "[::ffff:127.0.0.1]"),
            good.replacing("localhost", with: "localhost:80@localhost"),
            "http://10.0.0.1:\(port)/app", "https://10.0.0.1:\(port)/app", "https://169.254.169.254/latest/meta-data",
            "http://169.254.169.254/app", "https://[fe80::1]/app", "file:///etc/passwd",
            "gopher://localhost:\(port)/app",
            "data:application/json,{}", String(repeating: "x", count: 300), good + String(repeating: "x", count: 255),
        ]
        for id in ids {
            let response = try authorize(id, server)
            expectPage(response)
            let words = ["client_id is not known here", "the parameters cannot be read"]
            #expect(words.contains(where: response.text.contains), "\(id)")
        }
        #expect(web.count() == 0)
        #expect(try isKnown(try web.publishClient(), server))
    }

    /// A server for people: its own machine and plain HTTP are not for clients to name.
    @Test func `in production no address of the machine itself is asked, by whatever name`() async throws {
        let plain = try KeySetStandIn()
        let server = try await server { configuration in
            if let issuer = Issuer("https://auth.hospital.example") { configuration.issuer = issuer }
        }
        defer {
            stop(server)
            plain.stop()
        }
        for app in [try web.publishClient(), try plain.publishClient()] { expectPage(try authorize(app, server)) }
        // The same at the call, should a public name lead here.
        let documents = RemoteDocuments(
            ClientDocument.kind(TestServer.documentPolicy()),
            outbound: OutboundClient(
                timeoutSeconds: 5, longestBody: ClientDocument.longest, addresses: OutboundAddresses(),
                trust: TLSTrust(authorities: certificate.certificateFile)),
            clock: server.clock.clock, turns: TestTurns(), threads: "test")
        defer { documents.stop() }
        for host in ["localhost", "127.0.0.1", "127.1", "2130706433", "0.0.0.0"] {
            guard let url = try? web.url("/app", host: host) else { continue }
            await #expect(throws: FetchTrouble.self) { try await documents.document(at: url) }
        }
        #expect(web.count() == 0 && plain.count() == 0)
    }

    @Test func `nothing is asked at hosts that clients may not have, nor for an id that is there twice`() async throws {
        let server = try await server(
            TestServer.documentPolicy { $0.redirectHosts = [HostPattern("growth.example")].compactMap(\.self) })
        defer { stop(server) }
        let app = try web.publishClient()
        expectPage(try authorize(app, server))
        let twice = app.authorizePath(scope: App.scope) + "&client_id=" + PercentEncoding.encode(app.clientID)
        expectPage(try server.page(twice))
        #expect(web.count() == 0)
    }

    @Test func `only an authorization request makes this server ask`() async throws {
        let server = try await server()
        defer { stop(server) }
        let app = try web.publishClient()
        expectRefused(try app.redeem("x", server), 401, "invalid_client")
        expectRefused(try app.refresh("x", server), 401, "invalid_client")
        _ = try server.post("/revoke", [("token", "x"), ("client_id", app.clientID)])
        _ = try server.post("/introspect", [("token", "x"), ("client_id", app.clientID)])
        _ = try server.page("/logout?client_id=" + PercentEncoding.encode(app.clientID))
        _ = try server.openLaunch(bearer: server.ehrToken(), ["client_id": .string(app.clientID)])
        #expect(web.count() == 0)
    }

    @Test(arguments: [301, 302, 303, 307, 308])
    func `a redirect is not followed`(status: Int) async throws {
        let server = try await server()
        let elsewhere = try KeySetStandIn(certificate: certificate)
        defer {
            stop(server)
            elsewhere.stop()
        }
        let app = try web.publishClient(), other = try elsewhere.publishClient()
        let body = JSON.object(KeySetStandIn.document(app.clientID)).text
        for place in ["/elsewhere", other.clientID] {
            server.clock.advance(6)
            web.behave(
                .answer(status: status, headers: KeySetStandIn.json + [("Location", place)], body: body), at: "/app")
            expectPage(try authorize(app, server))
        }
        #expect(web.count("/elsewhere") == 0 && elsewhere.count() == 0)
        #expect(try stored(app.clientID, server) == nil)
    }

    // MARK: What it says

    struct Answer: Sendable, CustomTestStringConvertible {
        let testDescription: String
        var status = 200
        var type = "application/json"
        /// `ID` stands for the right id.
        let body: String
    }

    private static let good = #"{"client_id":"ID","redirect_uris":["https://growth.example/cb"]}"#

    private static let bad: [Answer] = [
        Answer(testDescription: "201", status: 201, body: good),
        Answer(testDescription: "404", status: 404, body: good),
        Answer(testDescription: "500", status: 500, body: good),
        Answer(testDescription: "HTML", type: "text/html", body: good),
        Answer(testDescription: "JavaScript", type: "application/javascript", body: good),
        Answer(testDescription: "JSON of another tree", type: "text/x+json", body: good),
        Answer(testDescription: "no type", type: "", body: good), Answer(testDescription: "empty", body: ""),
        Answer(testDescription: "garbage", body: "garbage"), Answer(testDescription: "a list", body: "[\(good)]"),
        Answer(testDescription: "two", body: good + good),
        Answer(testDescription: "too large", body: good + String(repeating: " ", count: 65_536)),
        Answer(testDescription: "deep", body: #"{"client_id":"ID","x":"# + String(repeating: "[", count: 60_000)),
        Answer(testDescription: "no id", body: good.replacing("client_id", with: "client")),
        Answer(testDescription: "id twice", body: good.replacing("{", with: #"{"client_id":"ID","#)),
        Answer(testDescription: "an id that is none", body: good.replacing("\"ID\"", with: "null")),
        Answer(testDescription: "a list of ids", body: good.replacing("\"ID\"", with: "[\"ID\"]")),
        Answer(testDescription: "another id", body: good.replacing("ID", with: "https://growth.example/app")),
        Answer(testDescription: "a longer id", body: good.replacing("ID", with: "ID/")),
        Answer(testDescription: "an id with a query", body: good.replacing("ID", with: "ID?x")),
        Answer(testDescription: "an id with space", body: good.replacing("ID", with: " ID")),
        Answer(testDescription: "the id of an app that is registered", body: good.replacing("ID", with: "public-app")),
        Answer(testDescription: "the id in upper case", body: good.replacing("ID", with: "IN UPPER CASE")),
    ]

    @Test(arguments: bad)
    func `what is not the client's own document gives no client, and one text for all`(answer: Answer) async throws {
        let server = try await server()
        defer { stop(server) }
        let id = try web.url("/app").value
        let body = answer.body.replacing("IN UPPER CASE", with: id.uppercased()).replacing("ID", with: id)
        let headers = answer.type.isEmpty ? [] : [("Content-Type", answer.type)]
        web.behave(.answer(status: answer.status, headers: headers, body: body), at: "/app")
        let response = try authorize(id, server)
        expectPage(response)
        #expect(response.text.contains("there is no document of the client at client_id"))
        #expect(web.count() == 1)
        #expect(try stored(id, server) == nil)
    }

    private static let wrong: [(JSONObject, String)] = [
        (["client_secret": "0123456789abcdef0123"], "client_secret"),
        (["client_secret_expires_at": 0], "client_secret_expires_at"),
        (["token_endpoint_auth_method": "client_secret_basic"], "token_endpoint_auth_method"),
        (["token_endpoint_auth_method": "client_secret_post"], "token_endpoint_auth_method"),
        (["token_endpoint_auth_method": "client_secret_jwt"], "token_endpoint_auth_method"),
        (["token_endpoint_auth_method": ["none"]], "token_endpoint_auth_method"),
        (["token_endpoint_auth_method": "private_key_jwt"], "jwks"),
        (["grant_types": ["authorization_code", "client_credentials"]], "grant_types"),
        (["grant_types": ["implicit"]], "grant_types"), (["redirect_uris": .null], "redirect_uris"),
        (["redirect_uris": ["http://growth.example/cb"]], "redirect_uris"),
        (["redirect_uris": ["http://127.0.0.1/cb"], "application_type": "native"], "redirect_uris"),
        (["redirect_uris": ["org.evil:/cb"], "application_type": "native"], "redirect_uris"),
        (["redirect_uris": ["javascript:alert(1)"]], "redirect_uris"),
        (["redirect_uris": ["https://evil.example/cb"]], "redirect_uris"),
        (["post_logout_redirect_uris": ["https://evil.example/"]], "post_logout_redirect_uris"),
        (["backchannel_logout_uri": "https://169.254.169.254/"], "backchannel_logout_uri"),
        (["launch_uris": ["https://evil.example/launch"]], "launch_uris"),
        (["allowed_origins": ["https://evil.example"]], "allowed_origins"),
        (["jwks_uri": "http://127.0.0.1/jwks"], "jwks_uri"), (["scope": "auth/Client.cruds"], "scope"),
        (["jwks": ["keys": [["kty": "oct", "kid": "a", "k": "AQ"]]]], "jwks"),
        (["client_name": "Public App"], "client_name"), (["client_name": "PubIic App"], "client_name"),
        (["client_name": "Tһe EHR"], "client_name"), (["client_name": "Chart\u{202E}"], "client_name"),
    ]

    @Test func `a document is held to every rule for clients that register themselves`() async throws {
        let server = try await server(
            TestServer.documentPolicy {
                $0.redirectHosts = [HostPattern("growth.example"), HostPattern("localhost")].compactMap(\.self)
            })
        defer { stop(server) }
        for (change, member) in Self.wrong {
            let app = try web.publishClient(change)
            server.clock.advance(3600)
            let response = try authorize(app, server)
            expectPage(response)
            #expect(response.text.contains(member), "\(change) \(response.text)")
            #expect(try stored(app.clientID, server) == nil)
        }
        #expect(try isKnown(try web.publishClient(at: "/other"), server))
    }

    @Test func `what is not the client's to say is not heard`() async throws {
        let server = try await server()
        defer { stop(server) }
        let app = try web.publishClient([
            "resource_server_audiences": [.string(TestServer.fhirBase)], "standing": "approved", "disabled": false,
            "software_statement": "x.y.z", "registration_access_token": "x",
        ])
        #expect(try isKnown(app, server))
        let client = try #require(try stored(app.clientID, server))
        #expect(client.standing == .unreviewed && !client.metadata.contains("audiences"))
    }

    @Test func `it stands in for no client that is there, and takes no id of this server's`() async throws {
        let server = try await server { configuration in
            if let issuer = Issuer(TestServer.issuer + "/tenant") { configuration.issuer = issuer }
        }
        defer { stop(server) }
        let response = try server.page(
            "/tenant"
                + App(clientID: TestServer.issuer + "/tenant", secret: nil, redirectURI: "https://x.example/")
                .authorizePath(scope: App.scope))
        expectPage(response)
        #expect(try stored(TestServer.issuer + "/tenant", server) == nil)
    }

    // MARK: What it becomes

    /// Long enough for a document to be looked at again.
    private func again(_ server: TestServer) { server.clock.advance(60) }

    private func publish(_ change: JSONObject = [:]) throws -> App {
        try web.publishClient(change, cacheControl: "max-age=60")
    }

    @Test func `AZ-19, AZ-20: with another address, people are asked again, and who is being asked begins anew`()
        async throws
    {
        let server = try await server()
        defer { stop(server) }
        let scope = "openid launch/patient patient/Patient.rs"
        let app = try publish()
        let browser = Browser(server)
        let page = try app.consentPage(browser, as: "patient", scope: scope)
        let boxes = browser.values("scope", on: page, onlyChecked: true).map { ("scope", $0) }
        let answer = try browser.submit(page, boxes + [("decision", "allow"), ("remember", "yes")])
        #expect(answer.parameters["code"] != nil)
        #expect(try browser.get(app.authorizePath(scope: scope)).parameters["code"] != nil)
        let open = try app.consentPage(browser, as: "patient", scope: scope, [("prompt", "consent")])

        again(server)
        let moved = try publish(["redirect_uris": ["https://evil.example/cb"]])
        expectPage(try authorize(app, server))
        let stale = try app.allow(browser, open)
        #expect(stale.status == 400 && stale.location == nil)
        let asked = try browser.get(moved.authorizePath(scope: scope))
        #expect(asked.address.hasPrefix("/consent") && asked.parameters["code"] == nil)
    }

    @Test func `AZ-23: a code goes with the address that it was sent to, whatever the document says since`()
        async throws
    {
        let server = try await server()
        defer { stop(server) }
        let app = try publish()
        let codes = try (0..<2).map { _ in try app.code(server) }
        server.clock.advance(30)
        again(server)
        let moved = try publish(["redirect_uris": ["https://evil.example/cb"]])
        _ = try authorize(moved, server)
        expectRefused(try moved.redeem(codes[0], server), 400, "invalid_grant")
        server.clock.advance(-90)
        expectRefused(try moved.redeem(codes[1], server), 400, "invalid_grant")
    }

    @Test func `AD-03: a client that authenticates in another way loses what the former held`() async throws {
        let server = try await server()
        defer { stop(server) }
        let app = try publish()
        let tokens = try app.tokens(server, as: "patient", scope: App.scope)
        let access = try #require(tokens["access_token"]?.stringValue)
        let refresh = try #require(tokens["refresh_token"]?.stringValue)
        again(server)
        let key = try ClientKey(.es384, .p384, keyID: "one")
        _ = try publish(["token_endpoint_auth_method": "private_key_jwt", "jwks": ClientKey.set([key])])
        #expect(try isKnown(app, server))
        expectInactive(try server.introspected(access))
        expectRefused(try app.refresh(refresh, server), 401, "invalid_client")
        let assertion = try key.assertion(app.clientID, now: server.clock.now)
        expectRefused(
            try server.post(
                "/token",
                [("grant_type", "refresh_token"), ("refresh_token", refresh)] + ClientKey.form(assertion)),
            400, "invalid_grant")
        // And back: whoever took the address holds nothing of the confidential client's.
        let code = try app.code(server)
        again(server)
        _ = try publish()
        #expect(try isKnown(app, server))
        server.clock.advance(-60)
        expectRefused(try app.redeem(code, server), 400, "invalid_grant")
    }

    @Test func `AD-03: a client that comes to want a secret is not taken, and gets nothing new`() async throws {
        let server = try await server()
        defer { stop(server) }
        let app = try publish()
        #expect(try isKnown(app, server))
        let before = try #require(try stored(app.clientID, server))
        again(server)
        _ = try publish(["token_endpoint_auth_method": "client_secret_basic", "client_secret": "0123456789abcdef"])
        expectPage(try authorize(app, server))
        #expect(try stored(app.clientID, server) == before)
    }

    @Test func `AD-02: scopes that are added are asked for, and widen nothing that is held`() async throws {
        let server = try await server()
        defer { stop(server) }
        let scope = "openid launch/patient patient/Patient.rs offline_access"
        let app = try publish(["scope": .string(scope)])
        let refresh = try #require(
            try app.tokens(server, as: "patient", scope: scope)["refresh_token"]?.stringValue)
        again(server)
        _ = try publish(["scope": .string(scope + " patient/*.cruds user/*.rs auth/Client.cruds")])
        #expect(try isKnown(app, server))
        let metadata = try #require(try stored(app.clientID, server)?.metadata)
        #expect(!metadata.contains("auth/") && !metadata.contains("cruds"))
        let wider = try app.refresh(refresh, server, scope: scope + " patient/Observation.rs")
        expectRefused(wider, 400, "invalid_scope")
        let same = try app.refresh(refresh, server)
        #expect(same.json["scope"]?.stringValue?.contains("Observation") == false, "\(same.text)")
    }

    @Test func `AD-03: it cannot approve or enable itself by coming again`() async throws {
        let server = try await server(TestServer.documentPolicy(approval: true))
        defer { stop(server) }
        let app = try publish()
        for _ in 0..<3 {
            #expect(try authorize(app, server).status == 403)
            again(server)
            _ = try publish(["client_name": .string("Name \(server.clock.now % 2 == 0 ? "A" : "B")")])
        }
        #expect(try stored(app.clientID, server)?.standing == .waiting)
        let path = "/admin/v1/clients/" + PathSegment.encode(app.clientID)
        try await server.approve(app.clientID)
        try await server.administer(.post, path + "/disable")
        again(server)
        _ = try publish(["client_name": "Other"])
        expectPage(try authorize(app, server))
        let client = try #require(try stored(app.clientID, server))
        #expect(client.disabledAt != nil && !client.metadata.contains("Other"))
    }

    // MARK: How much of it

    @Test func `many who come with one address make this server ask once`() async throws {
        let server = try await server()
        defer { stop(server) }
        let app = try web.publishClient()
        let statuses = try race(16) { _ in try server.page(app.authorizePath(scope: App.scope)).status }
        #expect(statuses.allSatisfy { $0 == 303 }, "\(statuses)")
        #expect(web.count() == 1)
    }

    @Test func `an address that hangs holds up its own client alone`() async throws {
        let server = try await server()
        defer { stop(server) }
        web.behave(.hang, at: "/hang")
        let hang = try web.url("/hang").value
        let app = try web.publishClient()
        async let hanging = authorize(hang, server)
        #expect(try isKnown(app, server))
        #expect(try isKnown(.publicApp, server))
        #expect(try server.send(.get, "/jwks").status == 200)
        expectPage(try await hanging)
    }
}
