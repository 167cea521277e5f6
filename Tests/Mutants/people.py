"""The authorization request, and the person before the browser: sessions, sign-in, consent, patients, launches."""
from table import step, value

CHECKS = "AuthorizationServer/Authorization/AuthorizationChecks.swift"
REDIRECT = "SMART/OAuth/RedirectURI.swift"
VISIT = "AuthorizationServer/Interaction/Visit.swift"
MEMORY = "AuthorizationServer/Interaction/ConsentMemory.swift"
LEAVE = "AuthorizationServer/Interaction/SignInLeave.swift"
ATTEMPT = "AuthorizationServer/Interaction/SignInAttempt.swift"
PAGES = "AuthorizationServer/Interaction/PageResponses.swift"

MUTANTS = [
    # The request
    value("redirect-exact", "AZ-01, AUTHZ-12", REDIRECT, "if «presented.hasSameOctets(as: value)» {", "presented.hasPrefix(value)",
          "AZ-01"),
    value("redirect-port", "AZ-02, RFC 8252 §7.3", REDIRECT, "guard «hasFreePort», let presented", "true", "AZ-01"),
    value("redirect-plain-http", "AZ-03", REDIRECT, "guard «uri.isLoopbackLiteral» else { throw .plainHTTP }", "true", "AZ-03"),
    step("request-repeats", "AZ-07, RFC 6749 §3.1", CHECKS,
         "if let name = draft.parameters.repeated { throw OAuthError.repeated(name) }", "AZ-07 a parameter"),
    value("request-scope", "SCP-14, AZ-17", CHECKS,
          "«ScopeSet(parsing: text)\n        .intersection(client.metadata.scope, reading: .ceiling)»\n        .removing {",
          "ScopeSet(parsing: text)", "SMART App Launch 2.2: scopes", "RFC 6749 §4.1.1"),
    value("request-aud", "AZ-12, AUTHZ-7", CHECKS, "«try draft.server.fhirServers.server(base: base) != nil» else", "true",
          "RFC 6749 §4.1.1"),
    value("request-aud-missing", "AZ-12, AUTHZ-7", CHECKS, "if «needsAudience» {", "false", "RFC 6749 §4.1.1"),
    value("request-object", "AZ-16, OpenID Connect Core §6", "AuthorizationServer/Authorization/OpenIDChecks.swift",
          'if «draft.parameters["request_uri"] != nil» {', "false", "AZ-16", "RFC 6749 §4.1.1"),

    # Launches
    value("launch-expiry", "JW-05, EHR-3", CHECKS, "launch.usedAt == nil, «launch.expiresAt > now»,", "true", "EHR launch", "JW-05"),
    value("launch-client", "JW-05", CHECKS, "«launch.clientID == draft.client?.id.value», launch.audience", "true", "EHR launch",
          "JW-05"),
    value("launch-audience", "JW-05", CHECKS, "«launch.audience == draft.audience?.value»\n    else", "true", "several FHIR servers",
          "EHR launch", "JW-05"),
    value("launch-once", "JW-05, AZ-24", "Storage/Records/StoredLaunch.swift",
          '«"UPDATE launches SET used_at = ?2 WHERE id = ?1 AND used_at IS NULL AND expires_at > ?2"»',
          '"UPDATE launches SET used_at = ?2 WHERE id = ?1 AND expires_at > ?2"', "AZ-24", "AZ-25"),
    value("launch-user", "JW-05", VISIT, "if let userID = launch.stored.userID, «userID != signedIn.user.id» {", "false", "JW-05",
          "EHR launch"),
    value("launch-patient", "JW-04", VISIT, "guard «try await access.permits(patient, directory, server.database)» else", "true",
          "JW-04, STA-5", "EHR launch"),
    value("picked-patient", "STA-5", "AuthorizationServer/Interaction/PatientStep.swift",
          "guard «try await access(signedIn).permits(patient, visit.directory, server.database)» else", "true", "JW-04, STA-5",
          "standalone launch"),
    # `Offer` leaves out patient/ scopes where there is no patient, and nobody comes to it without one: both hold one door.
    value("patient-needed", "EHR-6, STA-3", "AuthorizationServer/Authorization/AuthorizationRequest.swift",
          "|| «!scope.resources(level: .patient).isEmpty»", "false", "standalone launch", "JW-04, STA-5",
          "SMART App Launch 2.2: scopes"),
    value("offline-unregistered", "REF-2", "AuthorizationServer/Interaction/Offer.swift", "case .offlineAccess: «!mayRefresh»", "false",
          "RFC 6749 §6", "SCP-6, AZ-17", "SMART App Launch 2.2: scopes"),

    # Forms and cookies
    value("form-token", "SE-07", "AuthorizationServer/Endpoints/InteractionEndpoint.swift",
          "«ConstantTime.equal(Array(token.utf8), Array(visit.formToken.utf8))» else", "true", "SE-07, SE-08 no form", "AZ-19 consent"),
    value("form-origin", "SE-07", PAGES, "guard «isOurs» else", "true", "SE-07, SE-08"),
    value("form-browser", "AZ-29", VISIT, "guard «HandleSecret.hash(of: cookie) == rows.interaction.browserHash»,", "true",
          "AZ-19 consent", "SE-07, SE-08"),
    value("cookie-http-only", "SE-03", "AuthorizationServer/Interaction/Cookies.swift",
          '«"\\(name)=\\(value); Path=/; HttpOnly; SameSite=Lax\\(isSecure ? "; Secure" : "")\\(age)"»)',
          '"\\(name)=\\(value); Path=/; SameSite=Lax\\(isSecure ? "; Secure" : "")\\(age)"', "SE-03 cookies", "SE-01, SE-02"),
    step("page-frames", "SE-09", PAGES, 'if frames.isEmpty { response.set("X-Frame-Options", "DENY") }', "SE-09, SE-10"),
    value("logout-token", "SE-05", "AuthorizationServer/Logout/LogoutQuestion.swift",
          "«ConstantTime.equal(Array(token.utf8), Array(Self.token(handle, session).utf8))»,", "true", "SE-05", "RP-Initiated Logout"),
    # The hint's `sub` is compared too: its `sid` holds the same door as long as the session is kept.
    value("logout-session", "SE-05", "AuthorizationServer/Logout/LogoutRequest.swift",
          "guard let sid = hint.sid else { return true }\n        if «sid.hasSameOctets(as: SessionIdentifier(session).text)» {",
          "true", "SE-05", "RP-Initiated Logout"),

    # Sessions
    value("session-secret", "SE-02", VISIT, "«session.secretHash == sessionHandle.hash»\n", "true", "SE-01, SE-02", "AZ-28"),
    value("session-idle", "SE-04", VISIT, "«lastSeenAt.adding(seconds: idle) > now»", "true", "SE-04", "SE-01, SE-02"),
    value("session-age", "SE-04", VISIT, "endedAt == nil && «expiresAt > now»", "true", "SE-04", "SE-01, SE-02"),
    value("session-ended", "SE-05", VISIT, "«endedAt == nil» && expiresAt > now", "true", "SE-04", "SE-05", "SE-01, SE-02"),
    step("session-fixation", "SE-01", ATTEMPT,
         "if let oldHandle { try closeSession(oldHandle, for: user, replacedBy: id, transaction) }", "SE-01, SE-02"),
    value("prompt-login", "OpenID Connect Core §3.1.2.1", VISIT, "if «wantsSignIn || !isHinted», state.sessionID", "false",
          "prompt and max_age"),
    value("max-age", "OpenID Connect Core §3.1.2.1", VISIT,
          "«session.authTime.adding(seconds: maxAge) < rows.interaction.createdAt» {", "false", "prompt and max_age"),

    # Consent
    value("consent-offered", "AZ-19", "AuthorizationServer/Interaction/ConsentStep.swift",
          "guard «chosen.allSatisfy(offered.contains)» else", "true", "AZ-19 consent"),
    value("consent-remembered", "AZ-20", MEMORY, "return «allowed.covers(offer.scope, reading: .ceiling)»", "true", "AZ-20"),
    value("consent-prompt", "AZ-20", MEMORY, "guard isPossible, «!visit.request.prompts.contains(.consent)» else", "true", "AZ-20",
          "prompt and max_age"),
    value("consent-shared-address", "AZ-20, RFC 8252 §8.6", MEMORY, "lifetime > 0 && «hasOwnAddress» &&", "true", "AZ-20"),

    # Sign-in
    value("password", "PW-07", "Crypto/PasswordHash.swift", "return «ConstantTime.equal(hash, stored.hash)» &&", "true",
          "Password hashes", "RFC 7914"),
    value("password-length", "PW-02", "AuthorizationServer/Passwords/NewPassword.swift",
          "guard «scalars.count >= Self.leastCharacters» else", "true", "PW-02"),
    value("password-first", "PW-08", "AuthorizationServer/Interaction/PasswordStep.swift",
          "«visit.signedIn?.user.mustChangePassword == true»", "false", "PW-08"),
    step("guesses-account", "PW-04", LEAVE, "if let forAccount { return .wait(seconds: forAccount) }", "PW-03, PW-04, PW-06"),
    step("guesses-address", "PW-04", LEAVE, "if let forAddress { return .wait(seconds: forAddress) }", "PW-03, PW-04, PW-06"),
    value("guesses-in-a-row", "PW-04", ATTEMPT, "let hash = «leave.isGranted ? user?.passwordHash : nil»", "user?.passwordHash",
          "PW-04, PW-05"),
]
