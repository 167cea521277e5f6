import Encoding
import HTTP
import Synchronization
import TestSupport
import Testing

@testable import AuthorizationServer

@Suite struct `AU-02, TK-23 no secret is told to the log or in an error` {
    private final class Lines: Sendable {
        private let lines = Mutex<[String]>([])
        /// As `lanyard` writes it: the request's id, method, path and peer, and the error in its own words.
        func add(_ error: any Error, _ request: Request) {
            lines.withLock {
                $0.append("\(request.id) \(request.method.name) \(request.path) \(request.peer.address) \(error)")
            }
        }
        var all: [String] { lines.withLock { $0 } }
    }

    @Test func `whole launches, and everything refused on the way`() async throws {
        let lines = Lines()
        let server = try TestServer(log: { lines.add($0, $1) })
        defer { server.stop() }
        try await server.addSamples()
        var secrets = [
            TestServer.password, "wrong-marker-password", "wrong-marker-secret-0123", App.verifier, App.challenge,
            "marker-state",
        ]
        for app in [App.publicApp, App.secretApp] {
            if let secret = app.secret { secrets.append(secret) }
        }
        secrets += ["ehr-secret-0123456789012345", "fhir-server-secret-0123456789"]
        var refusals: [ClientResponse] = []
        let browser = Browser(server)
        let changes: [(String, String?)] = [("state", "marker-state"), ("nonce", "marker-nonce")]
        var place = try browser.get(App.secretApp.authorizePath(scope: App.scope, changes))
        secrets += browser.cookies.values
        var forms = Set(browser.hidden(place.html).map(\.1))
        refusals.append(
            try browser.submit(place, [("username", "patient"), ("password", "wrong-marker-password")]).response)
        // A password in the wrong field.
        refusals.append(try browser.submit(place, [("username", "x"), ("password", TestServer.password)]).response)
        place = try browser.submit(place, [("username", "patient"), ("password", TestServer.password)])
        secrets += browser.cookies.values
        forms.formUnion(browser.hidden(place.html).map(\.1))
        refusals.append(try browser.submit(place, [("scope", "user/*.cruds"), ("decision", "allow")]).response)
        let code = try App.secretApp.allow(browser, place).parameters["code"] ?? ""
        refusals.append(try browser.get(place.address).response)
        let launch =
            try server.openLaunch(["client_id": "secret-app", "patient": "1"]).json["launch"]?.stringValue ?? ""
        let tokens = try App.secretApp.redeem(code, server).json
        let (access, refresh) = (tokens["access_token"]?.stringValue ?? "", tokens["refresh_token"]?.stringValue ?? "")
        secrets += [code, launch, access, refresh, tokens["id_token"]?.stringValue ?? "", try server.ehrToken()]
        let basic = App.basic("secret-app", "wrong-marker-secret-0123")
        for form in [
            [
                ("grant_type", "authorization_code"), ("code", code),
                ("redirect_uri", "https://secret.example/cb?own=1"), ("code_verifier", App.verifier),
            ],
            [("grant_type", "refresh_token"), ("refresh_token", refresh)], [("grant_type", code)],
            [("grant_type", access)],
            [("grant_type", "refresh_token"), ("refresh_token", refresh), ("scope", access)],
        ] {
            refusals.append(try server.post("/token", form, headers: [basic]))
            if form.first?.0 == "grant_type" { refusals.append(try App.publicApp.token(form, server)) }
            refusals.append(try server.post("/introspect", form + [("token", access)], headers: [basic]))
        }
        _ = try App.secretApp.refresh(refresh, server)
        server.clock.advance(31)
        refusals += [try App.secretApp.refresh(refresh, server), try App.secretApp.redeem(code, server)]
        for bearer in [access, refresh, code, try server.ehrToken(scope: "auth/Token.r")] {
            refusals.append(
                try server.openLaunch(bearer: bearer, ["client_id": .string(access), "patient": .string(refresh)]))
        }
        refusals.append(
            try server.openLaunch(["client_id": "public-app", "patient": .string(launch), "nothing": .string(code)]))
        for parameter in [
            "scope", "launch", "aud", "response_type", "prompt", "max_age", "code_challenge", "client_id",
            "redirect_uri",
        ] {
            let path = App.publicApp.authorizePath(scope: "openid launch", changes + [(parameter, launch)])
            refusals.append(try server.page(path))
        }
        #expect(lines.all.count > 8)
        // A page's own form carries its handle and token, and nothing else may.
        let wanted = (secrets + forms).filter { $0.utf8.count > 8 }
        for secret in wanted {
            for line in lines.all { #expect(!line.contains(secret), "\(line)") }
        }
        for refusal in refusals {
            #expect(refusal.status >= 300)
            for secret in wanted where !forms.contains(secret) && secret != "marker-state" && secret != App.challenge {
                #expect(!refusal.text.contains(secret), "\(refusal.status) \(refusal.text.prefix(300)) \(secret)")
                #expect(!(refusal.headers["www-authenticate"] ?? "").contains(secret))
            }
            for word in ["SELECT", "sqlite", "Sources/", ".swift", "Optional(", "Storage.", " 0x"] {
                #expect(!refusal.text.contains(word), "\(word)")
            }
        }
        // AU-03: one event is one line, and holds what a line may hold.
        #expect(
            lines.all.allSatisfy { line in line.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F } })
    }
}
