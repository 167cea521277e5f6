import Encoding
import HTTP
import Policy
import TestSupport
import Testing

@testable import AuthorizationServer

private let cat = "http://a.example/c"

private let policies = [
    TestPolicies.file(
        "lab",
        [
            "holders": ["Practitioner"],
            "rules": [["id": "labs", "allow": .string("user/Observation.rs?category=\(cat)|lab")]],
        ]),
    TestPolicies.file(
        "ward",
        [
            "holders": ["Practitioner"],
            "rules": [
                ["id": "own", "allow": "user/Patient.rs?organization=Organization/C7"],
                ["id": "all", "allow": "user/Observation.rs"], ["id": "write", "allow": "user/Observation.cu"],
                ["id": "flags", "allow": "user/Flag.c"],
            ],
        ]),
    TestPolicies.file(
        "open-ward",
        [
            "holders": ["Practitioner"],
            "rules": [
                ["id": "all", "allow": "user/Observation.rs"],
                ["id": "sealed", "deny": "user/Observation.cruds?_security=V"],
            ],
        ]),
]

/// A FHIR server that knows no rights, with nginx before it that asks this server.
@Suite(.serialized) struct `Forward auth through nginx` {
    let server: TestServer
    let records: RecordStandIn
    let gateway: NginxGateway

    init() async throws {
        server = try await TestServer.withSamples { configuration in
            configuration.policies += policies
            var settings = ForwardAuth()
            settings.filtering = .search
            configuration.forwardAuth = settings
        }
        for (name, record) in [
            ("lab", "Practitioner/30"), ("ward", "Practitioner/31"), ("open-ward", "Practitioner/32"),
        ] {
            try await server.addUser(name, record, roles: [.string(name)])
        }
        records = try RecordStandIn(
            [
                .init("Patient", "1", ["organization": ["Organization/C7"]]),
                .init("Patient", "2", ["organization": ["Organization/C70"]]),
                .init("Patient", "3", ["organization": []]),
                .init(
                    "Observation", "lab-1", ["category": ["\(cat)|lab"], "patient": ["Patient/1"], "status": ["final"]]),
                .init(
                    "Observation", "lab-2",
                    ["category": ["\(cat)|lab"], "patient": ["Patient/2"], "status": ["amended"]]),
                .init(
                    "Observation", "vital-1",
                    ["category": ["\(cat)|vital"], "patient": ["Patient/1"], "status": ["final"]]),
                .init(
                    "Observation", "sealed",
                    ["category": ["\(cat)|vital"], "patient": ["Patient/3"], "_security": ["x|V"]]),
            ], base: "/fhir")
        gateway = try NginxGateway(lanyard: server.port, fhir: records.port)
    }

    private func stop() {
        gateway.stop()
        records.stop()
        server.stop()
    }

    private func token(_ user: String, _ scope: String = "user/*.cruds openid fhirUser", patient: String? = nil)
        async throws -> String
    {
        try await server.mint(
            MintedGrant(user: user, scope: scope, context: patient.map { ["patient": .string($0)] } ?? [:]))
    }

    private func get(_ path: String, _ token: String?, _ headers: [(String, String)] = []) throws -> ClientResponse {
        try gateway.send(.get, path, headers: headers + (token.map { [("Authorization", "Bearer " + $0)] } ?? []))
    }

    /// What is found, by ids; nil for anything but a 200.
    private func found(_ path: String, _ token: String, _ headers: [(String, String)] = []) throws -> Set<String>? {
        let response = try get(path, token, headers)
        guard response.status == 200 else { return nil }
        if let id = response.json["id"]?.stringValue { return [id] }
        return Set((response.json["entry"]?.arrayValue ?? []).compactMap { $0["resource"]?["id"]?.stringValue })
    }

    private static let labs: Set<String> = ["lab-1", "lab-2"]
    private static let all: Set<String> = ["lab-1", "lab-2", "vital-1", "sealed"]

    @Test func `apps see what their roles allow, and nothing else`() async throws {
        defer { stop() }
        let (lab, ward, open) = (try await token("lab"), try await token("ward"), try await token("open-ward"))
        let own = try await token("patient", "patient/Observation.rs patient/Patient.r", patient: "1")
        let cases: [(String, String, Set<String>?)] = [
            ("/fhir/Observation", lab, Self.labs), ("/fhir/Observation?", lab, Self.labs),
            ("/fhir/Observation?status=final", lab, ["lab-1"]), ("/fhir/Observation?_count=9", lab, Self.labs),
            ("/fhir/Observation?category=vital", lab, []),
            ("/fhir/Observation?category=\(cat)%7Cvital,\(cat)%7Clab", lab, Self.labs),
            ("/fhir/Observation?category:not=lab", lab, []), ("/fhir/Observation?unknown=1", lab, nil),
            ("/fhir/Observation/lab-1", lab, nil), ("/fhir/Patient", lab, nil), ("/fhir/Patient/1", lab, nil),
            ("/fhir/Observation?_include=Observation:patient", lab, nil), ("/fhir/Observation/_history", lab, nil),
            ("/fhir/Patient/1/Observation", lab, ["lab-1"]), ("/fhir/?_type=Observation", lab, Self.labs),
            ("/fhir", lab, nil), ("/fhir/", lab, nil),
            ("/fhir/Observation", ward, Self.all), ("/fhir/Observation/vital-1", ward, ["vital-1"]),
            ("/fhir/Observation?status=final", ward, ["lab-1", "vital-1"]),
            ("/fhir/Patient", ward, ["1"]), ("/fhir/Patient?_id=2", ward, []), ("/fhir/Patient/1", ward, nil),
            ("/fhir/Observation", open, Self.all.subtracting(["sealed"])), ("/fhir/Observation/lab-1", open, nil),
            ("/fhir/Observation", own, ["lab-1", "vital-1"]), ("/fhir/Observation?patient=2", own, []),
            ("/fhir/Patient/1", own, ["1"]), ("/fhir/Patient/2", own, nil), ("/fhir/Patient", own, nil),
            ("/fhir/Observation/lab-1", own, nil), ("/fhir/Observation/lab-2", own, nil),
        ]
        for (path, token, expected) in cases {
            #expect(try found(path, token) == expected, "\(path)")
        }
        for (path, token) in [("/fhir/Patient/1", lab), ("/fhir/Patient/1", ward), ("/fhir/Patient", lab)] {
            #expect(try get(path, token).status == 403, "\(path)")
        }
    }

    @Test func `no token is 401, a revoked one at once`() async throws {
        defer { stop() }
        let none = try get("/fhir/Observation", nil)
        #expect(none.status == 401)
        #expect(none.headers["www-authenticate"]?.hasPrefix("Bearer realm=") == true)
        #expect(try get("/fhir/Observation", "x").status == 401)
        let tokens = try App.publicApp.tokens(server, as: "physician", scope: "user/Observation.rs")
        let token = try #require(tokens["access_token"]?.stringValue)
        #expect(try found("/fhir/Observation", token) == Self.all)
        _ = try server.post("/revoke", [("token", token), ("client_id", "public-app")])
        #expect(try get("/fhir/Observation", token).status == 401)
        #expect(try get("/fhir/metadata", nil).status == 200, "public")
    }

    @Test func `writes pass by their own letters, and what a gateway cannot see never does`() async throws {
        defer { stop() }
        let (lab, ward) = (try await token("lab"), try await token("ward"))
        func status(_ method: HTTP.Method, _ path: String, _ token: String) throws -> Int {
            try gateway.send(
                method, path, headers: [("Authorization", "Bearer " + token), ("Content-Type", "application/json")],
                body: "{}"
            ).status
        }
        #expect(try status(.put, "/fhir/Observation/1", ward) == 200)
        #expect(try status(.post, "/fhir/Observation", ward) == 200)
        for (method, path) in [
            (HTTP.Method.post, "/fhir/Observation"), (.put, "/fhir/Observation/1"), (.delete, "/fhir/Observation/1"),
            (.patch, "/fhir/Observation/1"),
        ] {
            #expect(try status(method, path, lab) == 403, "\(method.name) \(path)")
        }
        for path in ["/fhir/Observation/_search", "/fhir/"] { #expect(try status(.post, path, ward) == 403, "\(path)") }
        #expect(try status(.delete, "/fhir/Observation/1", ward) == 403)
        #expect(try status(.options, "/fhir/Observation/1", ward) == 403)
        #expect(try status(.other("PROPFIND"), "/fhir/Observation/1", ward) >= 400)
    }

    @Test func `HT-13: what an app says in the gateway's place is overwritten or refused`() async throws {
        defer { stop() }
        let lab = try await token("lab")
        let smuggled: [[(String, String)]] = [
            [("X-Original-URI", "/fhir/metadata"), ("X-Original-Method", "GET")],
            [("X-Forwarded-Uri", "/fhir/metadata")],
            [("X-Forwarded-Method", "GET"), ("X-Forwarded-Uri", "/fhir/metadata")],
            [("X-FHIR-Filtering", "search rows elements")],
            [("X-FHIR-Filtering", "search"), ("X-FHIR-Filtering", "rows")],
            [("X-FHIR-Base", "https://other.example/fhir")], [("X-FHIR-Criteria", "")], [("X-FHIR-Criteria", "x=1")],
            [("X_Original_URI", "/fhir/metadata")],
            [("X-Patient", "1"), ("X-Roles", "admin"), ("X-FHIR-User", "Practitioner/1")],
            [("Prefer", "handling=lenient")], [("X-Original-Method", "OPTIONS")],
        ]
        for headers in smuggled {
            #expect(try found("/fhir/Observation", lab, headers) == Self.labs, "\(headers)")
            #expect(try found("/fhir/Observation/vital-1", lab, headers) == nil, "\(headers)")
            #expect(try found("/fhir/Patient/1", lab, headers) == nil, "\(headers)")
        }
        let reached = records.requests.filter { $0.path == "/fhir/Observation" }
        #expect(reached.count == smuggled.count)
        for request in reached {
            #expect(request.headers.values("x-roles") == ["lab"])
            #expect(request.headers.values("x-fhir-user") == [TestServer.fhirBase + "/Practitioner/30"])
            #expect(request.headers["x-patient"] == nil, "there is none, whatever the app says")
            #expect(request.headers["authorization"] == nil, "the token goes no further")
            #expect(request.headers.values("prefer") == ["handling=strict"])
        }
    }

    /// Or a server that does not know the criterion leaves it out, and finds all there is.
    @Test(arguments: ["handling=lenient", "return=minimal, handling=lenient", "handling=strict;handling=lenient"])
    func `R4 Search, "handling": strict also where an app itself sends the criteria`(preference: String) async throws {
        defer { stop() }
        let (lab, ward) = (try await token("lab"), try await token("ward")), prefer = [("Prefer", preference)]
        #expect(try found("/fhir/Observation?category=\(cat)%7Clab", lab, prefer) == Self.labs)
        #expect(try found("/fhir/Observation?unknown=1", ward, prefer) == nil)
        #expect(try found("/fhir/Observation", ward, prefer + prefer) == Self.all)
        #expect(records.requests.count == 3)
        for request in records.requests { #expect(request.headers.values("prefer") == ["handling=strict"]) }
    }

    @Test func `HT-13: no other method than the decided one gets through, and no create that is a search unseen`()
        async throws
    {
        defer { stop() }
        let ward = try await token("ward")
        let flag = [("Authorization", "Bearer " + ward), ("Content-Type", "application/json")]
        func create(_ headers: [(String, String)]) throws -> Int {
            try gateway.send(.post, "/fhir/Flag", headers: flag + headers, body: "{}").status
        }
        #expect(try create([]) == 200)
        #expect(try create([("If-None-Exist", "patient=1")]) == 403)
        #expect(try create([("If-None-Exist", "patient=1"), ("If-None-Exist", "patient=2")]) == 403)
        for name in ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"] {
            #expect(try create([(name, "DELETE")]) == 403)
            #expect(try get("/fhir/metadata", nil, [(name, "DELETE")]).status == 200)
        }
        #expect(records.requests.count == 4)
        for request in records.requests {
            for name in ["x-http-method-override", "x-http-method", "x-method-override"] {
                #expect(request.headers[name] == nil)
            }
        }
    }

    private static let spellings = [
        "/fhir/%2e%2e/fhir/Observation/vital-1", "/fhir/Patient/%2e%2e/Observation/vital-1",
        "/fhir/./Observation/vital-1",
        "/fhir/../fhir/Patient/1", "//fhir/Observation/vital-1", "/fhir//Observation/vital-1",
        "/fhir/Observation//vital-1",
        "/fhir/Observation/vital-1;x", "/fhir;x/Observation", "/fhir/Observation;x", "/FHIR/Observation",
        "/fhir/observation",
        "/fhir/%4fbservation", "/fhir/Observation%2Fvital-1", "/fhir/Observation%3Fcategory=vital",
        "/fhir/Observation??category=vital", "/fhir/Observation?a?category=vital", "/fhir/Observation?category=vital?",
        "/fhir/Observation?category=vital&", "/fhir/Observation?&&", "/fhir/Observation?%", "/fhir/Observation?%zz=1",
        "/fhir/Observation?category=lab%23", "/fhir/Observation?category=lab%00",
        "/fhir/Observation?status=final;category=x",
        "/fhir/Observation?category=lab&category=vital", "/fhir/Observation?category%3Anot=lab", "/fhir/Observation?=",
        "/fhir/Observation?_count=100&_count=1", "/fhir/Observation/_history", "/fhir/Observation/vital-1/_history/1",
        "/fhir/Observation/?category=vital", "/fhir/Observation/", "/fhir/Patient/1/Observation", "/fhir/Patient/1/*",
        "/fhir/Observation?_type=Patient", "/fhir/?_type=Observation", "/fhir?_type=Observation", "/fhir/_history",
        "/fhir/metadata/", "/fhir/metadata/../Observation/vital-1", "/fhir/metadata%2f..%2fObservation/vital-1",
        "/fhir/metadata;/Observation/vital-1", "/lanyard", "/fhir/lanyard", "/_lanyard",
    ]

    @Test func `HT-09: however a path is spelt, it never reaches more`() async throws {
        defer { stop() }
        let lab = try await token("lab")
        for path in Self.spellings {
            let before = records.requests.count
            if let ids = try found(path, lab) { #expect(ids.isSubset(of: Self.labs), "\(path): \(ids)") }
            for request in records.requests.dropFirst(before) {
                let query = String(decoding: request.query, as: UTF8.self)
                let isNarrowed = query.hasSuffix("category=http://a.example/c%7Clab")
                let searches = ["/fhir/", "/fhir/Observation", "/fhir/Patient/1/Observation"]
                #expect(
                    request.path == "/fhir/metadata" || searches.contains(request.path) && isNarrowed,
                    "\(path) went on as \(request.path)?\(query)")
            }
        }
    }
}
