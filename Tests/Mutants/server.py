"""Registration, administration, audit, keys, HTTP, calls to others, and the database after a restore."""
from table import step, value

RULES = "AuthorizationServer/Registration/RegistrationRules.swift"
CHANGE = "AuthorizationServer/Registration/RegistrationChange.swift"
ADMINISTRATION = "AuthorizationServer/Administration"
VERIFICATION = "AuthorizationServer/Audit/AuditVerification.swift"
FRAMING, HEAD = "HTTP/Parsing/BodyFraming.swift", "HTTP/Parsing/HeadParser.swift"
MOMENT = "AuthorizationServer/Keys/KeyMoment.swift"
FENCE = "Storage/Care/RestoreFence.swift"

MUTANTS = [
    # Registration
    value("registration-host", "AD-02", RULES, "if «permits(host: host)» { return nil }", "true", "AD-02"),
    value("registration-service", "AD-02, BS-1", RULES,
          "guard «metadata.tokenEndpointAuthMethod != .privateKeyJWT» else { return [] }", "false", "AD-02"),
    value("registration-closed", "AD-01, RFC 7591 §3", "AuthorizationServer/Registration/RegistrationRight.swift",
          "} else if «mode == .open» {", "true", "RFC 7591: dynamic"),
    value("registration-limit", "AD-01", "AuthorizationServer/Registration/RegistrationLimit.swift",
          "if «hour.byAddress[address, default: 0] >= perAddress» {", "false", "AD-01"),
    value("registration-client", "AD-03", "AuthorizationServer/Registration/Registrant.swift",
          "«registration.clientID.hasSameOctets(as: clientID)»,", "true", "AD-03: the registration"),
    value("registration-method", "AD-02", CHANGE, "guard «new == old || (new.usesSecret && old.usesSecret)» else", "true", "AD-02",
          "AD-03: the registration"),
    value("registration-approval", "AD-02", CHANGE,
          "if «client.standing == .waiting || client.metadata.reviewed == metadata.reviewed» {", "true", "AD-02",
          "AD-03: the registration"),
    value("registration-statement-issuer", "RFC 7591 §2.3", "AuthorizationServer/Registration/SoftwareStatement.swift",
          "trusted.first(where: { «claims.issuer?.hasSameOctets(as: $0.issuer) == true» })", "true", "RFC 7591", "AD-02"),
    value("client-public-service", "RFC 6749 §4.4", "SMART/OAuth/ClientMetadataRules.swift",
          "«$0.isPublic && $0.uses(.clientCredentials)»", "false", "RFC 7591 §2"),

    # Administration
    step("administration-right", "AD-06", f"{ADMINISTRATION}/AdministrationEndpoint.swift",
         "if let reason = decision.reason { throw AdministrationRefusal.forbidden(operation.right, reason) }", "AD-05, AD-06"),
    step("administration-right-in-transaction", "AD-07", f"{ADMINISTRATION}/AdministrationRequest.swift",
         "if let reason = policies.decide(right.scope, for: subject).reason {\n"
         "            throw AdministrationRefusal.forbidden(right, reason)\n        }", "AD-07 a change asks"),
    value("administration-row", "AD-06", f"{ADMINISTRATION}/AdministrationRoutes.swift",
          '(.post, "/keys/rotate", «"auth/Key.u"», keys.rotate)', '"auth/Key.s"', "AD-05, AD-06", "OpenAPI", "AD-07"),
    value("administration-fresh", "AD-10", f"{ADMINISTRATION}/AdministrationEndpoint.swift",
          "«holder.now > authTime.adding(seconds: AdministrationOperation.freshness)»", "false", "AD-10"),
    value("administration-audience", "AD-05", f"{ADMINISTRATION}/AdministrationToken.swift",
          "«token.audience.hasSameOctets(as: server.configuration.administrationAudience)»", "true", "AD-05, AD-06"),
    value("administration-if-match", "AD-11", f"{ADMINISTRATION}/RevisionCondition.swift",
          'case .tags(let tags) where «tags.contains("\\"\\(version)\\"")»: return', "true", "AD-08, AD-09, AD-11",
          "Role policies: administration", "Lanyard: registered FHIR servers"),
    value("administration-policy-if-match", "AD-11", f"{ADMINISTRATION}/RevisionCondition.swift",
          "case (.tags(let tags), let current?) where «tags.contains(Self.tag(current))»: return", "true",
          "Role policies: administration"),
    value("administration-beyond", "AD-07", f"{ADMINISTRATION}/GivenRights.swift",
          "(policies.ownRights(of: subject)).kept\n        guard «missing.isEmpty» else", "true", "AD-07 nobody"),
    value("administration-last", "AD-07", f"{ADMINISTRATION}/RemainingAdministrator.swift", "guard «wasThere», try !transaction",
          "false", "AD-07 the last"),
    step("administration-loses", "SE-06", f"{ADMINISTRATION}/ClientChange.swift",
         'try transaction.endEverything(ofClient: id, reason: "client changed", now: now)', "AD-08, AD-09, AD-11", "SE-06", "TK-05"),

    # Audit
    value("audit-hash", "AU-04", VERIFICATION, "guard «hash == hashing.hash(link, after: progress.head.hash)» else", "true", "AU-04"),
    value("audit-key", "AU-04", VERIFICATION,
          "guard «trusted.contains(key)» else {\n                throw Finding(\n                    newest.seq", "true", "AU-04"),
    value("audit-missing", "AU-04", VERIFICATION, "guard «link.id == expected» else", "true", "AU-04"),
    value("audit-proof", "AU-04", "AuthorizationServer/Audit/AuditNotary.swift", "walk.broken == nil, «walk.head == head» else", "true",
          "AU-04"),
    step("audit-token", "AU-01", "AuthorizationServer/Grants/AuthorizationCodeGrant.swift",
         "try transaction.audit(.tokenIssued, grant, user: user, address: address, at: now)", "AU-01"),

    # Keys
    value("key-revoked", "JW-08", MOMENT, "let rest = ring.keys.filter { «$0.keyID != key.keyID» }", "true", "JW-08"),
    value("key-early", "JW-08, K1", MOMENT, "guard «force || wait(next) == 0» else", "true", "JW-08"),
    value("key-revoked-tokens", "JW-08", "AuthorizationServer/Tokens/AccessTokenVerifier.swift", "guard «revocations != count» else",
          "false", "JW-08"),
    value("key-kept", "JW-08, K1", MOMENT, "key.state == .retired && «observed(key) >= Self.keptAfter» &&", "true", "JW-08"),

    # HTTP
    value("http-host", "HT-02, JW-09", "HTTP/Server/RequestReader.swift", "guard «service.serves(host)» else", "true", "HT-02",
          "JW-09"),
    value("http-two-lengths", "HT-01, RFC 9112 §6.1", FRAMING, "if «isChunked», contentLength != nil {", "false", "HT-01"),
    value("http-length-twice", "HT-01", FRAMING, "guard «contentLength == nil» else", "true", "HT-01"),
    value("http-two-hosts", "HT-02", FRAMING, "guard «host == nil» else", "true", "HT-02"),
    value("http-fields", "HT-03", HEAD, "<= limits.headerOctets, «fields.count < limits.headerFields» else", "true", "HT-03"),
    value("http-field-octets", "HT-03", HEAD, "guard «range.upperBound &- fieldsStart <= limits.headerOctets», fields", "true",
          "HT-03"),
    value("http-field-text", "HT-10", "HTTP/Parsing/FieldLine.swift", "guard «octets.isFieldText(value)» else", "true", "HT-01",
          "HT-10"),
    value("http-coded-body", "HT-05", "HTTP/Server/RequestReader.swift", "guard «!head.framing.hasContentEncoding» else", "true",
          "HT-05"),
    # `Origin.client` asks whether the peer is a trusted proxy, and so does the first of these hops: both hold one door.
    value("proxy-connections", "HT-06", "HTTP/Server/Origin.swift", "{ «isTrustedProxy ? nil : address?.subscriber» }", "nil",
          "HT-06 Connections"),
    value("proxy-hops", "HT-13", "HTTP/Server/TrustedProxies.swift", "guard «trusts(client.address)» else", "true", "HT-13"),

    # Calls to others
    value("outbound-private", "TK-19", "HTTP/Client/OutboundAddresses.swift",
          "return «!Self.special.contains { $0.contains(address) }»", "true", "TK-19"),
    value("outbound-plain", "TK-19", "HTTP/Client/OutboundClient.swift",
          "«(target.isSecure || OutboundAddresses.loopback.contains { $0.contains(address) })»", "true", "TK-19"),
    value("outbound-name", "TLS-4", "Crypto/TLS/TLSTrust.swift",
          "«unsafe lanyard_tls_expect(session, host, isAddress ? 1 : 0) == 1»", "true", "TK-19 calls"),
    value("outbound-redirect", "TK-19", "AuthorizationServer/RemoteDocuments/DocumentKind.swift",
          "guard «response.status == 200» else", "true", "TK-19: hostile addresses", "keys by URL", "AD-03, TK-19"),
    value("outbound-type", "TK-19", "AuthorizationServer/RemoteDocuments/DocumentKind.swift",
          "guard «isType(response.headers)», let json", "true", "TK-19: hostile addresses", "keys by URL", "AD-03, TK-19"),
    value("cors-origin", "SMART §13", "AuthorizationServer/Endpoints/CrossOriginEndpoint.swift",
          "client.isEnabled && «client.metadata.allowedOrigins.contains { $0.hasSameOctets(as: origin) }»", "true", "SMART §13: CORS"),

    # After a restore
    step("restore-grants", "ST-06", FENCE,
         "try connection.run(\n"
         "            \"UPDATE grants SET revoked_at = ?1, revoked_reason = 'restored' WHERE revoked_at IS NULL\", now)", "ST-06"),
    step("restore-secrets", "ST-06", FENCE, "for statement in Self.ends { try connection.run(statement) }", "ST-06"),
    step("restore-numbers", "ST-06", FENCE,
         'try connection.run(\n            """\n            UPDATE sqlite_sequence SET seq = seq + 4294967296\n'
         "            WHERE seq < 4611686018427387904 AND name NOT IN ('audit', 'audit_checkpoints')\n            \"\"\")", "ST-06"),
]
