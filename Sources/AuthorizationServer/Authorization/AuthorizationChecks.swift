import Encoding
import Policy
import SMART
import Storage

/// An authorization request on its way through the checks: what is known so far.
struct Draft: Sendable {
    let parameters: FormParameters
    let now: Int64
    let server: AuthorizationServer
    var client: Client?
    var target: RedirectTarget?
    var state: State?
    var codeChallenge: CodeChallenge?
    var nonce: Nonce?
    var scope = ScopeSet.empty
    var audience: FHIRBaseURL?

    /// Whether the token is to be for the administration, by `resource` (RFC 8707) or SMART's word for it.
    var isAdministration: Bool {
        let administration = server.configuration.administrationAudience
        return [parameters["aud"], parameters["resource"]].contains { $0?.hasSameOctets(as: administration) == true }
    }
    var launch: StoredLaunch?
    var prompts: Set<Prompt> = []
    var maxAge: Int64?
    var loginHint: LoginHint?
    var idTokenHint: IDTokenHint?
    var purpose: PurposeOfUse?
}

typealias Check = @Sendable (inout Draft) throws -> Void

/// The authorization request, rule by rule. Order matters: until the redirect URI is known to be the client's, a refusal
/// is shown to the person; after that it is sent to the app, by the response mode and with the `state` that it asked for as soon
/// as these are known.
let authorizationChecks: [Check] = [
    requireKnownClient, requireRegisteredRedirectURI, readResponseMode, requireState, refuseRepeats,
    requireResponseTypeCode, refuseRequestObjects, requireCodeGrant, requireCodeChallenge, readPrompts,
    readNonceAndMaxAge, readHints, readPurpose, readScopes, requireAudience, requireLaunch,
]

/// Runs all checks. Throws `AuthorizationRefusal`, or an error of the server's own.
func validated(_ parameters: FormParameters, now: Int64, server: AuthorizationServer) throws -> AuthorizationRequest {
    var draft = Draft(parameters: parameters, now: now, server: server)
    for check in authorizationChecks {
        do {
            try check(&draft)
        } catch let error as OAuthError {
            guard let target = draft.target else { throw AuthorizationRefusal.page(error) }
            throw AuthorizationRefusal.redirect(error, target, draft.state)
        }
    }
    guard let client = draft.client, let target = draft.target, let state = draft.state,
        let codeChallenge = draft.codeChallenge
    else { throw OAuthError(.serverError, "the request could not be completed", detail: "a check left no value") }
    return AuthorizationRequest(
        clientID: client.id, redirectURI: target.presented, responseMode: target.mode, state: state,
        codeChallenge: codeChallenge, nonce: draft.nonce, scope: draft.scope, audience: draft.audience,
        isAdministration: draft.isAdministration, launchID: draft.launch?.id, prompts: draft.prompts,
        maxAge: draft.maxAge, loginHint: draft.loginHint,
        idTokenHint: draft.idTokenHint, uiLocales: parameters["ui_locales"].map { String($0.prefix(500)) },
        purpose: draft.purpose)
}

/// RFC 6749 §4.1.2.1: an unknown client is told to the person, never to the address. Disabled is as unknown.
@Sendable func requireKnownClient(_ draft: inout Draft) throws {
    guard draft.parameters.values("client_id").count < 2 else { throw OAuthError.repeated("client_id") }
    guard let clientID = draft.parameters["client_id"] else { throw OAuthError.missing("client_id") }
    guard let client = try draft.server.clients.client(clientID), !client.isDisabled else {
        throw OAuthError(.invalidRequest, "client_id is not known here")
    }
    guard client.isEnabled else { throw AuthorizationRefusal.clientWaits }
    draft.client = client
}

/// AZ-01, checklist AUTHZ-12: required, and equal to a registered one octet for octet.
@Sendable func requireRegisteredRedirectURI(_ draft: inout Draft) throws {
    guard draft.parameters.values("redirect_uri").count < 2 else { throw OAuthError.repeated("redirect_uri") }
    guard let presented = draft.parameters["redirect_uri"] else { throw OAuthError.missing("redirect_uri") }
    guard let client = draft.client, let target = RedirectTarget(client, presented: presented, mode: .query) else {
        throw OAuthError(.invalidRequest, "redirect_uri is not registered for this client")
    }
    draft.target = target
}

/// The way of every answer from here on, refusals too. One that is none, or is there twice, is refused further down, when
/// `state` is known. A form cannot be posted to an app's own scheme.
@Sendable func readResponseMode(_ draft: inout Draft) throws {
    let values = draft.parameters.values("response_mode")
    guard values.count == 1, let mode = values.first.flatMap(ResponseMode.init(rawValue:)),
        mode == .query || draft.target?.registered.isPrivateUseScheme == false
    else { return }
    draft.target?.mode = mode
}

/// Checklist AUTHZ-14: SMART requires it. First after the address and the mode, so that every later refusal carries it.
@Sendable func requireState(_ draft: inout Draft) throws {
    guard draft.parameters.values("state").count < 2 else { throw OAuthError.repeated("state") }
    guard let text = draft.parameters["state"] else { throw OAuthError.missing("state") }
    guard let state = State(text) else { throw OAuthError(.invalidRequest, "state is longer than 4096 octets") }
    // AZ-13: browsers rewrite line breaks in what they post, and the app would not get back what it sent.
    if draft.target?.mode == .formPost,
        text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control })
    {
        throw OAuthError(.invalidRequest, "state holds a control character, which form_post cannot carry")
    }
    draft.state = state
}

/// RFC 6749 §3.1: parameters MUST NOT be included more than once (AZ-07).
@Sendable func refuseRepeats(_ draft: inout Draft) throws {
    if let name = draft.parameters.repeated { throw OAuthError.repeated(name) }
}

/// AZ-14: the code flow and nothing else, by one of the modes (OAuth 2.0 Multiple Response Type Encoding Practices §2.1).
@Sendable func requireResponseTypeCode(_ draft: inout Draft) throws {
    guard let type = draft.parameters["response_type"] else { throw OAuthError.missing("response_type") }
    guard type == "code" else { throw OAuthError(.unsupportedResponseType, "response_type must be code") }
    if let mode = draft.parameters["response_mode"], ResponseMode(rawValue: mode) != draft.target?.mode {
        throw OAuthError(
            .invalidRequest, "response_mode must be query or form_post, and query for a scheme of the app's own")
    }
}

@Sendable func requireCodeGrant(_ draft: inout Draft) throws {
    guard draft.client?.permits(.authorizationCode) == true else {
        throw OAuthError(.unauthorizedClient, "this client is not registered for the grant authorization_code")
    }
}

/// RFC 7636 §4.3; SMART requires S256 from every client, and an absent method means `plain` (AZ-08, checklist AUTHZ-5).
@Sendable func requireCodeChallenge(_ draft: inout Draft) throws {
    guard let text = draft.parameters["code_challenge"] else { throw OAuthError.missing("code_challenge") }
    guard draft.parameters["code_challenge_method"] == "S256" else {
        throw OAuthError(.invalidRequest, "code_challenge_method must be S256")
    }
    guard let challenge = CodeChallenge(text) else {
        throw OAuthError(.invalidRequest, "code_challenge must be 43 characters of base64url")
    }
    draft.codeChallenge = challenge
}

/// `purpose_of_use`, by which rules of roles can be limited. Who breaks the glass signs in for it, whoever was signed in
/// before.
@Sendable func readPurpose(_ draft: inout Draft) throws {
    guard let text = draft.parameters["purpose_of_use"] else { return }
    draft.purpose = try PurposeOfUse.requested(text, byPerson: true)
    guard draft.purpose == .breakTheGlass else { return }
    if draft.prompts.contains(.none) { throw SilentAnswer.loginRequired }
    draft.prompts.insert(.login)
}

/// Checklist SCP-14, §4.2: what is no scope, or not the client's, is left out; `invalid_scope` if nothing is left.
/// Those of this server's own API are for the administration's tokens, and those have no others: a token has one audience.
@Sendable func readScopes(_ draft: inout Draft) throws {
    guard let text = draft.parameters["scope"] else {
        throw OAuthError(.invalidScope, "scope is missing")
    }
    guard let client = draft.client else { return }
    draft.scope = ScopeSet(parsing: text)
        .intersection(client.metadata.scope, reading: .ceiling)
        .removing { [isAdministration = draft.isAdministration] scope in
            switch scope {
            case .resource(let resource) where isAdministration: resource.level != .auth
            case .resource(let resource): resource.level != .patient && resource.level != .user
            case .launch, .launchContext: isAdministration
            // AD-10: nobody administers beyond the session in which they signed in.
            case .offlineAccess: isAdministration
            default: false
            }
        }
    guard !draft.scope.isEmpty else {
        throw OAuthError(.invalidScope, "scope holds nothing that this client may ask for")
    }
}

/// AZ-12, checklist AUTHZ-7: required as soon as a FHIR or launch scope is asked for; `resource` (RFC 8707) is a synonym, with
/// an error code of its own where it stands alone.
@Sendable func requireAudience(_ draft: inout Draft) throws {
    let (aud, resource) = (draft.parameters["aud"], draft.parameters["resource"])
    if draft.isAdministration {
        if let aud, let resource, !aud.hasSameOctets(as: resource) {
            throw OAuthError(.invalidRequest, "aud and resource are not the same")
        }
        // An emergency is about one patient.
        if draft.purpose == .breakTheGlass {
            throw OAuthError(.invalidRequest, "purpose_of_use is not one for the administration")
        }
        return
    }
    guard let text = aud ?? resource else {
        let needsAudience = draft.scope.scopes.contains { scope in
            switch scope {
            case .resource, .launch, .launchContext: true
            default: false
            }
        }
        if needsAudience { throw OAuthError.missing("aud") }
        return
    }
    guard let base = FHIRBaseURL(text), try draft.server.fhirServers.server(base: base) != nil else {
        throw aud == nil
            ? OAuthError(.invalidTarget, "resource is not a FHIR server that is served here")
            : OAuthError(.invalidRequest, "aud is not a FHIR server that is served here")
    }
    if let resource, FHIRBaseURL(resource) != base {
        throw OAuthError(.invalidRequest, "aud and resource are not the same")
    }
    draft.audience = base
}

/// Checklist EHR-3, EHR-7, JW-05: the EHR's handle must be live, and opened for this client and FHIR base. It is used up
/// when a code is issued.
@Sendable func requireLaunch(_ draft: inout Draft) throws {
    guard draft.scope.contains(.launch) else { return }
    guard let text = draft.parameters["launch"] else {
        if draft.scope.contains(.launchContext(.patient)) { return }
        throw OAuthError(.invalidRequest, "launch is missing, and scope asks for it")
    }
    let (now, server) = (draft.now, draft.server)
    guard let handle = Handle(text),
        let launch = try server.database.read({ (transaction) throws(StorageError) in
            try transaction.launch(handle.id)
        }),
        launch.secretHash == handle.hash, launch.usedAt == nil, launch.expiresAt > now,
        launch.clientID == draft.client?.id.value, launch.audience == draft.audience?.value
    else { throw OAuthError(.invalidRequest, "launch is not valid: unknown, used, expired, or another app's") }
    draft.launch = launch
}
