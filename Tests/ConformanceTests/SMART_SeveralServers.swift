import Encoding
import HTTP
import SMART
import TestSupport
import Testing

@testable import AuthorizationServer

/// One issuer with two FHIR servers: one that requests reach at this server's own address, and one elsewhere.
@Suite struct `SMART App Launch 2.2: several FHIR servers` {
    let server: TestServer
    static let elsewhere = "https://fhir.example/labs/r5"
    private let scope = "openid fhirUser launch/patient patient/Patient.rs offline_access"

    init() async throws {
        server = try await TestServer.withSamples(Self.add)
        try await server.administer(
            .post, "/admin/v1/resource-servers",
            [
                "client_id": "labs", "name": "Labs", "audiences": [.string(Self.elsewhere)],
                "client_secret": "labs-secret-0123456789",
            ])
    }

    @Sendable private static func add(_ configuration: inout Configuration) {
        guard let base = FHIRBaseURL(elsewhere), let endpoint = WebURL("https://state.example/fhir"),
            let bundle = WebURL("https://brands.example/bundle.json")
        else { return }
        var labs = FHIRServer(base: base, name: "Laboratory")
        labs.fhirVersion = "5.0.0"
        labs.associatedEndpoints = [.init(url: endpoint, capabilities: ["smart-app-state"])]
        labs.brandBundle = bundle
        labs.brandIdentifier = .init(system: "urn:ietf:rfc:3986", value: "https://labs.example")
        configuration.fhirServers.append(labs)
    }

    private func introspect(_ tokens: JSON, as id: String, _ secret: String) throws -> JSON {
        let token = try #require(tokens["access_token"]?.stringValue)
        return try server.post("/introspect", [("token", token)], headers: [App.basic(id, secret)]).json
    }

    @Test func `DISC-1: each has its document, always below the issuer, and below its base where that is ours`() throws
    {
        defer { server.stop() }
        let own = try server.send(.get, "/fhir/.well-known/smart-configuration")
        let ownAgain = try server.send(.get, "/fhir-servers/fhir/.well-known/smart-configuration")
        #expect(own.status == 200 && own.body == ownAgain.body)
        let labs = try server.send(.get, "/fhir-servers/r5/.well-known/smart-configuration")
        #expect(labs.status == 200)
        #expect(labs.headers["content-type"] == "application/json")
        #expect(labs.headers["access-control-allow-origin"] == "*")
        #expect(try server.send(.get, "/labs/r5/.well-known/smart-configuration").status == 404, "another origin's")
        #expect(try server.send(.get, "/fhir-servers/none/.well-known/smart-configuration").status == 404)
        for member in ["issuer", "authorization_endpoint", "token_endpoint", "jwks_uri", "capabilities"] {
            #expect(labs.json[member] != nil && labs.json[member] == own.json[member], "\(member)")
        }
    }

    @Test func `DISC-5: the slash of a base that was not trimmed makes no difference`() throws {
        defer { server.stop() }
        for path in ["/fhir", ""] {
            for name in ["smart-configuration", "openid-configuration"] where !path.isEmpty || name.hasPrefix("openid")
            {
                guard name.hasPrefix("smart") || path.isEmpty else { continue }
                let trimmed = try server.send(.get, "\(path)/.well-known/\(name)")
                let doubled = try server.send(.get, "\(path)//.well-known/\(name)")
                #expect(
                    trimmed.status == 200 && doubled.status == 200 && trimmed.body == doubled.body, "\(path) \(name)")
            }
        }
    }

    @Test func `DISC-25, DISC-26, DISC-27: brands and associated endpoints are told by the server that has them`()
        throws
    {
        defer { server.stop() }
        let labs = try server.send(.get, "/fhir-servers/r5/.well-known/smart-configuration").json
        #expect(
            labs["associated_endpoints"] == [
                ["url": "https://state.example/fhir", "capabilities": ["smart-app-state"]]
            ])
        #expect(labs["user_access_brand_bundle"] == "https://brands.example/bundle.json")
        #expect(
            labs["user_access_brand_identifier"] == ["system": "urn:ietf:rfc:3986", "value": "https://labs.example"])
        let own = try server.send(.get, "/fhir/.well-known/smart-configuration").json
        for member in ["associated_endpoints", "user_access_brand_bundle", "user_access_brand_identifier"] {
            #expect(own[member] == nil, "\(member)")
        }
    }

    @Test func `the list of the FHIR servers names each, with its base, version and documents`() throws {
        defer { server.stop() }
        let list = try #require(try server.send(.get, "/fhir-servers").json.arrayValue)
        #expect(list.map { $0["id"]?.stringValue } == ["fhir", "r5"])
        #expect(list.map { $0["base"]?.stringValue } == [TestServer.fhirBase, Self.elsewhere])
        #expect(list.map { $0["fhir_version"]?.stringValue } == ["4.0.1", "5.0.0"])
        for entry in list {
            for member in ["smart_configuration", "capability_security"] {
                let url = try #require(entry[member]?.stringValue)
                #expect(url.hasPrefix(TestServer.issuer))
                #expect(try server.send(.get, String(url.dropFirst(TestServer.issuer.count))).status == 200)
            }
        }
    }

    @Test(arguments: ["fhir", "r5"])
    func `CST-1, CST-2: the security of a CapabilityStatement says what smart-configuration says`(id: String) throws {
        defer { server.stop() }
        let document = try server.send(.get, "/fhir-servers/\(id)/.well-known/smart-configuration").json
        let security = try server.send(.get, "/fhir-servers/\(id)/capability-security").json
        let coding = security["service"]?.arrayValue?.first?["coding"]?.arrayValue?.first
        #expect(coding?["code"] == "SMART-on-FHIR")
        let uris = try #require(security["extension"]?.arrayValue?.first)
        #expect(uris["url"] == "http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris")
        var told: [String: JSON] = [:]
        for child in uris["extension"]?.arrayValue ?? [] { told[child["url"]?.stringValue ?? ""] = child["valueUri"] }
        let members = [
            ("authorize", "authorization_endpoint"), ("token", "token_endpoint"),
            ("introspect", "introspection_endpoint"), ("manage", "management_endpoint"),
            ("register", "registration_endpoint"), ("revoke", "revocation_endpoint"),
        ]
        for (name, member) in members { #expect(told[name] == document[member], "\(name)") }
        #expect(told["authorize"] != nil && told["token"] != nil && told["introspect"] != nil)
        #expect(Set(told.keys).isSubset(of: members.map(\.0)))
    }

    @Test func `AUTHZ-8, AZ-12: a token is good at the one FHIR server that aud named, and refresh keeps it there`()
        throws
    {
        defer { server.stop() }
        let tokens = try App.publicApp.tokens(server, as: "patient", scope: scope, [("aud", Self.elsewhere)])
        let refreshed = try App.publicApp.refresh(try #require(tokens["refresh_token"]?.stringValue), server).json
        for answer in [tokens, refreshed] {
            let there = try introspect(answer, as: "labs", "labs-secret-0123456789")
            #expect(there["active"] == true && there["aud"] == .string(Self.elsewhere))
            #expect(there["fhirUser"] == .string(Self.elsewhere + "/Patient/1"))
            let here = try introspect(answer, as: "fhir-server", "fhir-server-secret-0123456789")
            #expect(here == ["active": false])
        }
        let own = try App.publicApp.tokens(server, as: "patient", scope: scope)
        #expect(try introspect(own, as: "labs", "labs-secret-0123456789") == ["active": false])
    }

    @Test(arguments: ["https://fhir.example/labs", "https://fhir.example/labs/r5/x", "https://FHIR.example/labs/r5"])
    func `AZ-12: what is merely like a FHIR base is none`(base: String) throws {
        defer { server.stop() }
        let path = App.publicApp.authorizePath(scope: scope, [("aud", base)])
        expectRefusalAtApp(try Browser(server).get(path), "invalid_request")
    }
}
