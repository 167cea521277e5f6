import Encoding
import HTTP
import SMART
import TestSupport
import Testing

@testable import AuthorizationServer

private let policies = [
    TestPolicies.file(
        "lab",
        [
            "holders": ["Practitioner"],
            "rules": [
                ["id": "labs", "allow": "user/Observation.rs?category=http://a.example/c|lab"],
                ["id": "patients", "allow": "user/Patient.crus", "hide": ["photo"], "readonly": ["active"]],
                ["id": "encounters", "allow": "user/Encounter.cruds"],
                ["id": "flags", "allow": "user/Flag.c"], ["id": "goals", "allow": "user/Goal.crs"],
                ["id": "tasks", "allow": ["user/Task.c", "user/Task.rs?status=http://a.example/s|new"]],
                ["id": "labels", "deny": "user/Encounter.cruds?_security=V,R"],
            ],
        ])
]

@Suite struct `Forward auth` {
    private func server(_ change: (inout Configuration, inout ForwardAuth) -> Void = { _, _ in }) async throws
        -> TestServer
    {
        let server = try await TestServer.withSamples { configuration in
            configuration.policies += policies
            var settings = ForwardAuth()
            settings.filtering = ForwardAuth.possibleFiltering
            change(&configuration, &settings)
            configuration.forwardAuth = settings
        }
        try await server.addUser("lab", "Practitioner/30", roles: ["lab"])
        return server
    }

    private func token(_ server: TestServer, _ change: (inout MintedGrant) -> Void = { _ in }) async throws -> String {
        var grant = MintedGrant(user: "lab", scope: "user/*.cruds openid fhirUser", context: ["patient": "7"])
        change(&grant)
        return try await server.mint(grant)
    }

    private static func nginx(_ method: String, _ uri: String) -> [(String, String)] {
        [("X-Original-Method", method), ("X-Original-URI", uri)]
    }

    private static func traefik(_ method: String, _ uri: String) -> [(String, String)] {
        [("X-Forwarded-Method", method), ("X-Forwarded-Uri", uri), ("X-Forwarded-Host", "fhir.example")]
    }

    private func ask(
        _ server: TestServer, _ token: String?, _ headers: [(String, String)], filtering: String? = nil,
        method: HTTP.Method = .get, path: String = "/forward-auth"
    ) throws -> ClientResponse {
        let bearer = token.map { [("Authorization", "Bearer " + $0)] } ?? []
        let filtering = filtering.map { [("X-FHIR-Filtering", $0)] } ?? []
        return try server.send(method, path, headers: headers + bearer + filtering)
    }

    @Test func `it is there only where it is turned on`() async throws {
        let server = try await TestServer.withSamples()
        defer { server.stop() }
        let response = try ask(server, nil, Self.nginx("GET", "/fhir/Patient/1"))
        #expect(response.status == 404)
        #expect(try ask(server, nil, [], path: "/forward-auth/fhir/Patient/1").status == 404)
    }

    @Test func `a permitted request is 200, and says whose it is`() async throws {
        let server = try await server()
        defer { server.stop() }
        let token = try await token(server)
        let asked: [([(String, String)], HTTP.Method, String)] = [
            (Self.traefik("GET", "/fhir/Observation?category=http://a.example/c|lab"), .get, "/forward-auth"),
            ([], .get, "/forward-auth/fhir/Observation?category=http://a.example/c|lab"),
            (Self.nginx("GET", "/fhir/Observation?category=http://a.example/c|lab"), .get, "/forward-auth?fhir=fhir"),
            (Self.nginx("GET", "/fhir/metadata"), .post, "/forward-auth"),
        ]
        for (headers, method, path) in asked {
            let response = try ask(server, token, headers, method: method, path: path)
            #expect(response.status == 200 && response.body.isEmpty, "\(path) \(headers) \(response.text)")
            #expect(response.headers["cache-control"] == "no-store")
            #expect(response.headers["x-patient"] == "7")
            #expect(response.headers["x-fhir-user"] == TestServer.fhirBase + "/Practitioner/30")
            #expect(response.headers["x-roles"] == "lab")
            for absent in ["x-fhir-criteria", "x-fhir-hide", "x-fhir-readonly"] {
                #expect(response.headers[absent] == nil)
            }
        }
        let plain = try await server.mint(MintedGrant(user: "lab", scope: "user/Observation.rs"))
        let response = try ask(server, plain, Self.nginx("GET", "/fhir/Observation?category=http://a.example/c|lab"))
        #expect(
            response.status == 200 && response.headers["x-patient"] == nil && response.headers["x-fhir-user"] == nil)
    }

    @Test func `criteria, ready for a query, to a gateway that adds them; a refusal to any other`() async throws {
        let server = try await server()
        defer { server.stop() }
        let token = try await token(server)
        let search = Self.nginx("GET", "/fhir/Observation?code=1")
        let narrowed = try ask(server, token, search, filtering: "search")
        #expect(narrowed.status == 200)
        #expect(narrowed.headers["x-fhir-criteria"] == "category=http://a.example/c%7Clab")
        let excepted = try ask(server, token, Self.nginx("GET", "/fhir/Encounter"), filtering: "search")
        #expect(excepted.headers["x-fhir-criteria"] == "_security:not=V&_security:not=R", "\(excepted.text)")
        for (headers, filtering) in [
            (search, nil), (search, ""), (search, "elements"), (Self.nginx("GET", "/fhir/Observation/1"), "search"),
            (Self.nginx("GET", "/fhir/Observation/1"), "search rows elements"),
            (Self.nginx("GET", "/fhir/Patient/1"), "search"),
            (Self.nginx("GET", "/fhir"), "search"), (Self.nginx("GET", "/fhir?_type=Observation,Encounter"), "search"),
            (Self.nginx("GET", "/fhir/Observation/_history"), "search"),
            (Self.nginx("GET", "/fhir/Encounter/1/_history"), "search"),
        ] as [([(String, String)], String?)] {
            let refused = try ask(server, token, headers, filtering: filtering)
            expectRefusal(refused, 403, "insufficient_scope")
            #expect(refused.headers["x-fhir-criteria"] == nil)
            #expect(refused.headers["x-fhir-reason"] != nil)
        }
        let hidden = try ask(server, token, Self.nginx("GET", "/fhir/Patient/1"), filtering: "search elements")
        #expect(hidden.status == 200 && hidden.headers["x-fhir-hide"] == "Patient.photo")
        let written = try ask(server, token, Self.nginx("PUT", "/fhir/Patient/1"), filtering: "elements")
        #expect(written.headers["x-fhir-readonly"] == "Patient.active")
    }

    @Test func `a gateway can do no more than the configuration knows of it, whatever it is made to say`() async throws
    {
        let server = try await server { $1.filtering = [] }
        defer { server.stop() }
        let token = try await token(server)
        let refused = try ask(server, token, Self.nginx("GET", "/fhir/Observation"), filtering: "search rows elements")
        expectRefusal(refused, 403, "insufficient_scope")
        #expect(refused.headers["x-fhir-reason"] == "needs_filter")
    }

    @Test func `RFC 6750 §3: no token, a token that is not good here, a token that does not permit it`() async throws {
        let server = try await server()
        defer { server.stop() }
        let read = Self.nginx("GET", "/fhir/Patient/1")
        let missing = try ask(server, nil, read)
        #expect(missing.status == 401)
        #expect(missing.headers["www-authenticate"] == "Bearer realm=\"\(TestServer.issuer)\"")
        let elsewhere = try await token(server) { $0.audience = "https://other.example/fhir" }
        for text in ["x", elsewhere, try server.ehrToken()] {
            let refused = try ask(server, text, read)
            expectRefusal(refused, 401, "invalid_token")
            #expect(refused.headers["www-authenticate"]?.contains("error=\"invalid_token\"") == true)
        }
        expectRefusal(
            try server.send(.get, "/forward-auth", headers: read + [TestServer.resourceServer]), 401, "invalid_token")
        let narrow = try await token(server) { $0.scope = "user/Observation.rs" }
        for (request, reason) in [
            (Self.nginx("GET", "/fhir/Encounter/1"), "scope_insufficient"),
            (Self.nginx("GET", "/fhir/Medication/1"), "no_role"),
        ] {
            let refused = try ask(server, narrow, request)
            expectRefusal(refused, 403, "insufficient_scope")
            #expect(refused.headers["www-authenticate"]?.contains("error=\"insufficient_scope\"") == true)
            #expect(refused.headers["x-fhir-reason"] == reason)
            #expect(refused.json["error_description"]?.stringValue?.contains(reason) == true)
        }
    }

    @Test func `IN-04: a revoked or expired token is refused at once`() async throws {
        let server = try await server()
        defer { server.stop() }
        let tokens = try App.publicApp.tokens(server, as: "physician", scope: "user/Patient.rs")
        let token = try #require(tokens["access_token"]?.stringValue)
        let read = Self.nginx("GET", "/fhir/Patient/1")
        #expect(try ask(server, token, read).status == 200)
        _ = try server.post("/revoke", [("token", token), ("client_id", "public-app")])
        #expect(try ask(server, token, read).status == 401)
    }

    @Test func `HT-13: of two ways to name the request one is the app's, and both are refused`() async throws {
        let server = try await server()
        defer { server.stop() }
        let token = try await token(server)
        let (allowed, other) = ("/fhir/metadata", "/fhir/Medication/1")
        #expect(try ask(server, token, Self.nginx("GET", allowed)).status == 200)
        let confused: [[(String, String)]] = [
            Self.nginx("GET", allowed) + [("X-Original-URI", other)],
            [("x-original-uri", other)] + Self.nginx("GET", allowed),
            Self.nginx("GET", allowed) + [("X-Original-Method", "DELETE")],
            Self.nginx("GET", allowed) + Self.traefik("GET", other),
            Self.nginx("GET", allowed) + [("X-Forwarded-Uri", other)],
            Self.traefik("GET", allowed) + [("X-Original-URI", other)],
            Self.traefik("GET", allowed) + [("X-Original-Method", "GET")],
            Self.traefik("GET", allowed) + [("X-Forwarded-Uri", allowed)],
            [("X-Original-URI", allowed)], [("X-Original-Method", "GET")], [("X-Forwarded-Uri", allowed)], [],
            Self.nginx("GET", allowed) + [("X-FHIR-Filtering", "search"), ("X-FHIR-Filtering", "search")],
            Self.nginx("GET", allowed) + [("X-FHIR-Filtering", "columns")],
            Self.nginx("GET", allowed) + [("X-FHIR-Base", TestServer.fhirBase), ("X-FHIR-Base", TestServer.fhirBase)],
            Self.nginx("GET", allowed) + [("X-FHIR-Base", "https://other.example/fhir")],
        ]
        for headers in confused {
            let response = try ask(server, token, headers)
            #expect(response.status == 400, "\(headers) \(response.text)")
            #expect(response.headers["x-roles"] == nil)
        }
        for path in [
            "/forward-auth/fhir/metadata", "/forward-auth?fhir=other", "/forward-auth?fhir=fhir&fhir=fhir",
            "/forward-auth?_count=1", "/forward-auth?fhir=fhir&x=1", "/forward-auth?fhir=%zz",
        ] {
            #expect(try ask(server, token, Self.nginx("GET", allowed), path: path).status == 400, "\(path)")
        }
        let two = try server.send(
            .get, "/forward-auth",
            headers: Self.nginx("GET", allowed) + [("Authorization", "Bearer " + token), ("Authorization", "Bearer x")])
        #expect(two.status == 400)
    }

    private static let spellings = [
        "//fhir/Patient/1", "/fhir//Patient/1", "/fhir/Patient//1", "/fhir/../fhir/Patient/1", "/fhir/./Patient/1",
        "/fhir/Patient/%2e%2e/Observation", "/fhir/%2e%2e/admin", "/fhir/Patient%2F1", "/fhir/%50atient/1",
        "/FHIR/Patient/1", "/fhir/patient/1", "/fhirx/Patient/1", "/fhir;x/Patient/1", "/fhir/Patient;x/1",
        "/fhir/Patient/1;x", "/fhir/Patient/1#", "/fhir/Patient/1%00", "/fhir/Patient/1\\", "/fhir/Patient/1/",
        "http://127.0.0.1:9400/fhir/Patient/1", "fhir/Patient/1", "/", "", "*", "/fhir/Patient/1/x/y/z",
        "/fhir/Patient/ 1",
        "/fhir/Encounter?_type=Patient&_type=Observation", "/fhir/Patient?_getpages=1", "/fhir/Patient?a=1;b=2",
        "/fhir/Patient??name=x", "/fhir/Patient/1 HTTP/1.1",
    ]

    @Test func `what two servers could read differently is refused`() async throws {
        let server = try await server()
        defer { server.stop() }
        let token = try await token(server)
        #expect(try ask(server, token, Self.nginx("GET", "/fhir/Patient/1"), filtering: "elements").status == 200)
        for uri in Self.spellings {
            for headers in [Self.nginx("GET", uri), Self.traefik("GET", uri)] {
                let response = try ask(server, token, headers, filtering: "search elements")
                #expect([400, 403].contains(response.status), "\(uri): \(response.status)")
            }
        }
    }

    /// Any 2xx lets a request pass, and some gateways send the method of the original one.
    @Test(arguments: [HTTP.Method.options, .head, .post, .put, .delete, .patch, .other("TRACE"), .other("PROPFIND")])
    func `no method is answered with a success by anybody else`(method: HTTP.Method) async throws {
        let server = try await server()
        defer { server.stop() }
        let token = try await token(server)
        for path in [
            "/forward-auth", "/forward-auth/fhir/Medication/1", "/forward-auth/fhir", "/forward-auth/a/b/c/d/e/f/g/h",
        ] {
            for token in [nil, token] {
                let headers = path == "/forward-auth" ? Self.nginx(method.name, "/fhir/Medication/1") : []
                let status = try ask(server, token, headers, method: method, path: path).status
                #expect(status >= 400, "\(method.name) \(path): \(status)")
            }
        }
    }

    @Test func `what needs a body to be decided is refused`() async throws {
        let server = try await server()
        defer { server.stop() }
        let token = try await token(server)
        for headers in [
            Self.nginx("POST", "/fhir"), Self.nginx("POST", "/fhir/"), Self.nginx("POST", "/fhir/Observation/_search"),
            Self.nginx("POST", "/fhir/Observation/_search?category=http://a.example/c|lab"),
        ] {
            let refused = try ask(server, token, headers, filtering: "search elements")
            expectRefusal(refused, 403, "insufficient_scope")
            #expect(refused.headers["x-fhir-reason"] == "request_not_understood")
        }
    }

    /// Which tells whether there is such a resource.
    @Test func `R4 §3.1.0.8.1: a create with If-None-Exist is also a search`() async throws {
        let server = try await server()
        defer { server.stop() }
        let token = try await token(server)
        let named = [("If-None-Exist", "identifier=http://a.example/i|1")]
        func reason(_ headers: [(String, String)], _ path: String, _ method: String = "POST") throws -> String? {
            let answer = try ask(server, token, Self.nginx(method, path) + headers, filtering: "search elements")
            #expect(answer.status == 200 || answer.status == 403, "\(answer.text)")
            return answer.status == 200 ? nil : answer.headers["x-fhir-reason"]
        }
        #expect(try reason([], "/fhir/Flag") == nil)
        #expect(try reason(named, "/fhir/Flag") == "no_role")
        #expect(try reason(named, "/fhir/Goal") == nil)
        #expect(try reason([], "/fhir/Task") == nil)
        #expect(try reason(named, "/fhir/Task") == "needs_filter", "nobody narrows what the create looks for")
        for value in ["", "?", "a b", "_include=Goal:patient"] {
            #expect(try reason([("If-None-Exist", value)], "/fhir/Goal") == "request_not_understood", "\(value)")
        }
        #expect(try reason(named, "/fhir/Goal/1", "GET") == "request_not_understood")
        let other = [("if-none-exist", "identifier=http://a.example/i|2")]
        for both in [named + other, other + named, named + named] {
            #expect(try reason(both, "/fhir/Goal") == "request_not_understood", "one of them is not looked at")
        }
    }

    @Test(arguments: ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override", "x-http-method-override"])
    func `a method that some servers put in place of the one that is decided is refused`(name: String) async throws {
        let server = try await server()
        defer { server.stop() }
        let token = try await token(server)
        for value in ["DELETE", "GET", ""] {
            for headers in [Self.nginx("GET", "/fhir/metadata"), Self.traefik("GET", "/fhir/Encounter/1")] {
                let refused = try ask(server, token, headers + [(name, value)], filtering: "search")
                expectRefusal(refused, 403, "insufficient_scope")
                #expect(refused.headers["x-fhir-reason"] == "request_not_understood")
            }
        }
    }

    @Test func `of several FHIR servers the gateway names the one behind it, and a token is for one`() async throws {
        let second = "https://second.example/fhir"
        let server = try await server { configuration, _ in
            if let base = FHIRBaseURL(second) {
                configuration.fhirServers.append(FHIRServer(base: base, name: "Second", id: "second"))
            }
        }
        defer { server.stop() }
        let (first, other) = (try await token(server), try await token(server) { $0.audience = second })
        let read = Self.nginx("GET", "/fhir/metadata")
        let base = [("X-FHIR-Base", second)]
        #expect(try ask(server, other, read).status == 400, "not said")
        #expect(try ask(server, other, read, path: "/forward-auth?fhir=second").status == 200)
        #expect(try ask(server, other, read + base).status == 200)
        #expect(try ask(server, other, read + base, path: "/forward-auth?fhir=second").status == 200)
        #expect(try ask(server, first, read + base).status == 401)
        #expect(try ask(server, other, read, path: "/forward-auth?fhir=fhir").status == 401)
        #expect(try ask(server, other, read + base, path: "/forward-auth?fhir=fhir").status == 400, "an app's header")
    }

    @Test func `networks: by the connection, and not by what it says of whom it speaks for`() async throws {
        for (network, isInside) in [("127.0.0.0/8", true), ("10.0.0.0/8", false), ("::1/128", false)] {
            let server = try await server { $1.networks = IPNetwork(network).map { [$0] } ?? [] }
            defer { server.stop() }
            let headers = Self.nginx("GET", "/fhir/metadata") + [("X-Forwarded-For", "10.0.0.1")]
            let response = try ask(server, try await token(server), headers)
            #expect(response.status == (isInside ? 200 : 403), "\(network)")
        }
    }
}
