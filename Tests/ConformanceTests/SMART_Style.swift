import Encoding
import HTTP
import SMART
import TestSupport
import Testing

@testable import AuthorizationServer

@Suite struct `SMART App Launch 2.2: styling` {
    private static let app = App.secretApp

    private func styleURL(_ server: TestServer, _ members: JSONObject = [:]) throws -> String {
        var launch: JSONObject = ["client_id": "secret-app", "user": "physician", "patient": "2"]
        for member in members.members { launch[member.name] = member.value }
        let handle = try server.launchHandle(.object(launch))
        let tokens = try Self.app.tokens(
            server, as: "physician", scope: "launch patient/*.rs offline_access", [("launch", handle)])
        return try #require(tokens["smart_style_url"]?.stringValue)
    }

    private func fetch(_ url: String, _ server: TestServer) throws -> ClientResponse {
        let path = try #require(url.hasPrefix(TestServer.issuer) ? url.dropFirst(TestServer.issuer.count) : nil)
        return try server.send(.get, String(path), headers: [("Origin", "https://app.example")])
    }

    @Test func `CTX-6: an EHR launch tells a style that anybody can fetch, and its properties are SMART's`()
        async throws
    {
        let server = try await TestServer.withSamples()
        defer { server.stop() }
        let response = try fetch(try styleURL(server), server)
        #expect(response.status == 200)
        #expect(response.headers["content-type"] == "application/json")
        #expect(response.headers["access-control-allow-origin"] == "*")
        let names = Set(response.json.objectValue?.members.map(\.name) ?? [])
        #expect(names == Set(SMARTStyle.Property.allCases.map(\.rawValue)))
    }

    @Test func `CTX-6: a changed style has another address, the same style the same`() async throws {
        let configured: @Sendable (inout Configuration) -> Void = { configuration in
            configuration.smartStyle = SMARTStyle([.colorBackground: "#edeae3", .fontFamilyBody: "Georgia"])
        }
        let plain = try await TestServer.withSamples()
        let plainURL = try styleURL(plain)
        #expect(try styleURL(plain) == plainURL)
        plain.stop()
        let server = try await TestServer.withSamples(configured)
        defer { server.stop() }
        let url = try styleURL(server)
        #expect(url != plainURL)
        #expect(try fetch(url, server).json == ["color_background": "#edeae3", "font_family_body": "Georgia"])
        #expect(try fetch(plainURL, server).status == 404)
    }

    @Test func `CTX-6, CTX-9: after the style changed, a refresh tells where it is now`() async throws {
        let before = try await TestServer.withSamples()
        let handle = try before.launchHandle(["client_id": "secret-app", "user": "physician", "patient": "2"])
        let tokens = try Self.app.tokens(
            before, as: "physician", scope: "launch patient/*.rs offline_access", [("launch", handle)])
        before.stop(keepingData: true)
        let change: (inout Configuration) -> Void = { $0.smartStyle = SMARTStyle([.colorText: "#000000"]) }
        let after = try TestServer(directory: before.directory, clock: before.clock, change)
        defer { after.stop() }
        let next = try Self.app.refresh(try #require(tokens["refresh_token"]?.stringValue), after).json
        let url = try #require(next["smart_style_url"]?.stringValue)
        #expect(url != tokens["smart_style_url"]?.stringValue)
        #expect(try fetch(url, after).json == ["color_text": "#000000"])
        #expect(next["patient"] == "2")
    }

    @Test func `CTX-6: the EHR's own style goes before ours, and a standalone launch has none`() async throws {
        let server = try await TestServer.withSamples()
        defer { server.stop() }
        let own = try styleURL(server, ["smart_style_url": "https://ehr.example/style/7.json"])
        #expect(own == "https://ehr.example/style/7.json")
        let tokens = try Self.app.tokens(server, as: "patient", scope: "launch/patient patient/*.rs")
        #expect(tokens["smart_style_url"] == nil && tokens["need_patient_banner"] == nil)
    }
}
