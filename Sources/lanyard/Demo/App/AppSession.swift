import Encoding
import HTTP

/// The second half of a launch: from the redirect back to the record, and refresh.
struct AppSession: Sendable {
    let site: DemoSite
    let outbound: Outbound
    let secrets: DemoSecrets
    /// What the FHIR endpoint learns of a token; shown to explain, an app has no right to ask.
    let introspection: TokenIntrospection
    let now: @Sendable () -> Int64

    /// SMART App Launch 2.2, step 4: what the redirect brought, then steps 5 and 6 if it brought a code.
    func resume(_ run: AppRun, with answer: FormParameters) async throws -> (steps: [AppStep], tokens: JSON?) {
        var parts: [AppStep.Part] = [
            .table(caption: "Parameters of the redirect", rows: answer.items.map { AppStep.Row($0.name, $0.value) }),
            .check(passed: true, "state belongs to this browser and was not used before."),
        ]
        // RFC 9207 §2.4: an answer of another server is not taken to this one.
        if let issuer = answer["iss"] {
            parts.append(.check(passed: issuer == run.endpoints.issuer, "iss is the server that was asked."))
        }
        guard answer["error"] == nil, let code = answer["code"], !AppStep(title: "", note: "", parts: parts).hasFailed
        else {
            parts.append(
                .check(passed: false, "There is no code: \(answer["error_description"] ?? answer["error"] ?? "—")"))
            return ([AppStep(title: "Redirect back", note: "The app got no permission.", parts: parts)], nil)
        }
        let back = AppStep(title: "Redirect back", note: "The browser returns with a code for one use.", parts: parts)
        var form = [
            AppStep.Row("grant_type", "authorization_code"), AppStep.Row("code", code),
            AppStep.Row("redirect_uri", site.redirectURI(of: run.app)),
            AppStep.Row("code_verifier", run.codeVerifier, "the secret behind code_challenge"),
        ]
        if !run.app.isConfidential { form.append(AppStep.Row("client_id", run.app.id)) }
        let (steps, tokens) = try await exchange(run, title: "Token request", form: form, nonce: run.nonce)
        return ([back] + steps, tokens)
    }

    /// SMART App Launch 2.2, step 7.
    func refresh(_ run: AppRun, with token: String) async throws -> (steps: [AppStep], tokens: JSON?) {
        var form = [AppStep.Row("grant_type", "refresh_token"), AppStep.Row("refresh_token", token)]
        if !run.app.isConfidential { form.append(AppStep.Row("client_id", run.app.id)) }
        return try await exchange(run, title: "Refresh", form: form, nonce: nil)
    }

    private func exchange(_ run: AppRun, title: String, form: [AppStep.Row], nonce: String?) async throws -> (
        steps: [AppStep], tokens: JSON?
    ) {
        let credentials = run.app.isConfidential ? secrets.credentials(of: run.app.id) : nil
        let parameters = FormParameters(form.map { ($0.name, $0.value) })
        let response = try await outbound.post(parameters, to: run.endpoints.token, as: credentials)
        let trace = AppStep.RequestTrace(
            line: "POST \(run.endpoints.token)", authorization: credentials?.authorization, form: form)
        let tokens = response.status == 200 ? try? JSON(parsing: response.body) : nil
        let accessToken = tokens?["access_token"]?.stringValue
        let request = AppStep(
            title: title,
            note: run.app.isConfidential
                ? "From the app's server, which proves who it is with its secret."
                : "The app has no secret; PKCE proves that it began the launch.",
            parts: [
                .request(trace), .response(response),
                .check(passed: accessToken != nil, accessToken != nil ? "A token is issued." : "No token is issued."),
            ])
        guard let tokens, let accessToken else { return ([request], nil) }
        let inside = await self.inside(run, tokens, accessToken, nonce: nonce)
        let record = try await read(run, patient: tokens["patient"]?.stringValue, token: accessToken)
        return ([request] + inside + [record], tokens)
    }

    private func inside(_ run: AppRun, _ tokens: JSON, _ accessToken: String, nonce: String?) async -> [AppStep] {
        var parts = TokenReading.parts("Access token", accessToken)
        if let idToken = tokens["id_token"]?.stringValue {
            parts += TokenReading.parts("id_token", idToken)
            let check = IDTokenCheck(
                issuer: run.endpoints.issuer, clientID: run.app.id, nonce: nonce, now: now())
            let keys = try? await outbound.get(run.endpoints.jwks)
            parts.append(
                keys.map { check.result(of: idToken, keys: $0) } ?? .check(passed: false, "The keys cannot be read."))
        }
        let tokensStep = AppStep(
            title: "Inside the tokens",
            note: "The access token is for the FHIR server; an app takes it as opaque. The id_token is for the app.",
            parts: parts)
        let answer = try? await introspection.answer(about: accessToken)
        let introspected = AppStep(
            title: "Introspection",
            note: "What the FHIR server learns about the access token. It decides by this alone.",
            parts: [
                answer.map { .json(caption: "POST \(introspection.endpoint)", $0) }
                    ?? .check(passed: false, "No answer.")
            ])
        return [tokensStep, introspected]
    }
}
