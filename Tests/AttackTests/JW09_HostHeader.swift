import Encoding
import HTTP
import TestSupport
import Testing

@testable import AuthorizationServer

@Suite struct `JW-09 nothing is built from what a request says of its host` {
    private static let hosts: [[(String, String)]] = [
        [("Host", "evil.example")], [("Host", "evil.example:9400")], [("Host", "127.0.0.1.evil.example:9400")],
        [("Host", "127.0.0.1:9400"), ("X-Forwarded-Host", "evil.example")],
        [("Host", "127.0.0.1:9400"), ("X-Forwarded-Proto", "https"), ("X-Forwarded-Port", "443")],
        [("Host", "127.0.0.1:9400"), ("Forwarded", "host=evil.example;proto=https")],
        [("Host", "127.0.0.1:9400"), ("X-Original-URL", "/evil"), ("X-Rewrite-URL", "/evil")],
        [("Host", "127.0.0.1:9400"), ("X-Host", "evil.example"), ("X-Forwarded-Server", "evil.example")],
    ]

    @Test func `documents, redirects, cookies, challenges and launches are the same under every host`() async throws {
        let server = try await TestServer.started()
        defer { server.stop() }
        for headers in Self.hosts {
            for path in [
                "/.well-known/openid-configuration", "/.well-known/smart-configuration",
                "/fhir/.well-known/smart-configuration",
            ] {
                let document = try server.page(path, headers: headers)
                #expect(document.status == 200)
                #expect(document.json["issuer"]?.stringValue == TestServer.issuer)
                for member in document.json.objectValue?.members ?? [] {
                    guard member.name.hasSuffix("_endpoint") || member.name == "jwks_uri" else { continue }
                    #expect(member.value.stringValue?.hasPrefix(TestServer.issuer + "/") == true)
                }
                #expect(!document.text.contains("evil"))
            }
            let begin = try server.page(App.publicApp.authorizePath(scope: App.scope), headers: headers)
            #expect(begin.headers["location"]?.hasPrefix(TestServer.issuer + "/sign-in?interaction=") == true)
            #expect(begin.headers["set-cookie"]?.lowercased().contains("domain") == false)
            let refusal = try server.page(
                App.publicApp.authorizePath(scope: App.scope, [("prompt", "none")]), headers: headers)
            #expect(refusal.headers["location"]?.contains("iss=http%3A%2F%2F127.0.0.1%3A9400") == true)
            let challenge = try server.post(
                "/token", [("grant_type", "client_credentials")], headers: headers + [App.basic("x", "y")])
            #expect(challenge.headers["www-authenticate"]?.contains("realm=\"\(TestServer.issuer)\"") == true)
            let launch = try server.send(
                .post, "/launches", headers: headers + [("Authorization", "Bearer " + (try server.ehrToken()))],
                body: #"{"client_id":"public-app"}"#)
            #expect(
                launch.json["launch_url"]?.stringValue?.hasPrefix(
                    "https://app.example/launch?iss=http%3A%2F%2F127.0.0.1%3A9400%2Ffhir&") == true)
            for response in [begin, refusal, challenge, launch] {
                #expect(!response.text.contains("evil") && !response.headers.all.contains { $0.value.contains("evil") })
            }
        }
    }

    @Test func `SE-07: the origin of a form is held to the issuer, not to the Host`() async throws {
        let server = try await TestServer.started()
        defer { server.stop() }
        let browser = Browser(server)
        let place = try browser.get(App.publicApp.authorizePath(scope: App.scope))
        let form = browser.hidden(place.html) + [("username", "patient"), ("password", TestServer.password)]
        let response = try server.submit(
            "/sign-in", form, cookies: browser.cookies,
            headers: [("Host", "evil.example"), ("Origin", "http://evil.example"), ("Sec-Fetch-Site", "same-origin")])
        #expect(response.status == 403)
        expectPage(response)
    }
}
