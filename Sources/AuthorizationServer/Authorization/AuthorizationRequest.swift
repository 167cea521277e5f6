import Encoding
import Policy
import SMART

/// A valid authorization request: what the checks leave. Nothing later sees raw input.
struct AuthorizationRequest: Sendable, Equatable {
    let clientID: ClientID
    /// As presented: for a native app the port is its own (AZ-02).
    let redirectURI: String
    let responseMode: ResponseMode
    let state: State
    let codeChallenge: CodeChallenge
    let nonce: Nonce?
    /// What the app asked for, cut to what it is registered for.
    let scope: ScopeSet
    /// The FHIR base that the token will be good for; nil for a plain OpenID Connect request.
    let audience: FHIRBaseURL?
    /// The token will be good for the administration, and for nothing else.
    let isAdministration: Bool
    /// The EHR's handle, in an EHR launch.
    let launchID: Int64?
    let prompts: Set<Prompt>
    /// OpenID Connect Core §3.1.2.1, in seconds.
    let maxAge: Int64?
    let loginHint: LoginHint?
    let idTokenHint: IDTokenHint?
    /// OpenID Connect Core §3.1.2.1: the languages of the pages, by preference.
    let uiLocales: String?
    /// Why the app asks: roles can depend on it. Nobody's word but the app's.
    let purpose: PurposeOfUse?

    /// SMART's `launch/patient`, or a `patient/` scope: a patient must be in context (checklist EHR-6, STA-3).
    var needsPatient: Bool {
        isEmergency || scope.contains(.launchContext(.patient)) || !scope.resources(level: .patient).isEmpty
    }

    /// The person is to break the glass, for one patient.
    var isEmergency: Bool { purpose == .breakTheGlass }

    var wantsEncounter: Bool { scope.contains(.launchContext(.encounter)) }
}

extension AuthorizationRequest {
    /// As kept in the row of its interaction.
    var json: JSONObject {
        var object: JSONObject = [
            "client_id": .string(clientID.value), "redirect_uri": .string(redirectURI),
            "response_mode": .string(responseMode.rawValue), "state": .string(state.value),
            "code_challenge": .string(codeChallenge.value), "scope": .string(scope.text),
            "prompt": .array(prompts.map { .string($0.rawValue) }),
        ]
        if let nonce { object["nonce"] = .string(nonce.value) }
        if let audience { object["aud"] = .string(audience.value) }
        if isAdministration { object["administration"] = true }
        if let launchID { object["launch"] = .integer(launchID) }
        if let maxAge { object["max_age"] = .integer(maxAge) }
        if let loginHint { object["login_hint"] = .string(loginHint.value) }
        if let idTokenHint { object["id_token_hint"] = .string(idTokenHint.text) }
        if let uiLocales { object["ui_locales"] = .string(uiLocales) }
        if let purpose { object["purpose_of_use"] = .string(purpose.rawValue) }
        return object
    }

    /// Nil where the row was damaged.
    init?(_ json: JSON) {
        guard let clientID = json["client_id"]?.stringValue.flatMap(ClientID.init),
            let redirectURI = json["redirect_uri"]?.stringValue,
            let responseMode = ResponseMode(
                rawValue: json["response_mode"]?.stringValue ?? ResponseMode.query.rawValue),
            let state = json["state"]?.stringValue.flatMap(State.init),
            let codeChallenge = json["code_challenge"]?.stringValue.flatMap(CodeChallenge.init),
            let scope = json["scope"]?.stringValue.map(ScopeSet.init(parsing:)), scope.rejected.isEmpty
        else { return nil }
        self.clientID = clientID
        self.redirectURI = redirectURI
        self.responseMode = responseMode
        self.state = state
        self.codeChallenge = codeChallenge
        self.scope = scope
        nonce = json["nonce"]?.stringValue.flatMap(Nonce.init)
        audience = json["aud"]?.stringValue.flatMap(FHIRBaseURL.init)
        isAdministration = json["administration"] == true
        launchID = json["launch"]?.integerValue
        prompts = Set((json["prompt"]?.strings ?? []).compactMap(Prompt.init(rawValue:)))
        maxAge = json["max_age"]?.integerValue
        loginHint = json["login_hint"]?.stringValue.flatMap(LoginHint.init)
        idTokenHint = json["id_token_hint"]?.stringValue.map(IDTokenHint.init(text:))
        uiLocales = json["ui_locales"]?.stringValue
        purpose = json["purpose_of_use"]?.stringValue.flatMap(PurposeOfUse.init)
    }
}
