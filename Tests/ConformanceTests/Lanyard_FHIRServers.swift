import Encoding
import Foundation
import HTTP
import SMART
import Storage
import TestSupport
import Testing

@testable import AuthorizationServer

/// FHIR servers that an administrator registers while the server runs, beside those of the configuration file.
@Suite struct `Lanyard: registered FHIR servers` {
    let server: TestServer
    static let base = "https://fhir.example/labs/r5"
    private static let path = "/admin/v1/fhir-servers"
    private let scope = "openid fhirUser launch/patient patient/Patient.rs offline_access"

    init() async throws { server = try await TestServer.withSamples() }

    @discardableResult
    private func add(_ changes: JSONObject = [:]) async throws -> JSON {
        var json: JSONObject = ["base": .string(Self.base), "name": "Labs"]
        for member in changes.members { json[member.name] = member.value }
        return try await server.administer(.post, Self.path, .object(json))
    }

    private func ask(
        _ method: HTTP.Method, _ path: String, _ json: JSON? = nil, query: String = "",
        headers: [(String, String)] = []
    ) async -> (status: Int, json: JSON, tag: String?) {
        let request = Request(
            method: method, path: path, query: Array(query.utf8),
            headers: Headers([("Content-Type", "application/json")] + headers), body: json?.serialized() ?? [])
        let response = await server.administration.respond(to: request)
        return (response.status, (try? JSON(parsing: response.body)) ?? .null, response.header("etag"))
    }

    private func tokens() throws -> JSON {
        try App.publicApp.tokens(server, as: "patient", scope: scope, [("aud", Self.base)])
    }

    @Test func `AUTHZ-7: aud, tokens, introspection, launches and roles know it as soon as it is there`() async throws {
        defer { server.stop() }
        let path = App.publicApp.authorizePath(scope: scope, [("aud", Self.base)])
        expectRefusalAtApp(try Browser(server).get(path), "invalid_request")
        let unknown = await ask(.post, "/admin/v1/resource-servers", labs)
        #expect(unknown.status == 422)
        try await add()
        try await server.administer(.post, "/admin/v1/resource-servers", labs)
        let tokens = try tokens()
        let header = App.basic("labs", "labs-secret-0123456789")
        let token = try #require(tokens["access_token"]?.stringValue)
        let answer = try server.post("/introspect", [("token", token)], headers: [header]).json
        #expect(answer["active"] == true && answer["aud"] == .string(Self.base))
        #expect(answer["fhirUser"] == .string(Self.base + "/Patient/1"))
        let details = answer["authorization_details"]?.arrayValue?.first
        #expect(details?["locations"]?.strings == [Self.base])
        let launch = try server.openLaunch(["client_id": "public-app", "patient": "1", "aud": .string(Self.base)])
        #expect(launch.json["launch_url"]?.stringValue?.contains("fhir.example") == true)
    }

    private var labs: JSON {
        [
            "client_id": "labs", "name": "Labs", "audiences": [.string(Self.base)],
            "client_secret": "labs-secret-0123456789",
        ]
    }

    @Test func `its tokens are opaque as soon as it says so`() async throws {
        defer { server.stop() }
        let tag = try #require(try await add()["version"]?.stringValue)
        #expect(try tokens()["access_token"]?.stringValue?.contains("eyJ") == true)
        let changed = await ask(
            .patch, Self.path + "/r5", ["access_token_format": "opaque"], headers: [("If-Match", "\"\(tag)\"")])
        #expect(changed.status == 200 && changed.json["name"] == "Labs")
        #expect(try tokens()["access_token"]?.stringValue?.contains("eyJ") == false)
    }

    @Test func `DISC-1: its documents are there while it is, below its own base too where that is ours`() async throws {
        defer { server.stop() }
        let own = TestServer.issuer + "/labs/r6"
        try await add()
        try await add(["base": .string(own)])
        #expect(try server.send(.get, "/fhir-servers").json.arrayValue?.count == 3)
        let labs = try server.send(.get, "/fhir-servers/r5/.well-known/smart-configuration")
        #expect(labs.status == 200 && labs.json["issuer"] == .string(TestServer.issuer))
        #expect(try server.send(.get, "/fhir-servers/r5/capability-security").status == 200)
        #expect(try server.send(.get, "/labs/r5/.well-known/smart-configuration").status == 404, "another origin's")
        for slash in ["", "/"] {
            let atBase = try server.send(.get, "/labs/r6\(slash)/.well-known/smart-configuration")
            #expect(atBase.status == 200 && atBase.body == labs.body)
            #expect(atBase.headers["access-control-allow-origin"] == "*")
        }
        #expect(try server.send(.head, "/labs/r6/.well-known/smart-configuration").status == 200)
        for id in ["r5", "r6"] { #expect(await ask(.delete, Self.path + "/" + id).status == 204) }
        #expect(try server.send(.get, "/fhir-servers").json.arrayValue?.count == 1)
        for path in ["/fhir-servers/r5", "/fhir-servers/r6", "/labs/r6"] {
            #expect(try server.send(.get, path + "/.well-known/smart-configuration").status == 404, "\(path)")
        }
    }

    @Test func `one of the configuration file is shown, and not changed`() async throws {
        defer { server.stop() }
        let shown = await ask(.get, Self.path + "/fhir")
        #expect(shown.status == 200 && shown.json["source"] == "file")
        let match = [("If-Match", "*")]
        let body: JSON = ["base": .string(TestServer.fhirBase), "id": "fhir", "name": "Mine"]
        #expect(await ask(.put, Self.path + "/fhir", body, headers: match).status == 409)
        #expect(await ask(.patch, Self.path + "/fhir", ["name": "Mine"], headers: match).status == 409)
        #expect(await ask(.delete, Self.path + "/fhir", query: "force=true").status == 409)
        let again = await ask(.post, Self.path, ["base": .string(TestServer.fhirBase), "id": "other"])
        #expect(again.status == 409 && again.json["errors"]?.arrayValue?.first?["member"] == "base")
        #expect(await ask(.post, Self.path, ["base": "https://x.example/fhir"]).status == 409, "the id is taken")
        #expect(await ask(.get, Self.path + "/fhir").json == shown.json)
    }

    @Test(arguments: [
        (#"{}"#, "base"), (#"{"base": "http://fhir.example"}"#, "base"), (#"{"base": 1}"#, "base"),
        (#"{"base": "https://fhir.example/a/b/c/d/e/f/g/h/i"}"#, "base"),
        (#"{"base": "https://x.example", "id": "A"}"#, "id"), (#"{"base": "https://x.example", "nam": "x"}"#, "nam"),
        (#"{"base": "https://x.example", "name": "a\u0007"}"#, "name"),
        (
            #"{"base": "https://x.example", "associated_endpoints": [{"url": "https://y.example"}]}"#,
            "associated_endpoints[0].capabilities"
        ),
    ])
    func `AD-13: what the file could not say is refused by name, and nothing is stored`(
        json: String, member: String
    ) async throws {
        defer { server.stop() }
        let refused = await ask(.post, Self.path, try JSON(parsing: Array(json.utf8)))
        #expect(refused.status == 422)
        #expect(refused.json["errors"]?.arrayValue?.map { $0["member"] } == [.string(member)], "\(refused.json.text)")
        #expect(await ask(.get, Self.path).json["fhir_servers"]?.arrayValue?.count == 1)
    }

    @Test func `AD-09: a change names what it changes, and base and id stay`() async throws {
        defer { server.stop() }
        try await add()
        let shown = await ask(.get, Self.path + "/r5")
        let body: JSON = ["base": .string(Self.base), "id": "r5", "name": "Laboratory"]
        #expect(await ask(.put, Self.path + "/r5", body).status == 428)
        let tag = [("If-Match", try #require(shown.tag))]
        #expect(await ask(.put, Self.path + "/r5", body, headers: tag).status == 200)
        #expect(await ask(.put, Self.path + "/r5", body, headers: tag).status == 412)
        let any = [("If-Match", "*")]
        let moved: JSON = ["base": "https://else.example/r5", "id": "r5"]
        #expect(await ask(.put, Self.path + "/r5", moved, headers: any).json["errors"]?.arrayValue?.count == 1)
        #expect(await ask(.patch, Self.path + "/r5", ["id": "r7"], headers: any).status == 422)
        #expect(await ask(.patch, Self.path + "/r5", ["name": .null], headers: any).json["name"] == .string(Self.base))
        #expect(await ask(.patch, Self.path + "/none", [:], headers: any).status == 404)
    }

    @Test func `it is not removed while something names it; force revokes the grants in the same step`() async throws {
        defer { server.stop() }
        try await add()
        try await server.administer(.post, "/admin/v1/resource-servers", labs)
        let tokens = try tokens()
        let kept = try App.publicApp.tokens(server, as: "patient", scope: scope)
        let refused = await ask(.delete, Self.path + "/r5")
        #expect(refused.status == 409)
        let detail = try #require(refused.json["detail"]?.stringValue)
        #expect(detail.contains("resource server labs") && detail.contains("a live grant"))
        #expect(await ask(.delete, Self.path + "/r5", query: "force=true").status == 409, "the resource server")
        try await server.administer(.delete, "/admin/v1/resource-servers/labs")
        #expect(await ask(.delete, Self.path + "/r5").status == 409, "the grant")
        #expect(await ask(.delete, Self.path + "/r5", query: "force=true").status == 204)
        let refresh = try #require(tokens["refresh_token"]?.stringValue)
        expectRefusal(try App.publicApp.refresh(refresh, server), 400, "invalid_grant")
        #expect(try server.isActive(kept), "another FHIR server's")
        let records = try server.authorization.database.read { (transaction) throws(StorageError) in
            try transaction.auditRecords(after: nil, limit: 500)
        }.map(\.record).filter { $0.action == "fhir-server-removed" }
        #expect(records.count == 1 && records.first?.detail?.contains("1 grants revoked") == true)
    }

    @Test func `no grant comes after the removal: neither a consent that was on its way, nor a token`() async throws {
        defer { server.stop() }
        try await add()
        let browser = Browser(server)
        let place = try App.publicApp.walk(browser, as: "patient", scope: scope, [("aud", Self.base)])
        #expect(place.address.hasPrefix("/consent"))
        #expect(await ask(.delete, Self.path + "/r5").status == 204)
        let answer = try App.publicApp.allow(browser, place)
        #expect(answer.parameters["code"] == nil && answer.status >= 400)
    }

    @Test func `what is registered outlives the process, and the file's own goes over it`() async throws {
        try await add()
        try await add(["base": "https://else.example/r4", "id": "second"])
        server.stop(keepingData: true)
        let base = try #require(FHIRBaseURL(Self.base))
        let again = try TestServer(
            directory: server.directory,
            { $0.fhirServers.append(FHIRServer(base: base, name: "From the file", id: "mine")) })
        let list = try #require(try again.send(.get, "/fhir-servers").json.arrayValue)
        #expect(list.map { $0["id"] } == ["fhir", "mine", "second"])
        again.stop(keepingData: true)
        #expect(throws: FHIRServerConflict.self) {
            let other = try #require(FHIRBaseURL("https://third.example/r4"))
            _ = try TestServer(
                directory: server.directory,
                { $0.fhirServers.append(FHIRServer(base: other, name: "Third", id: "second")) })
        }
        try? FileManager.default.removeItem(atPath: server.directory)
    }

    @Test func `a server without any starts, says so, and serves the first that comes`() async throws {
        server.stop()
        let empty = try TestServer({ (configuration: inout Configuration) in configuration.fhirServers = [] })
        defer { empty.stop() }
        #expect(try !empty.authorization.hasFHIRServers)
        #expect(try empty.send(.get, "/.well-known/smart-configuration").status == 404)
        #expect(try empty.send(.get, "/fhir-servers").json == [])
        try await empty.administer(.post, Self.path, ["base": .string(Self.base)])
        #expect(try empty.send(.get, "/.well-known/smart-configuration").status == 200)
    }
}
