import Crypto
import Encoding
import HTTP

/// The first half of a launch: discovery and the authorization request (SMART App Launch 2.2, steps 1 to 4).
struct AppLaunch: Sendable {
    let site: DemoSite
    let outbound: Outbound
    let random = RandomBytes()

    /// Begins a run; `launch` is the handle the EHR gave, nil in a standalone launch.
    func begin(
        _ app: SampleApp, launch: String?, purpose: String?, browser: String
    ) async throws -> AppRun {
        let (endpoints, discovery) = try await discover()
        let state = try token()
        let verifier = try token()
        let nonce = try token()
        let challenge = Base64URL.encode(Digest.sha256(Array(verifier.utf8)))
        var rows = [
            AppStep.Row("response_type", "code", "the authorization code flow"),
            AppStep.Row("client_id", app.id, "the app, as registered"),
            AppStep.Row("redirect_uri", site.redirectURI(of: app), "registered; compared octet by octet"),
            AppStep.Row("scope", app.scopes.joined(separator: " "), "what the app asks for"),
            AppStep.Row("state", state, "ties the answer to this browser"),
            AppStep.Row("aud", site.fhirBase, "the FHIR server the token is for"),
            AppStep.Row("code_challenge", challenge, "SHA-256 of a secret that only the app knows (PKCE)"),
            AppStep.Row("code_challenge_method", "S256", "SMART allows no other"),
            AppStep.Row("nonce", nonce, "comes back in the id_token"),
        ]
        if let purpose { rows.append(AppStep.Row("purpose_of_use", purpose, "why; roles can depend on it")) }
        if let launch { rows.append(AppStep.Row("launch", launch, "the EHR's handle for patient and encounter")) }
        let query = FormParameters(rows.map { ($0.name, $0.value) }).serialized()
        let steps = (launch.map { [received($0)] } ?? []) + [discovery, request(rows, endpoints)]
        return AppRun(
            state: state, browser: browser, app: app, endpoints: endpoints, codeVerifier: verifier, nonce: nonce,
            authorizationURL: "\(endpoints.authorization)?\(query)", steps: steps)
    }

    /// 256 random bits: 43 characters, which is what a code verifier takes (RFC 7636 §4.1).
    func token() throws -> String { Base64URL.encode(try random(32)) }

    private func received(_ launch: String) -> AppStep {
        AppStep(
            title: "The EHR opens the app",
            note: "The app checks that it knows the server named by iss: it never talks to another.",
            parts: [
                .table(
                    caption: "Parameters of the launch URL",
                    rows: [
                        AppStep.Row("iss", site.fhirBase, "the FHIR server"),
                        AppStep.Row("launch", launch, "opaque, for one use within minutes"),
                    ])
            ])
    }

    private func discover() async throws -> (AppRun.Endpoints, AppStep) {
        let url = "\(site.fhirBase)/.well-known/smart-configuration"
        let response = try await outbound.get(url, headers: [("Accept", "application/json")])
        guard response.status == 200, let json = try? JSON(parsing: response.body),
            let authorization = json["authorization_endpoint"]?.stringValue,
            let token = json["token_endpoint"]?.stringValue, let jwks = json["jwks_uri"]?.stringValue,
            let issuer = json["issuer"]?.stringValue
        else { throw DemoProblem("The discovery document of \(site.fhirBase) cannot be read.") }
        let step = AppStep(
            title: "Discovery", note: "The app asks the FHIR server where to get a token.",
            parts: [.request(AppStep.RequestTrace(line: "GET \(url)")), .response(response, isFolded: true)])
        return (AppRun.Endpoints(authorization: authorization, token: token, jwks: jwks, issuer: issuer), step)
    }

    private func request(_ rows: [AppStep.Row], _ endpoints: AppRun.Endpoints) -> AppStep {
        AppStep(
            title: "Authorization request",
            note: "The app sends the browser to the authorization server with these parameters.",
            parts: [.table(caption: "GET \(endpoints.authorization)", rows: rows)])
    }
}
