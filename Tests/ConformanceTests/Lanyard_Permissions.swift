import Encoding
import HTTP
import Policy
import SMART
import TestSupport
import Testing

@testable import AuthorizationServer

private let category = "http://terminology.hl7.org/CodeSystem/observation-category"
private let confidentiality = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality"

/// The clinician of the policy's example, and roles that each refuse for a reason of their own.
private let policies = [
    TestPolicies.file("any-staff", ["holders": ["Practitioner", "PractitionerRole"]]),
    TestPolicies.file(
        "clinician",
        [
            "holders": ["Practitioner", "PractitionerRole"], "extends": ["any-staff"],
            "parameters": ["clinic": "Organization"], "requires": ["mfa": true],
            "rules": [
                ["id": "patients", "allow": "user/Patient.rs?organization=%clinic", "hide": ["photo"]],
                [
                    "id": "labs", "allow": .string("user/Observation.crus?category=\(category)|laboratory"),
                    "readonly": ["status"],
                ],
                [
                    "id": "restricted", "deny": .string("user/*.cruds?_security=\(confidentiality)|V"),
                    "unless": "break-glass", "because": "Very restricted record",
                ],
            ],
        ]),
    TestPolicies.file(
        "inside",
        [
            "holders": ["Practitioner"], "requires": ["networks": ["10.10.0.0/16", "2001:db8:10::/48"]],
            "rules": [["id": "all", "allow": "user/Observation.rs"]],
        ]),
    TestPolicies.file(
        "researcher",
        [
            "holders": ["Practitioner"],
            "rules": [["id": "all", "allow": "user/Observation.rs", "purposes": ["HRESCH"]]],
        ]),
    TestPolicies.file(
        "no-notes",
        [
            "holders": ["Practitioner"],
            "rules": [
                ["id": "all", "allow": "user/*.cruds"], ["id": "notes", "deny": "user/DocumentReference.cruds"],
                ["id": "sealed", "deny": "user/Condition.cruds", "unless": "break-glass"],
            ],
        ]),
]

@Suite struct `Policy: what introspection answers` {
    let server: TestServer

    init() async throws {
        server = try await TestServer.withSamples { $0.policies += policies }
        let clinician: JSON = ["role": "clinician", "parameters": ["clinic": "Organization/C7"]]
        for (name, record) in [("ada", "Practitioner/9"), ("ben", "Practitioner/10")] {
            try await server.addUser(name, record, roles: [clinician])
        }
        try await server.addUser("inside", "Practitioner/11", roles: ["inside"])
        try await server.addUser("researcher", "Practitioner/12", roles: ["researcher"])
        try await server.addUser("no-notes", "Practitioner/13", roles: ["no-notes"])
        try await server.addUser("idle", "Practitioner/14")
    }

    private func clinician(_ user: String = "ada", _ change: (inout MintedGrant) -> Void = { _ in }) async throws
        -> String
    {
        var grant = MintedGrant(
            user: user, scope: "user/Patient.r user/Observation.rs openid fhirUser",
            context: ["patient": "456", "encounter": "e9"], purpose: "TREAT", acr: "mfa")
        change(&grant)
        return try await server.mint(grant)
    }

    @Test func `the example of the policy, member by member`() async throws {
        defer { server.stop() }
        let answer = try server.introspect(try await clinician())
        let now = server.clock.now
        let expected: JSONObject = [
            "active": true, "token_type": "Bearer", "iss": .string(TestServer.issuer),
            "aud": .string(TestServer.fhirBase), "client_id": "public-app", "iat": .integer(now),
            "exp": .integer(now + 3600), "scope": "user/Patient.r user/Observation.rs openid fhirUser",
            "patient": "456", "encounter": "e9", "fhirUser": .string(TestServer.fhirBase + "/Practitioner/9"),
            "acr": "mfa", "auth_time": .integer(now - 10), "roles": ["clinician"], "purpose_of_use": "TREAT",
        ]
        for member in expected.members {
            #expect(answer[member.name] == member.value, "\(member.name): \(answer.text)")
        }
        #expect(answer["sub"]?.stringValue?.isEmpty == false && answer["jti"]?.stringValue?.isEmpty == false)
        let epoch = try server.authorization.roles.edition().epoch
        let details: JSON = [
            [
                "type": "fhir_permissions", "locations": [.string(TestServer.fhirBase)], "epoch": .integer(epoch),
                "allow": [
                    "Observation": [
                        [
                            "interactions": "rs", "criteria": .string("category=\(category)|laboratory"),
                            "readonly": ["status"],
                        ]
                    ],
                    "Patient": [
                        ["interactions": "r", "criteria": "organization=Organization/C7", "hide": ["photo"]]
                    ],
                ],
                "deny": ["*": [["interactions": "cruds", "criteria": .string("_security=\(confidentiality)|V")]]],
            ]
        ]
        #expect(answer["authorization_details"] == details, "\(answer["authorization_details"]?.text ?? "")")
        let others = Set(answer.objectValue?.names ?? []).subtracting(expected.names)
        #expect(others == ["sub", "jti", "authorization_details"])
    }

    @Test func `a token without a FHIR scope carries no FHIR permission, and reads no Patient`() async throws {
        defer { server.stop() }
        let token = try await clinician { $0.scope = "openid fhirUser" }
        let answer = try server.introspect(token)
        #expect(answer["authorization_details"]?.arrayValue?.first?["allow"] == [:])
        #expect(try server.decision(token, "GET Patient/456")["reason"] == "scope_insufficient")
    }

    @Test func `tokens with the same key share one block of bytes, whoever holds them`() async throws {
        defer { server.stop() }
        func compiled(_ token: String) throws -> CompiledPermissions {
            let now = server.clock.now
            let live = try #require(try server.authorization.accessTokens.liveToken(token, now: now))
            return try #require(try server.authorization.permissions.standing(of: live, now: now)).compiled
        }
        let (ada, ben) = (try await clinician("ada"), try await clinician("ben"))
        #expect(try compiled(ada) === compiled(ben))
        #expect(try compiled(ada) === compiled(ada))
        let differing: [(inout MintedGrant) -> Void] = [
            { $0.context["patient"] = "457" }, { $0.purpose = "ETREAT" }, { $0.acr = nil },
            { $0.scope = "user/Patient.r openid fhirUser" }, { $0.audience = TestServer.issuer },
        ]
        for (index, change) in differing.enumerated() {
            #expect(try compiled(ada) !== compiled(try await clinician("ben", change)), "\(index)")
        }
    }

    @Test func `a client on its own has what its role says within its system scopes`() async throws {
        defer { server.stop() }
        try await server.register(
            "nightly",
            [
                "client_secret": "nightly-secret-0123456789", "grant_types": ["client_credentials"],
                "response_types": [], "redirect_uris": [], "scope": "system/Observation.rs",
            ])
        let token = try await server.mint(MintedGrant(client: "nightly", scope: "system/Observation.rs"))
        let answer = try server.introspect(token)
        #expect(answer["roles"] == ["service"] && answer["sub"] == "nightly", "\(answer.text)")
        #expect(
            answer["authorization_details"]?.arrayValue?.first?["allow"] == ["Observation": [["interactions": "rs"]]])
        #expect(try server.decision(token, "GET Observation?code=1")["permit"] == true)
        #expect(try server.decision(token, "GET Patient/1")["reason"] == "scope_insufficient")
        #expect(try server.decision(token, "PUT Observation/1")["reason"] == "scope_insufficient")
    }

    @Test func `what the criteria leave open is permitted only to who can hold it back`() async throws {
        defer { server.stop() }
        let token = try await clinician()
        let narrowed = "category=\(category)|laboratory"
        for request in [
            "GET Observation", "GET Observation/1", "GET Patient/1", "GET Observation?category=\(category)|vital-signs",
        ] {
            let decision = try server.decision(token, request)
            #expect(decision["permit"] == false && decision["reason"] == "needs_filter", "\(request) \(decision.text)")
            #expect(decision["criteria"] == nil)
        }
        let search = try server.decision(token, "GET Observation?code=1", filtering: "search")
        #expect(search["permit"] == true && search["criteria"] == .string(narrowed), "\(search.text)")
        #expect(search["except"] == [.string("_security=\(confidentiality)|V")])
        #expect(
            try server.decision(token, "GET Observation/1", filtering: "search")["reason"] == "needs_filter",
            "a read has no parameters to add to")
        let read = try server.decision(token, "GET Observation/1", filtering: "rows")
        #expect(read["permit"] == true && read["criteria"] == .string(narrowed))
        #expect(try server.decision(token, "GET Patient/1", filtering: "rows")["reason"] == "needs_filter", "photo")
        let patient = try server.decision(token, "GET Patient/1", filtering: "rows elements")
        #expect(patient["permit"] == true && patient["hide"] == ["photo"])
        let unknown = try server.ask([("token", token), ("request", "GET Patient/1"), ("filtering", "columns")])
        expectRefusal(unknown, 400, "invalid_request")
        #expect(unknown.json["error_description"]?.stringValue?.contains("filtering") == true)
    }

    /// Every reason that there is; `token_inactive` is AuthZEN's, for here such a token gets no decision.
    @Test func `each refusal says its reason`() async throws {
        defer { server.stop() }
        func token(_ user: String, _ scope: String, _ change: (inout MintedGrant) -> Void = { _ in }) async throws
            -> String
        {
            var grant = MintedGrant(user: user, scope: scope)
            change(&grant)
            return try await server.mint(grant)
        }
        let notes = try await token("no-notes", "user/*.cruds")
        let cases: [(DenialReason, String, String)] = [
            (.noRole, try await token("idle", "user/*.cruds"), "GET Observation/1"),
            (.scopeInsufficient, try await token("no-notes", "user/Observation.r"), "GET Observation"),
            (.deniedByRule, notes, "GET DocumentReference/1"),
            (.needsBreakGlass, notes, "GET Condition/1"),
            (.purposeNotAllowed, try await token("researcher", "user/*.cruds"), "GET Observation/1"),
            (.needsStepUp, try await clinician { $0.acr = nil }, "GET Patient/1"),
            (.needsStepUp, try await token("inside", "user/*.cruds") { $0.address = "192.0.2.1" }, "GET Observation/1"),
            (.needsFilter, try await clinician(), "GET Patient/1"),
            (.requestNotUnderstood, notes, "GET Observation//1"),
            (.requestNotUnderstood, notes, "BREW Observation/1"),
        ]
        for (reason, token, request) in cases {
            let decision = try server.decision(token, request)
            #expect(decision["permit"] == false, "\(request)")
            #expect(decision["reason"] == .string(reason.rawValue), "\(request): \(decision.text)")
        }
        let research = try await token("researcher", "user/*.cruds") { $0.purpose = "HRESCH" }
        #expect(try server.decision(research, "GET Observation/1")["permit"] == true)
        #expect(try server.decision(notes, "GET Observation//1")["detail"]?.stringValue?.contains("empty") == true)
        let inactive = try server.ask([("token", "x"), ("request", "GET Observation/1")])
        #expect(inactive.text == #"{"active":false}"#, "no decision, and no reason")
        #expect(Set(cases.map(\.0)).union([.tokenInactive]) == Set(DenialReason.allCases))
    }

    @Test(arguments: [
        ("10.10.0.1", true), ("10.10.255.255", true), ("10.1.0.1", false), ("10.11.0.1", false),
        ("10.100.0.1", false), ("110.10.0.1", false), ("2001:db8:10::1", true), ("2001:db8:10:ffff::1", true),
        ("2001:db8:100::1", false), ("2001:db8:1::1", false), ("::ffff:10.10.0.1", true), ("2001:0db8:0010::1", true),
        ("unix", false), ("", false),
    ])
    func `requires.networks: 10.1 is not a prefix of 10.10, and IPv6 works`(address: String, isInside: Bool)
        async throws
    {
        defer { server.stop() }
        let token = try await server.mint(
            MintedGrant(user: "inside", scope: "user/Observation.rs", address: address.isEmpty ? nil : address))
        let decision = try server.decision(token, "GET Observation/1")
        #expect(decision["permit"] == .bool(isInside), "\(address)")
        if !isInside { #expect(decision["reason"] == "needs_step_up") }
        #expect(try server.introspect(token)["roles"] == (isInside ? ["inside"] : []))
    }

    @Test func `a batch or transaction is decided entry by entry`() async throws {
        defer { server.stop() }
        let token = try await server.mint(MintedGrant(user: "no-notes", scope: "user/*.cruds"))
        func bundle(_ requests: [(String, String)], _ type: String = "batch") -> String {
            let entries = requests.map { method, url -> JSON in
                ["request": ["method": .string(method), "url": .string(url)]]
            }
            return (["resourceType": "Bundle", "type": .string(type), "entry": .array(entries)] as JSON).text
        }
        let mixed = bundle([
            ("GET", "Observation/1"), ("GET", "DocumentReference/1"), ("DELETE", "Condition/1"), ("GET", "../Patient"),
        ])
        let decision = try server.decision(token, "POST ", [("request_body", mixed)])
        #expect(decision["permit"] == false)
        let entries = try #require(decision["entries"]?.arrayValue, "\(decision.text)")
        #expect(entries.map { $0["permit"] == true } == [true, false, false, false])
        #expect(
            entries.map { $0["reason"]?.stringValue } == [
                nil, "denied_by_rule", "needs_break_glass", "request_not_understood",
            ])
        let fine = bundle([("GET", "Observation/1"), ("GET", "Patient?name=a")], "transaction")
        #expect(try server.decision(token, "POST ", [("request_body", fine)])["permit"] == true)
        #expect(try server.decision(token, "POST ")["reason"] == "request_not_understood", "without the Bundle")
    }

    @Test func `the epoch rises with the policies, and the answer says which it is of`() async throws {
        defer { server.stop() }
        let token = try await server.mint(MintedGrant(user: "no-notes", scope: "user/Observation.rs"))
        func epoch() throws -> Int64? {
            try server.introspect(token)["authorization_details"]?.arrayValue?.first?["epoch"]?.integerValue
        }
        let before = try #require(try epoch())
        #expect(try server.decision(token, "GET Observation/1")["permit"] == true)
        // A role is taken away by disabling nobody: an assignment to somebody else is a change too.
        try await server.addUser("late", "Practitioner/20", roles: ["no-notes"])
        #expect(try #require(try epoch()) > before)
        #expect(try server.decision(token, "GET Observation/1")["permit"] == true)
    }
}
