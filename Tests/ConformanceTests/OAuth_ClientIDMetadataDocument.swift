import AuthorizationServer
import Crypto
import Encoding
import HTTP
import JOSE
import SMART
import TestSupport
import Testing

/// draft-ietf-oauth-client-id-metadata-document: a `client_id` is the address of a document that says what the client is.
@Suite struct `OAuth Client ID Metadata Document` {
    let web: KeySetStandIn
    let certificate: TestCertificate
    private static let scope = "launch/patient patient/Patient.rs offline_access"

    init() throws {
        certificate = try TestCertificate()
        web = try KeySetStandIn(certificate: certificate)
    }

    private func server(
        _ policy: RegistrationPolicy = TestServer.documentPolicy(), clock: TestClock = TestClock()
    ) async throws -> TestServer {
        try await TestServer.withSamples(clock: clock) { [certificate] in
            $0.registration = policy
            $0.outboundTrust = TLSTrust(authorities: certificate.certificateFile)
        }
    }

    private func stop(_ server: TestServer) {
        server.stop()
        web.stop()
    }

    private func authorize(_ app: App, _ server: TestServer) throws -> Browser.Place {
        try Browser(server).get(app.authorizePath(scope: Self.scope))
    }

    private func expectKnown(
        _ app: App, _ server: TestServer, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let place = try authorize(app, server)
        #expect(place.address.hasPrefix("/sign-in"), "\(place.html)", sourceLocation: sourceLocation)
    }

    private func expectRefused(
        _ app: App, _ server: TestServer, says text: String? = nil, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let place = try authorize(app, server)
        expectRefusalOnPage(place, 400, sourceLocation: sourceLocation)
        if let text { #expect(place.html.contains(text), "\(place.html)", sourceLocation: sourceLocation) }
    }

    /// As administrators see it.
    private func registration(_ app: App, _ server: TestServer) async throws -> JSON? {
        try await server.administer(.get, "/admin/v1/clients")["clients"]?.arrayValue?
            .first { $0["client_id"]?.stringValue == app.clientID }
    }

    private func path(_ app: App, _ verb: String) -> String {
        "/admin/v1/clients/" + PathSegment.encode(app.clientID) + "/" + verb
    }

    // MARK: Discovery

    @Test func `§6: the metadata say that documents are taken, only where they are`() async throws {
        for isOn in [true, false] {
            let server = try await server(isOn ? TestServer.documentPolicy() : TestServer.registrationPolicy())
            defer { server.stop() }
            for name in ["openid-configuration", "oauth-authorization-server"] {
                let member = try server.send(.get, "/.well-known/" + name).json["client_id_metadata_document_supported"]
                #expect(member == (isOn ? true : nil))
            }
        }
        web.stop()
    }

    @Test func `where they are not taken, such a client is unknown and nothing is asked`() async throws {
        let server = try await server(TestServer.registrationPolicy())
        defer { stop(server) }
        try expectRefused(try web.publishClient(), server, says: "client_id is not known here")
        #expect(web.count() == 0)
    }

    // MARK: The flow

    @Test func `§5: a launch by a client that nobody registered`() async throws {
        let server = try await server()
        defer { stop(server) }
        let app = try web.publishClient()
        let tokens = try app.tokens(server, as: "patient", scope: Self.scope)
        #expect(tokens["patient"] == "1")
        let access = try #require(tokens["access_token"]?.stringValue)
        #expect(try server.introspect(access)["client_id"] == .string(app.clientID))
        let refreshed = try app.refresh(try #require(tokens["refresh_token"]?.stringValue), server)
        #expect(refreshed.status == 200, "\(refreshed.text)")
        #expect(web.count() == 1)
        #expect(web.lastHeaders.first { $0.name == "Accept" }?.value == "application/json")
        let registration = try #require(try await registration(app, server))
        #expect(registration["registered_by"] == "document" && registration["standing"] == "unreviewed")
        #expect(registration["token_endpoint_auth_method"] == "none")
    }

    @Test func `§8.5: the consent page names the host and says that nobody has reviewed the app`() async throws {
        let server = try await server()
        defer { stop(server) }
        let app = try web.publishClient()
        let page = try app.walk(Browser(server), as: "patient", scope: Self.scope)
        let host = try #require(app.clientID.split(separator: "/").dropFirst().first)
        #expect(page.html.contains("<dt>Comes from</dt><dd><strong><bdi>\(host)</bdi></strong></dd>"), "\(page.html)")
        #expect(page.html.contains("has not reviewed it"))
        try await server.approve(app.clientID)
        let approved = try app.walk(Browser(server), as: "patient", scope: Self.scope)
        #expect(approved.html.contains("<bdi>\(host)</bdi>") && !approved.html.contains("has not reviewed it"))
        let sample = try App.publicApp.walk(Browser(server), as: "patient", scope: Self.scope)
        #expect(sample.address.hasPrefix("/consent") && !sample.html.contains("Comes from"))
    }

    @Test func `§8.5: the page of a person's apps names the host as well`() async throws {
        let server = try await server()
        defer { stop(server) }
        let app = try web.publishClient()
        for app in [app, App.publicApp] { _ = try app.tokens(server, as: "patient", scope: Self.scope) }
        let browser = Browser(server)
        let signIn = [("username", "patient"), ("password", TestServer.password)]
        let page = try browser.submit(browser.get("/apps"), signIn)
        let host = try #require(app.clientID.split(separator: "/").dropFirst().first)
        let told = "<dt>Comes from</dt><dd><strong><bdi>\(host)</bdi></strong></dd>"
        #expect(page.address == "/apps" && page.html.ranges(of: told).count == 1, "\(page.html)")
    }

    @Test(arguments: ["jwks", "jwks_uri"])
    func `§8.2: a client authenticates with the keys of its document`(member: String) async throws {
        let server = try await server()
        defer { stop(server) }
        let key = try ClientKey(.es384, .p384, keyID: "one"), other = try ClientKey(.es384, .p384, keyID: "one")
        web.behave(
            .answer(status: 200, headers: KeySetStandIn.json, body: ClientKey.set([key]).text), at: "/jwks")
        let keys = member == "jwks" ? ClientKey.set([key]) : .string(try web.url("/jwks").value)
        let app = try web.publishClient(["token_endpoint_auth_method": "private_key_jwt", member: keys])
        let code = try app.code(server)
        expectRefusal(try app.redeem(code, server), 401, "invalid_client")
        func redeem(_ key: ClientKey) throws -> ClientResponse {
            try server.post(
                "/token",
                [
                    ("grant_type", "authorization_code"), ("code", code), ("redirect_uri", app.redirectURI),
                    ("code_verifier", App.verifier),
                ] + ClientKey.form(try key.assertion(app.clientID, now: server.clock.now)))
        }
        expectRefusal(try redeem(other), 401, "invalid_client")
        #expect(try redeem(key).status == 200)
    }

    @Test func `§4: more specific JSON types are JSON too`() async throws {
        let server = try await server()
        defer { stop(server) }
        for (number, type) in ["application/client+json", "Application/JSON; charset=utf-8"].enumerated() {
            try expectKnown(
                try web.publishClient(
                    ["client_name": .string("App \("ABC".dropFirst(number).prefix(1))")],
                    at: "/app\(number)", type: type),
                server)
        }
    }

    @Test func `what it may ask for is cut to what clients may have here`() async throws {
        let server = try await server()
        defer { stop(server) }
        let app = try web.publishClient([
            "scope": "launch/patient patient/*.cruds user/*.cruds system/*.cruds auth/Client.cruds openid"
        ])
        try expectKnown(app, server)
        let scope = try #require(try await registration(app, server)?["scope"]?.stringValue)
        #expect(Set(scope.split(separator: " ")) == ["launch/patient", "patient/*.rs", "openid"])
        let tokens = try app.tokens(
            server, as: "patient", scope: "launch/patient patient/Patient.cruds user/Patient.rs")
        #expect(tokens.grantedScopes == ["launch/patient", "patient/Patient.rs"])
    }

    // MARK: Caching

    private static let lifetimes: [(String?, Int64)] = [
        (nil, 3600), ("max-age=600", 600), ("no-store", 60), ("max-age=0", 60), ("max-age=999999", 86_400),
    ]

    @Test(arguments: lifetimes)
    func `§5.2: it is kept for as long as it says, from a minute to a day`(
        cacheControl: String?, seconds: Int64
    ) async throws {
        let server = try await server()
        defer { stop(server) }
        let app = try web.publishClient(cacheControl: cacheControl)
        try expectKnown(app, server)
        server.clock.advance(seconds - 1)
        try expectKnown(app, server)
        #expect(web.count() == 1)
        server.clock.advance(1)
        try expectKnown(app, server)
        #expect(web.count() == 2)
    }

    @Test func `§5.1: without its document a client gets nothing new, and what is wrong is tried again soon`()
        async throws
    {
        let server = try await server()
        defer { stop(server) }
        let app = try web.publishClient(cacheControl: "max-age=60")
        let tokens = try app.tokens(server, as: "patient", scope: Self.scope)
        web.behave(.answer(status: 404, headers: KeySetStandIn.json, body: "{}"), at: "/app")
        try expectKnown(app, server)
        server.clock.advance(60)
        for _ in 0..<3 { try expectRefused(app, server, says: "no document of the client at client_id") }
        #expect(web.count() == 2)
        // What it holds goes on for a day.
        let refresh = try #require(tokens["refresh_token"]?.stringValue)
        #expect(try app.refresh(refresh, server).status == 200)
        server.clock.advance(5)
        try web.publishClient()
        try expectKnown(app, server)
    }

    @Test func `§8.4: once a day the token endpoint looks whether the document still holds`() async throws {
        let server = try await server()
        defer { stop(server) }
        let app = try web.publishClient()
        var refresh = try #require(
            try app.tokens(server, as: "patient", scope: Self.scope)["refresh_token"]?.stringValue)
        func renew() throws {
            let answer = try app.refresh(refresh, server)
            refresh = try #require(answer.json["refresh_token"]?.stringValue, "\(answer.text)")
        }
        server.clock.advance(86_399)
        try renew()
        #expect(web.count() == 1)
        server.clock.advance(1)
        try renew()
        #expect(web.count() == 2)
        try renew()
        #expect(web.count() == 2)
        server.clock.advance(86_400)
        web.behave(.answer(status: 410, headers: [], body: ""), at: "/app")
        expectRefusal(try app.refresh(refresh, server), 401, "invalid_client")
        // It can still give its token back, and it goes on when the document is there again.
        server.clock.advance(5)
        try web.publishClient()
        try renew()
        web.behave(.answer(status: 410, headers: [], body: ""), at: "/app")
        server.clock.advance(86_400)
        #expect(try server.post("/revoke", [("token", refresh), ("client_id", app.clientID)]).status == 200)
        #expect(web.count() == 4)
    }

    // MARK: Administration

    @Test func `a client waits where somebody must approve it, and waits again when it becomes another`() async throws {
        let server = try await server(TestServer.documentPolicy { $0.approval = nil })
        defer { stop(server) }
        let app = try web.publishClient(cacheControl: "max-age=60")
        expectRefusalOnPage(try authorize(app, server), 403)
        #expect(try await registration(app, server)?["standing"] == "waiting")
        try await server.approve(app.clientID)
        let tokens = try app.tokens(server, as: "patient", scope: Self.scope)
        server.clock.advance(60)
        try web.publishClient(["contacts": ["a@b.example"]], cacheControl: "max-age=60")
        try expectKnown(app, server)
        #expect(try server.isActive(tokens))
        for change: JSONObject in [
            ["client_name": "Other"], ["redirect_uris": ["https://other.example/cb"]], ["scope": "launch/patient"],
            ["jwks": ClientKey.set([try ClientKey(.es384, .p384, keyID: "x")])],
        ] {
            server.clock.advance(60)
            try web.publishClient(change, cacheControl: "max-age=60")
            expectRefusalOnPage(try authorize(app, server), 403)
            #expect(try !server.isActive(tokens))
            try await server.approve(app.clientID)
        }
    }

    @Test func `a client that is disabled stays so, and nothing is asked for its sake`() async throws {
        let server = try await server()
        defer { stop(server) }
        let app = try web.publishClient(cacheControl: "max-age=60")
        let tokens = try app.tokens(server, as: "patient", scope: Self.scope)
        try await server.administer(.post, path(app, "disable"))
        server.clock.advance(60)
        try expectRefused(app, server, says: "client_id is not known here")
        expectRefusal(
            try app.refresh(try #require(tokens["refresh_token"]?.stringValue), server), 401, "invalid_client")
        #expect(try !server.isActive(tokens))
        #expect(web.count() == 1)
    }

    @Test func `§7.2: an address that an administrator registered is never asked`() async throws {
        let server = try await server()
        defer { stop(server) }
        let app = try web.publishClient()
        try await server.register(
            app.clientID,
            ["token_endpoint_auth_method": "none", "redirect_uris": [.string(app.redirectURI)]])
        let page = try app.walk(Browser(server), as: "patient", scope: Self.scope)
        #expect(page.address.hasPrefix("/consent") && !page.html.contains("Comes from"))
        #expect(web.count() == 0)
    }

    @Test func `switched off later, such a client gets nothing new`() async throws {
        let clock = TestClock()
        let first = try await server(clock: clock)
        let app = try web.publishClient()
        let tokens = try app.tokens(first, as: "patient", scope: Self.scope)
        first.stop(keepingData: true)
        let second = try TestServer(directory: first.directory, clock: clock)
        defer { stop(second) }
        try expectRefused(app, second, says: "client_id is not known here")
        let refresh = try #require(tokens["refresh_token"]?.stringValue)
        let next = try #require(try app.refresh(refresh, second).json["refresh_token"]?.stringValue)
        clock.advance(86_400)
        expectRefusal(try app.refresh(next, second), 401, "invalid_client")
        #expect(web.count() == 1)
    }

    // MARK: Limits

    @Test func `AD-01: one address makes this server ask only so many new ones, whatever comes of it`() async throws {
        let server = try await server(TestServer.documentPolicy { $0.perAddressPerHour = 3 })
        defer { stop(server) }
        let known = try web.publishClient()
        try expectKnown(known, server)
        for number in 0..<2 {
            let app = App(clientID: try web.url("/none\(number)").value, secret: nil, redirectURI: "https://x.example/")
            for _ in 0..<2 { try expectRefused(app, server) }
        }
        let fourth = App(clientID: try web.url("/fourth").value, secret: nil, redirectURI: "https://x.example/")
        let place = try authorize(fourth, server)
        expectRefusalOnPage(place, 429)
        #expect(place.response.headers["retry-after"] == "3600")
        #expect(web.count() == 3)
        try expectKnown(known, server)
        server.clock.advance(3600)
        try expectRefused(fourth, server)
        try expectKnown(known, server)
    }

    @Test func `AD-01: there are only so many, and one that nobody uses makes room after a day`() async throws {
        let server = try await server(TestServer.documentPolicy { $0.clientsAtMost = 2 })
        defer { stop(server) }
        let idle = try web.publishClient(["client_name": "Idle"], at: "/idle")
        try expectKnown(idle, server)
        let used = try web.publishClient(["client_name": "Used"], at: "/used")
        _ = try used.tokens(server, as: "patient", scope: Self.scope)
        let third = try web.publishClient(["client_name": "Third"], at: "/third")
        expectRefusalOnPage(try authorize(third, server), 503)
        #expect(try await registration(third, server) == nil)
        server.clock.advance(86_401)
        try expectKnown(third, server)
        #expect(try await registration(idle, server) == nil)
        #expect(try await registration(used, server) != nil)
        expectRefusalOnPage(try authorize(idle, server), 503)
    }
}
