import Encoding
import JOSE
import SMART

/// The discovery documents, rendered from the same lists that dispatch, so that metadata cannot lie (design, Modules).
struct Discovery: Sendable {
    let configuration: Configuration

    /// SMART App Launch 2.2, the `smart-configuration` of one FHIR server (checklist §1.2, §1.3).
    func smartConfiguration(_ server: FHIRServer) -> JSONObject {
        var document = common(.smart)
        // Checklist DISC-17: SMART's list has the methods of confidential clients only.
        document["token_endpoint_auth_methods_supported"] = .array(methods(.confidential))
        document["token_endpoint_auth_signing_alg_values_supported"] = Self.signingAlgorithms
        document["capabilities"] = .array(Self.capabilities.map { .string($0) })
        if !server.associatedEndpoints.isEmpty {
            document["associated_endpoints"] = .array(server.associatedEndpoints.map(\.json))
        }
        document["user_access_brand_bundle"] = server.brandBundle.map { .string($0.value) }
        document["user_access_brand_identifier"] = server.brandIdentifier.map(\.json)
        return document
    }

    /// OpenID Connect Discovery 1.0 §3 (checklist OIDC-7).
    var openIDConfiguration: JSONObject {
        var document = authorizationServerMetadata(.openID)
        document["backchannel_logout_supported"] = true
        document["backchannel_logout_session_supported"] = true
        document["subject_types_supported"] = ["public"]
        document["id_token_signing_alg_values_supported"] = [.string(KeyStore.idTokenAlgorithm.rawValue)]
        document["claims_supported"] = .array(
            [
                "iss", "sub", "aud", "exp", "iat", "auth_time", "nonce", "at_hash", "sid", "fhirUser", "name",
                "preferred_username",
            ].map { .string($0) })
        document["prompt_values_supported"] = .array(Prompt.allCases.map { .string($0.rawValue) })
        document["claims_parameter_supported"] = false
        document["request_parameter_supported"] = false
        document["request_uri_parameter_supported"] = false
        return document
    }

    /// RFC 8414 §2.
    var oauthMetadata: JSONObject { authorizationServerMetadata(.oauth) }

    /// AuthZEN Authorization API 1.0 §9.1.
    var authZENConfiguration: JSONObject {
        var document: JSONObject = ["policy_decision_point": .string(configuration.issuer.value)]
        for endpoint in endpoints(in: .authZEN) {
            document[endpoint.member] = .string(endpoint.url(configuration.issuer))
        }
        return document
    }

    /// What a CapabilityStatement of the FHIR servers says in `rest[].security`: the same addresses as
    /// `smart-configuration`, for clients that read only `/metadata` (checklist CST-1, CST-2; lessons F6).
    var capabilitySecurity: JSON {
        let uris = endpoints(in: .smart).compactMap { endpoint -> JSON? in
            guard let name = endpoint.oauthURI else { return nil }
            return ["url": .string(name), "valueUri": .string(endpoint.url(configuration.issuer))]
        }
        return [
            "extension": [
                [
                    "url": "http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris",
                    "extension": .array(uris),
                ]
            ],
            "service": [
                [
                    "coding": [
                        [
                            "system": "http://terminology.hl7.org/CodeSystem/restful-security-service",
                            "code": "SMART-on-FHIR", "display": "SMART-on-FHIR",
                        ]
                    ],
                    "text": "OAuth2 using SMART-on-FHIR profile (see http://docs.smarthealthit.org)",
                ]
            ],
        ]
    }

    /// What RFC 8414 and OpenID Connect Discovery share.
    private func authorizationServerMetadata(_ kind: PublishedEndpoint.Document) -> JSONObject {
        var document = common(kind)
        for endpoint in endpoints(in: kind) {
            guard let clients = endpoint.clients else { continue }
            document[endpoint.authenticationMethodsMember] = .array(methods(clients))
            document[endpoint.signingAlgorithmsMember] = Self.signingAlgorithms
        }
        // RFC 9701 §7.
        document["introspection_signing_alg_values_supported"] = .array(
            IntrospectionAlgorithm.allCases.map { .string($0.rawValue) })
        document["response_modes_supported"] = .array(ResponseMode.allCases.map { .string($0.rawValue) })
        document["authorization_response_iss_parameter_supported"] = true
        // RFC 9728 §4. Who serves records tells about itself.
        if configuration.offersAdministration {
            document["protected_resources"] = [.string(configuration.administrationAudience)]
        }
        // draft-ietf-oauth-client-id-metadata-document §6.
        if configuration.registration.takesClientDocuments { document["client_id_metadata_document_supported"] = true }
        return document
    }

    private func common(_ kind: PublishedEndpoint.Document) -> JSONObject {
        var document: JSONObject = ["issuer": .string(configuration.issuer.value)]
        for endpoint in endpoints(in: kind) {
            document[endpoint.member] = .string(endpoint.url(configuration.issuer))
        }
        document["grant_types_supported"] = .array(tokenGrants.map { .string($0.type.rawValue) })
        document["response_types_supported"] = ["code"]
        document["code_challenge_methods_supported"] = ["S256"]
        document["scopes_supported"] = .array(Self.scopes.map { .string($0) })
        return document
    }

    private func endpoints(in kind: PublishedEndpoint.Document) -> [PublishedEndpoint] {
        publishedEndpoints.filter { $0.documents.contains(kind) && $0.isServed(configuration) }
    }

    private func methods(_ clients: PublishedEndpoint.Clients) -> [JSON] {
        clientAuthenticationMethods.map(\.name).filter { clients == .all || $0 != .none }.map { .string($0.rawValue) }
    }

    /// Those of assertions that clients may sign (checklist DISC-18).
    private static let signingAlgorithms: JSON = .array(AssertionAlgorithm.allCases.map { .string($0.rawValue) })

    /// Each of them works (checklist DISC-19).
    private static let scopes = [
        "openid", "fhirUser", "profile", "launch", "launch/patient", "launch/encounter", "offline_access",
        "online_access", "patient/*.cruds", "user/*.cruds", "system/*.cruds", "patient/*.read", "patient/*.write",
        "user/*.read", "user/*.write", "system/*.read", "system/*.write",
    ]

    /// Checklist CAP-1: only what is supported.
    private static let capabilities = [
        "launch-ehr", "launch-standalone", "authorize-post", "client-public", "client-confidential-symmetric",
        "client-confidential-asymmetric", "sso-openid-connect", "context-banner", "context-style",
        "context-ehr-patient", "context-ehr-encounter", "context-standalone-patient", "context-standalone-encounter",
        "permission-offline", "permission-online", "permission-patient", "permission-user", "permission-v1",
        "permission-v2",
    ]
}
