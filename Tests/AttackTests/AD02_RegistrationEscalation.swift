import Crypto
import Encoding
import HTTP
import JOSE
import SMART
import Storage
import TestSupport
import Testing

@testable import AuthorizationServer

@Suite struct `AD-02: a client that registers itself gets no more than the policy` {
    private struct Wish {
        let asked: String
        let registered: String?
    }

    private static let wishes = [
        Wish(asked: "openid patient/*.cruds", registered: "openid patient/*.rs"),
        Wish(asked: "openid patient/*.*", registered: "openid patient/*.read"),
        Wish(asked: "openid patient/Observation.rs?category=x", registered: "openid patient/Observation.rs?category=x"),
        Wish(asked: "openid user/*.rs", registered: "openid"),
        Wish(asked: "openid system/*.rs", registered: "openid"),
        Wish(asked: "openid auth/Token.r", registered: "openid"),
        Wish(asked: "openid auth/Client.cruds auth/Launch.c", registered: "openid"),
        Wish(asked: "openid online_access __internal", registered: "openid"),
        Wish(asked: "auth/Token.r", registered: nil),
        Wish(asked: "system/*.rs", registered: nil),
    ]

    @Test(arguments: [true, false])
    func `wider scopes are cut, at registration and at each change alike`(isChange: Bool) async throws {
        // Even settings that were never checked do not open this server's own API.
        let server = try await TestServer.started {
            $0.registration = TestServer.registrationPolicy {
                $0.scopes = ScopeSet(
                    parsing: TestServer.registrationScopes + " auth/Token.r auth/Launch.c auth/Client.cruds")
            }
        }
        defer { server.stop() }
        var present = try server.register(TestServer.application()).json
        for (index, wish) in Self.wishes.enumerated() {
            var metadata = TestServer.application(["scope": .string(wish.asked)])
            if isChange {
                metadata["client_id"] = present["client_id"]
            } else {
                metadata["client_name"] = .string("\(index)x")
            }
            let response = isChange ? try server.manage(.put, present, metadata) : try server.register(metadata)
            guard let registered = wish.registered else {
                expectRefused(response, 400, "invalid_client_metadata")
                continue
            }
            #expect(response.status == (isChange ? 200 : 201), "\(wish): \(response.text)")
            #expect(response.json["scope"] == .string(registered))
            let isTold = response.json["warnings"]?.text.contains("scope: cut") ?? false
            #expect(isTold == (registered != wish.asked), "\(wish)")
            if isChange { present = response.json }
        }
    }

    @Test(arguments: [true, false])
    func `members that are not the registrant's to choose are as if they were not there`(isChange: Bool) async throws {
        let server = try await TestServer.started { $0.registration = TestServer.registrationPolicy(approval: true) }
        defer { server.stop() }
        var metadata = TestServer.application([
            "client_secret": "0123456789abcdef0123", "resource_server_audiences": [.string(TestServer.fhirBase)],
            "standing": "approved", "disabled": false, "client_id_issued_at": 1, "client_secret_expires_at": 0,
            "registration_access_token": "mine", "registration_client_uri": "https://evil.example/", "admin": true,
        ])
        var response: ClientResponse
        if isChange {
            let answer = try server.register(TestServer.application()).json
            metadata["client_id"] = answer["client_id"]
            metadata["client_secret"] = nil
            response = try server.manage(.put, answer, metadata)
        } else {
            metadata["client_id"] = "ehr"
            response = try server.register(metadata)
        }
        let answer = response.json
        #expect(response.status == (isChange ? 200 : 201), "\(response.text)")
        #expect(answer["client_id"] != "ehr" && answer["client_secret"] == nil)
        #expect(answer["resource_server_audiences"] == nil && answer["admin"] == nil && answer["disabled"] == nil)
        #expect(answer["standing"] == "waiting")
        #expect(answer["registration_access_token"] != "mine")
        #expect(answer["registration_client_uri"]?.stringValue?.hasPrefix(TestServer.issuer) == true)
        #expect(answer["client_id_issued_at"] == .integer(server.clock.now))
    }

    @Test func `a client for services needs a policy that allows it and a key, and never reaches our own API`()
        async throws
    {
        let key = try ClientKey(.es384, .p384, keyID: "k")
        let service = TestServer.application([
            "grant_types": ["client_credentials"], "response_types": [], "redirect_uris": .null,
            "token_endpoint_auth_method": "private_key_jwt", "jwks": ClientKey.set([key]),
            "scope": "system/*.rs auth/Token.r auth/Launch.c",
        ])
        let closed = try await TestServer.started { $0.registration = TestServer.registrationPolicy() }
        defer { closed.stop() }
        expectRefused(try closed.register(service), 400, "invalid_client_metadata")

        let server = try await TestServer.started {
            $0.registration = TestServer.registrationPolicy(approval: true) {
                $0.scopes = ScopeSet(parsing: "openid patient/*.rs system/Patient.rs")
            }
        }
        defer { server.stop() }
        var withSecret = service
        withSecret["token_endpoint_auth_method"] = "client_secret_basic"
        withSecret["jwks"] = nil
        expectRefused(try server.register(withSecret), 400, "invalid_client_metadata")
        let answer = try server.register(service).json
        #expect(answer["scope"] == "system/Patient.rs")
        let id = answer["client_id"]?.stringValue ?? ""
        func token(_ scope: String) throws -> ClientResponse {
            let assertion = try key.assertion(id, now: server.clock.now)
            return try server.post(
                "/token", [("grant_type", "client_credentials"), ("scope", scope)] + ClientKey.form(assertion))
        }
        expectRefused(try token("system/Patient.rs"), 401, "invalid_client")
        try await server.approve(id)
        // Nor has it any right of its own before an administrator gives it a role.
        expectRefused(try token("system/Patient.rs"), 400, "invalid_scope")
        try await server.administer(
            .post, "/admin/v1/role-assignments", ["client": .string(id), "role": "service", "reason": "its work"])
        #expect(try token("system/*.cruds").json["scope"] == "system/Patient.rs")
        expectRefused(try token("auth/Token.r auth/Launch.c"), 400, "invalid_scope")
        // It sees no token but its own.
        let assertion = try key.assertion(id, now: server.clock.now)
        expectInactive(
            try server.post("/introspect", [("token", try server.ehrToken())] + ClientKey.form(assertion)))
        // A client for people gets none of that.
        let app = try server.register(TestServer.application(["client_name": "App", "scope": .null])).json
        #expect(app["scope"] == "openid patient/*.rs")
    }

    private static let hosts = [
        ("https://app.example.org/cb", true), ("https://APP.example.org/cb", true), ("https://a.apps.example/cb", true),
        ("https://a.b.apps.example/cb", true), ("https://apps.example/cb", false), ("https://evil.example/cb", false),
        ("https://app.example.org.evil.example/cb", false), ("https://evilapps.example/cb", false),
        ("https://app.example.org./cb", false), ("https://evil.example/app.example.org", false),
        ("https://app.example.org@evil.example/cb", false),
    ]

    @Test func `addresses lie at the hosts of the policy`() async throws {
        let server = try await TestServer.started {
            $0.registration = TestServer.registrationPolicy {
                $0.redirectHosts = ["app.example.org", ".apps.example"].compactMap(HostPattern.init)
            }
        }
        defer { server.stop() }
        for (index, (address, isAllowed)) in Self.hosts.enumerated() {
            var metadata = TestServer.application([
                "redirect_uris": [.string(address)], "client_name": .string("\(index)x"),
            ])
            let response = try server.register(metadata)
            #expect(response.status == (isAllowed ? 201 : 400), "\(address) \(response.text)")
            guard isAllowed else {
                expectRefused(response, 400, "invalid_redirect_uri")
                continue
            }
            for member in [
                "post_logout_redirect_uris", "launch_uris", "backchannel_logout_uri", "jwks_uri", "client_uri",
            ] {
                metadata = TestServer.application(["redirect_uris": [.string(address)]])
                metadata[member] = member.hasSuffix("s") ? ["https://evil.example/x"] : "https://evil.example/x"
                let elsewhere = try server.register(metadata)
                expectRefused(elsewhere, 400, "invalid_client_metadata")
                #expect(elsewhere.text.contains("\(member): evil.example is not a host"), "\(elsewhere.text)")
            }
        }
    }

    private static let native = [
        ("com.example.app:/cb", "native", true), ("http://127.0.0.1/cb", "native", true),
        ("http://[::1]:8000/cb", "native", true), ("http://127.0.0.1/cb", "web", false),
        ("com.example.app:/cb", "web", false), ("http://localhost/cb", "native", false),
        ("http://10.0.0.1/cb", "native", false),
    ]

    @Test(arguments: [true, false])
    func `REG-4, RFC 8252: apps on people's devices register only where that is allowed`(allows: Bool) async throws {
        let server = try await TestServer.started {
            $0.registration = TestServer.registrationPolicy { $0.allowsNativeApps = allows }
        }
        defer { server.stop() }
        for (index, (address, type, isAllowed)) in Self.native.enumerated() {
            let response = try server.register(
                TestServer.application([
                    "redirect_uris": [.string(address)], "application_type": .string(type),
                    "client_name": .string("\(index)x"),
                ]))
            #expect(response.status == (isAllowed && allows ? 201 : 400), "\(address) \(response.text)")
        }
    }

    private static let dangerous = [
        "https://*.example/cb", "https://app.example/*", "javascript:alert(1)", "JavaScript:alert(1)",
        "java\tscript:alert(1)", " javascript:alert(1)", "data:text/html,x", "vbscript:x", "file:///etc/passwd",
        "blob:https://a.example/x", "about:blank", "https://app.example/cb?code=1", "https://app.example/cb?state=x",
        "https://app.example/cb?iss=x", "https://app.example/cb?%65rror=x", "https://u:p@app.example/cb",
        "//app.example",
        "https:app.example", "https://app.example\\@evil.example/", "https://app.example/cb#", "",
    ]

    @Test func `AZ-03, AZ-05, AZ-06: no pattern, no response parameter, no scheme that runs something`() async throws {
        let server = try await TestServer.started { $0.registration = TestServer.registrationPolicy() }
        defer { server.stop() }
        func expect(_ member: String, _ value: JSON, _ error: String) throws {
            expectRefused(try server.register(TestServer.application([member: value])), 400, error)
        }
        for address in Self.dangerous {
            let text = JSON.string(address)
            try expect("redirect_uris", [text], "invalid_redirect_uri")
            try expect("post_logout_redirect_uris", [text], "invalid_client_metadata")
            // Pages are no targets of a code: a star, a query and a fragment do no harm there.
            if address.contains(where: { "*?#".contains($0) }) { continue }
            for member in ["logo_uri", "tos_uri", "policy_uri", "client_uri"] {
                try expect(member, text, "invalid_client_metadata")
            }
        }
    }
}
