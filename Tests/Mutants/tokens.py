"""Signatures, claims, clients that authenticate, codes, refresh tokens, introspection and revocation."""
from table import step, value

JWS, CLAIMS = "JOSE/JWS.swift", "JOSE/JWTClaims.swift"
ASSERTION = "AuthorizationServer/ClientAuthentication/ClientAssertion.swift"
ASSERTION_KEYS = "AuthorizationServer/ClientAuthentication/AssertionVerifier.swift"
CLIENT = "AuthorizationServer/ClientAuthentication/ClientAuthentication.swift"
SECRETS = "AuthorizationServer/ClientAuthentication/ClientSecrets.swift"
CODE = "AuthorizationServer/Grants/AuthorizationCodeGrant.swift"
REFRESH = "AuthorizationServer/Grants/RefreshTokenGrant.swift"
RIGHTS = "AuthorizationServer/Roles/HolderRights.swift"
CREDENTIALS = "AuthorizationServer/Grants/ClientCredentialsGrant.swift"
VERIFIER = "AuthorizationServer/Tokens/AccessTokenVerifier.swift"
BEARER = "AuthorizationServer/Endpoints/BearerToken.swift"
CALLER = "AuthorizationServer/Decisions/DecisionCaller.swift"

MUTANTS = [
    # JOSE
    value("jws-signature", "TK-09", JWS,
          "guard «key.isValid(signature: signature.span, of: input, with: algorithm.signature)» else", "true",
          "RFC 7515 JSON Web Signature", "TK-06 algorithm confusion"),
    value("jws-algorithm", "TK-06, CAS-7", JWS,
          "let algorithm = «algorithms.first(where: { $0.rawValue.hasSameOctets(as: algorithmName) })» else",
          "Algorithm(rawValue: algorithmName)", "TK-06 algorithm confusion"),
    value("jws-crit", "TK-12, RFC 7515 §4.1.11", "JOSE/JWSHeader.swift",
          'for name in ["crit", "b64", "zip", "enc"] where «object.json.contains(name)»', "false", "TK-12"),
    value("jwt-exp", "RFC 7519 §4.1.4", CLAIMS, "guard «now < expiresAt.adding(seconds: skew)» else", "true", "RFC 7519 §4"),
    value("jwt-nbf", "RFC 7519 §4.1.5", CLAIMS, "guard «notBefore.map({ $0 <= latestStart }) ?? true», issuedAt", "true",
          "RFC 7519 §4"),
    value("jwt-iat", "TK-16", CLAIMS, "?? true, «issuedAt.map({ $0 <= latestStart }) ?? true» else", "true", "RFC 7519 §4"),
    value("jwt-iss", "RFC 7519 §4.1.1", CLAIMS, "if let issuer, «self.issuer?.hasSameOctets(as: issuer) != true» {", "false",
          "RFC 7519 §4"),
    value("jwt-aud", "RFC 7519 §4.1.3", CLAIMS,
          "self.audience.count == 1, «self.audience.first?.hasSameOctets(as: audience) == true» else", "true", "RFC 7519 §4"),
    value("jwk-use", "RFC 7517 §4.2", "JOSE/JWK.swift", 'guard «use == nil || use == "sig"» else', "true", "RFC 7517 JSON Web Key"),
    value("jwk-private", "TK-21", "JOSE/JWKMembers.swift", '"k", "priv"] where «json.contains(name)» {', "false", "TK-21"),
    value("jwk-kid-twice", "TK-21", "JOSE/JWKSet.swift", "guard «keyIDs.insert(Array(keyID.utf8)).inserted» else", "true", "TK-21"),
    value("access-token-type", "JW-01, RFC 9068 §4", VERIFIER, '«token.type?.lowercased() == "at+jwt"», let keyID', "true",
          "JW-01, TK-06 to TK-13"),
    value("access-token-signature", "JW-01", VERIFIER,
          "«(try? token.verify(with: key, allowing: [algorithm])) != nil»\n        else", "true", "JW-01, TK-06 to TK-13"),
    value("access-token-exp", "INT-2", VERIFIER, "guard let token = found, «token.expiresAt > now» else", "true",
          "RFC 7662: introspection", "AD-05, AD-06"),
    value("access-token-revoked", "REV-1", "Storage/Records/StoredGrant.swift",
          '«"SELECT expires_at FROM grants WHERE id = ?1 AND revoked_at IS NULL"»',
          '"SELECT expires_at FROM grants WHERE id = ?1"', "RFC 7009: revocation", "Grants and what ends them"),
    value("id-token-signature", "JW-01", "AuthorizationServer/Tokens/IssuedIDToken.swift",
          "«(try? token.verify(with: key, allowing: [KeyStore.idTokenAlgorithm])) != nil»,", "true",
          "login_hint and id_token_hint", "RP-Initiated Logout"),

    # Client assertions
    value("assertion-sub", "CAS-3, RFC 7523 §3", ASSERTION,
          "guard «claims.subject?.hasSameOctets(as: clientID) == true» else", "true", "RFC 7523 §3"),
    value("assertion-aud", "TK-15, RFC 7523 §3", ASSERTION,
          "«audiences.contains(where: { $0.hasSameOctets(as: audience) })»", "true", "RFC 7523 §3"),
    value("assertion-aud-alone", "TK-15", ASSERTION, "guard «claims.audience.count == 1», let audience", "true", "RFC 7523 §3"),
    value("assertion-life", "CAS-5", ASSERTION, "«expiresAt <= now.adding(seconds: Self.longestLife + Self.skew)» else", "true",
          "RFC 7523 §3"),
    value("assertion-typ", "TK-13", ASSERTION, 'guard «["jwt", "client-authentication+jwt"].contains(type)» else', "true",
          "RFC 7523 §3"),
    value("assertion-jti", "TK-17, CAS-6", "AuthorizationServer/ClientAuthentication/AuthenticatedClient.swift",
          "guard «try use(transaction, clock)» else", "true", "TK-17"),
    value("assertion-again", "TK-17", "Storage/UsedAssertions.swift",
          "guard «!marks.values.contains(where: { $0.contains(mark) })» else", "true", "TK-17"),
    value("assertion-clock", "TK-17", "Storage/UsedAssertions.swift", "guard let start, «start <= now» else", "true", "TK-17"),
    value("assertion-mixed", "TK-17", "Storage/UsedAssertions.swift", "guard «!isMixed» else { return forget() }", "true", "TK-17"),
    step("assertion-restored", "ST-06", ASSERTION, "if let restoredAt { try requireMade(after: restoredAt) }",
         "ST-06 after a restore"),
    value("assertion-jku", "TK-08", ASSERTION_KEYS, "«client.metadata.jwksURI?.value.hasSameOctets(as: url) == true» else", "true",
          "RFC 7523 §3", "keys by URL"),
    value("assertion-algorithm", "TK-07, CAS-7", ASSERTION_KEYS,
          "«metadata.tokenEndpointAuthSigningAlgorithm.map { [$0] } ?? AssertionAlgorithm.usual»", "AssertionAlgorithm.usual",
          "RFC 7523 §3"),
    value("assertion-kid", "CAS-7, TK-07", "JOSE/JWKSet.swift", "«key.keyID?.hasSameOctets(as: keyID) == true» && algorithm", "true",
          "RFC 7523 §3", "TK-21"),

    # Secrets of clients
    value("secret-compare", "TK-01", SECRETS, "if «ConstantTime.equal(kept, digest)» { return .authentic }", "true",
          "RFC 6749 §2.3"),
    value("secret-expiry", "TK-05", SECRETS, "«expiresAt.map { $0 > now } ?? true» }", "true", "TK-05, CLA-5"),
    value("client-method", "TK-02", CLIENT, "client.isEnabled, «client.metadata.tokenEndpointAuthMethod == method.name» else",
          "true", "RFC 6749 §2.3"),
    value("client-stopped", "SE-06", CLIENT, "guard «client.isEnabled», client.metadata", "true", "RFC 7662 §4: resource servers"),
    value("client-id-mismatch", "TOK-3", CLIENT, "«!named.hasSameOctets(as: client.id.value)» {", "false", "RFC 6749 §2.3",
          "RFC 6749 §3.2"),
    value("client-two-methods", "RFC 6749 §2.3", CLIENT,
          "if «authorization != nil ? hasSecret || hasAssertion : hasSecret && hasAssertion» {", "false", "RFC 6749 §2.3"),
    value("secret-guesses", "PW-06", "AuthorizationServer/ClientAuthentication/GuessLimit.swift",
          "guard let count, «count.failures >= allowance» else", "false", "PW-06: guesses", "RFC 6749 §2.3"),
    value("secret-hash", "AZ-24", "Storage/SecretHash.swift", "return «difference == 0»", "true", "AZ-24", "AZ-28"),

    # Codes and PKCE
    value("pkce-verifier", "AZ-09, RFC 7636 §4.6", CODE,
          "let isRight = «ConstantTime.equal(Array(challenge.utf8), Array(code.codeChallenge.utf8))»", "true", "RFC 7636: proof"),
    value("pkce-plain", "AZ-08", CODE,
          "let isRight = «ConstantTime.equal(Array(challenge.utf8), Array(code.codeChallenge.utf8))»",
          "challenge == code.codeChallenge || verifier.value == code.codeChallenge", "RFC 7636: proof"),
    value("pkce-method", "AZ-08, AUTHZ-5", "AuthorizationServer/Authorization/AuthorizationChecks.swift",
          'guard «draft.parameters["code_challenge_method"] == "S256"» else', "true", "RFC 6749 §4.1.1"),
    value("pkce-verifier-length", "AZ-10, RFC 7636 §4.1", "SMART/OAuth/CodeVerifier.swift",
          "guard «(43...128).contains(text.utf8.count)»,", "true", "AZ-10 RFC 7636"),
    value("code-once", "AZ-25", "Storage/Records/StoredCode.swift", "if «claimed == 1», let code",
          "claimed == 1 || found.usedAt != nil", "AZ-24", "AZ-25"),
    value("code-expiry", "AZ-24", "Storage/Records/StoredCode.swift", "if «claimed == 1», let code",
          "claimed == 1 || found.expiresAt <= now", "AZ-24"),
    step("code-replay-revokes", "AZ-26", CODE, 'try revoke(code, "a code was used twice", transaction)', "AZ-23, AZ-24, AZ-27",
         "RFC 6749 §3.2"),
    value("code-client", "AZ-23", CODE, "if «code.clientID != client.id.value» {", "false", "AZ-23, AZ-24, AZ-27", "RFC 6749 §3.2"),
    value("code-redirect-uri", "AZ-23, RFC 6749 §4.1.3", CODE, "if «!code.redirectURI.hasSameOctets(as: redirectURI)» {", "false",
          "RFC 6749 §3.2", "AZ-23, AZ-24, AZ-27"),
    # Who is disabled loses the session and the grants as well: only tokens without either show these doors.
    value("code-user", "AZ-24", CODE, "guard let user, «user.disabledAt == nil» else", "true",
          "RFC 6749 §6: refresh", "RFC 6749 §3.2"),
    value("code-session", "SE-05", CODE, "«session.endedAt == nil»\n        else { return false }", "true", "Back-Channel Logout",
          "SE-05"),

    # Refresh tokens
    value("refresh-client", "RT-06", REFRESH, "«stored.clientID == client.id.value»\n        else", "true", "RFC 6749 §6: refresh",
          "RT-06"),
    value("refresh-reuse", "RT-02", "AuthorizationServer/Grants/EndedGrant.swift",
          "guard «try revokeGrant(id, reason: reason, now: now)», let", "false",
          "RFC 6749 §6: refresh`"),
    value("refresh-user", "RT-10", REFRESH, "«user.disabledAt == nil» else {\n            return .refused(\"the user is gone", "true",
          "RFC 6749 §6: refresh", "SE-06"),
    value("refresh-grace", "RT-03", REFRESH, "«now < usedAt.adding(seconds: lifetimes.refreshGrace)»,", "true",
          "RFC 6749 §6: refresh`"),
    value("refresh-scope", "RT-07, REF-6", REFRESH, "«grant.scope.covers(asked, reading: .ceiling)» else", "true",
          "RFC 6749 §6: refresh`"),
    value("rights-person", "REF-13", RIGHTS, "userID: «holder.user?.id», fhirUser:", "nil", "RFC 6749 §6"),
    value("rights-begin", "REF-13, ST-11", RIGHTS, "«since <= now» && until", "true", "RFC 6749 §6"),
    value("rights-end", "REF-13", RIGHTS, "since <= now && «until.map { now < $0 } ?? true»", "true", "RFC 6749 §6"),
    value("refresh-session", "RT-10, REF-2", REFRESH,
          "let isLive = «session?.isLive(now: now, idle: lifetimes.sessionIdle) ?? false»", "true", "RFC 6749 §6"),
    value("refresh-patient", "RT-10", REFRESH,
          "«try !PatientAccess(user: user, fhirUser: fhirUser).mayOpen(patient, transaction)\n"
          "                || !isKnown(patient, grant, transaction)»", "false", "refresh asks again"),
    value("refresh-roles", "RT-10, REF-13", "AuthorizationServer/Grants/RemainingScope.swift", "«byClient.cut(to: carried)»",
          "byClient", "refresh asks again"),

    # Clients on their own
    value("service-key", "BS-1", CREDENTIALS, "case .system: «client.tokenEndpointAuthMethod != .privateKeyJWT»", "false",
          "Backend Services"),
    value("service-registration", "BS-3", CREDENTIALS, "let scope = «asked.intersection(client.scope, reading: .ceiling)».removing",
          "asked", "Backend Services"),
    value("service-person", "BS-4", CREDENTIALS, "default: «true»\n            }\n        }\n        guard !scope.isEmpty", "false",
          "Backend Services"),
    value("service-mixed", "RFC 8707", CREDENTIALS, "guard «!isForRecords || scope.resources(level: .auth).isEmpty» else", "true",
          "Backend Services", "RFC 8707"),

    # Introspection, revocation, bearer tokens
    value("introspection-caller", "IN-01", CALLER,
          "«token.clientID.hasSameOctets(as: client.id.value) || client.isResourceServer(for: token.audience)»", "true",
          "IN-01, IN-02"),
    value("introspection-public", "IN-01, RFC 7662 §2.1", CALLER, "guard «client.metadata.tokenEndpointAuthMethod != .none» else",
          "true", "RFC 7662: introspection", "IN-01, IN-02"),
    value("revocation-owner", "RFC 7009 §2.1", "AuthorizationServer/Endpoints/RevocationEndpoint.swift",
          "if let token, «token.clientID.hasSameOctets(as: authenticated.client.id.value)» {", "true", "RFC 7009"),
    value("bearer-audience", "JW-02", BEARER, "«token.audience == server.configuration.issuer.value» else", "true",
          "EHR launch", "JW-01", "AD-05, AD-06"),
    value("bearer-scope", "RFC 6750 §3.1", BEARER, "guard «token.scope.covers(ScopeSet(parsing: scope), reading: .ceiling)» else",
          "true", "EHR launch", "RFC 7662"),
]
