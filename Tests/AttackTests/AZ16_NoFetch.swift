import Encoding
import Foundation
import HTTP
import TestSupport
import Testing

@testable import AuthorizationServer

@Suite struct `AZ-16 no address of a request is fetched` {
    @Test func `request objects, registrations, claims, hints and the addresses of a registration`() async throws {
        let server = try await TestServer.started()
        defer { server.stop() }
        let receiver = try LogoutReceiver()
        defer { receiver.stop() }
        let address = receiver.address.replacing("/bye", with: "/elsewhere")
        let header = Base64URL.encode(Array(#"{"alg":"RS256","kid":"x","jku":"\#(address)","x5u":"\#(address)"}"#.utf8))
        let token = header + "." + Base64URL.encode(Array(#"{"iss":"\#(address)"}"#.utf8)) + ".AAAA"
        let cases: [(String, String, String?)] = [
            ("request_uri", address, "request_uri_not_supported"), ("request", token, "request_not_supported"),
            ("registration", #"{"jwks_uri":"\#(address)"}"#, "registration_not_supported"),
            ("claims", #"{"userinfo":{"_claim_sources":{"a":{"endpoint":"\#(address)"}}}}"#, nil),
            ("id_token_hint", token, nil), ("login_hint", address, nil), ("aud", address, "invalid_request"),
            ("resource", address, "invalid_request"), ("launch", address, "invalid_request"),
        ]
        for (name, value, error) in cases {
            for method in [HTTP.Method.get, .post] {
                let changes: [(String, String?)] = [(name, value)]
                let scope = name == "launch" ? "launch openid" : App.scope
                let answer =
                    method == .get
                    ? try server.page(App.publicApp.authorizePath(scope: scope, changes))
                    : try server.submit("/authorize", App.publicApp.parameters(scope: scope, changes))
                let location = answer.headers["location"] ?? ""
                if let error {
                    #expect(location.hasPrefix("https://app.example/cb?error=\(error)&"), "\(name): \(location)")
                } else {
                    #expect(location.hasPrefix(TestServer.issuer + "/sign-in?"), "\(name): \(location)")
                }
            }
        }
        _ = try server.introspected(token)
        _ = try server.post("/revoke", [("token", token), ("client_id", "public-app")])
        _ = try server.openLaunch(bearer: token)
        _ = try server.page("/logout?" + FormParameters([("id_token_hint", token)]).serialized())
        let registered = await server.administered(
            .post, "/admin/v1/clients",
            [
                "client_name": "Addresses", "redirect_uris": [.string(address)], "scope": "openid",
                "token_endpoint_auth_method": "none", "application_type": "native", "logo_uri": .string(address),
                "policy_uri": .string(address), "tos_uri": .string(address), "client_uri": .string(address),
            ])
        #expect(registered.status == 201, "\(registered.text)")
        #expect(receiver.requests.isEmpty)
        let port = try #require(URLComponents(string: address)?.port.flatMap(UInt16.init(exactly:)))
        _ = try HTTPClient(timeoutSeconds: 5).send(.get, "/elsewhere", to: .tcp(host: "127.0.0.1", port: port))
        #expect(receiver.requests.count == 1, "it would have noticed")
    }
}
