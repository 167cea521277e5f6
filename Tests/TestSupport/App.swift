package import Encoding
package import HTTP

/// A SMART app as its developer writes it: makes the authorization request, redeems the code, refreshes, introspects.
package struct App {
    package let clientID: String
    package let secret: String?
    package let redirectURI: String

    package static let publicApp = App(clientID: "public-app", secret: nil, redirectURI: "https://app.example/cb")
    package static let secretApp = App(
        clientID: "secret-app", secret: "secret-app-secret-0123456789", redirectURI: "https://secret.example/cb?own=1")

    /// RFC 7636 appendix B.
    package static let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
    package static let challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"

    package init(clientID: String, secret: String?, redirectURI: String) {
        self.clientID = clientID
        self.secret = secret
        self.redirectURI = redirectURI
    }

    /// The parameters of a valid request; `changes` sets or, with nil, removes some.
    package func parameters(scope: String, _ changes: [(String, String?)] = []) -> [(String, String)] {
        var parameters: [(String, String)] = [
            ("response_type", "code"), ("client_id", clientID), ("redirect_uri", redirectURI), ("scope", scope),
            ("state", "state-1"), ("aud", TestServer.fhirBase), ("code_challenge", Self.challenge),
            ("code_challenge_method", "S256"),
        ]
        for (name, value) in changes {
            parameters.removeAll { $0.0 == name }
            if let value { parameters.append((name, value)) }
        }
        return parameters
    }

    package func authorizePath(scope: String, _ changes: [(String, String?)] = []) -> String {
        "/authorize?" + FormParameters(parameters(scope: scope, changes)).serialized()
    }

    /// A whole launch: signs in, picks the patient where asked, allows every box that is ticked. Returns the app's answer.
    package func launch(
        _ browser: Browser, as user: String, scope: String, patient: String? = nil,
        _ changes: [(String, String?)] = []
    ) throws -> Browser.Place {
        var place = try browser.get(authorizePath(scope: scope, changes))
        if place.address.hasPrefix("/sign-in") {
            place = try browser.submit(place, [("username", user), ("password", TestServer.password)])
        }
        if place.address.hasPrefix("/select-patient") {
            place = try browser.submit(place, [("patient", patient ?? "1")])
        }
        if place.address.hasPrefix("/select-encounter") {
            place = try browser.submit(place, [("encounter", "")])
        }
        guard place.address.hasPrefix("/consent") else { return place }
        return try allow(browser, place)
    }

    /// Presses "Allow" with the boxes as they come.
    package func allow(_ browser: Browser, _ place: Browser.Place) throws -> Browser.Place {
        let scopes = browser.values("scope", on: place, onlyChecked: true).map { ("scope", $0) }
        return try browser.submit(place, scopes + [("decision", "allow")])
    }

    package func redeem(
        _ code: String, _ server: TestServer, _ changes: [(String, String?)] = []
    ) throws -> ClientResponse {
        var form: [(String, String)] = [
            ("grant_type", "authorization_code"), ("code", code), ("redirect_uri", redirectURI),
            ("code_verifier", Self.verifier),
        ]
        for (name, value) in changes {
            form.removeAll { $0.0 == name }
            if let value { form.append((name, value)) }
        }
        return try token(form, server)
    }

    package func refresh(_ refreshToken: String, _ server: TestServer, scope: String? = nil) throws -> ClientResponse {
        let form = [("grant_type", "refresh_token"), ("refresh_token", refreshToken)]
        return try token(form + (scope.map { [("scope", $0)] } ?? []), server)
    }

    /// A request to the token endpoint with this app's authentication.
    package func token(_ form: [(String, String)], _ server: TestServer) throws -> ClientResponse {
        guard let secret else { return try server.post("/token", form + [("client_id", clientID)]) }
        return try server.post("/token", form, headers: [Self.basic(clientID, secret)])
    }

    /// Launches and redeems.
    package func tokens(
        _ server: TestServer, as user: String, scope: String, patient: String? = nil,
        _ changes: [(String, String?)] = []
    ) throws -> JSON {
        let place = try launch(Browser(server), as: user, scope: scope, patient: patient, changes)
        guard let code = place.parameters["code"] else {
            throw TestFailure("no code: \(place.status) \(place.location ?? place.html)")
        }
        let response = try redeem(code, server)
        guard response.status == 200 else { throw TestFailure("no token: \(response.status) \(response.text)") }
        return response.json
    }

    package static func basic(_ id: String, _ secret: String) -> (String, String) {
        ("Authorization", "Basic " + Base64.encode(Array("\(id):\(secret)".utf8)))
    }
}

extension TestServer {
    /// Introspects as the sample resource server.
    package func introspect(_ token: String) throws -> JSON {
        try post(
            "/introspect", [("token", token)], headers: [App.basic("fhir-server", "fhir-server-secret-0123456789")]
        ).json
    }

    /// A bearer token of the sample EHR.
    package func ehrToken(scope: String = "auth/Launch.c") throws -> String {
        let response = try post(
            "/token", [("grant_type", "client_credentials"), ("scope", scope)],
            headers: [App.basic("ehr", "ehr-secret-0123456789012345")])
        guard let token = response.json["access_token"]?.stringValue else { throw TestFailure(response.text) }
        return token
    }

    /// Opens a launch as the sample EHR; returns the handle.
    package func openLaunch(_ json: JSON) throws -> ClientResponse {
        try send(
            .post, "/launches",
            headers: [("Authorization", "Bearer " + (try ehrToken())), ("Content-Type", "application/json")],
            body: json.text)
    }
}
