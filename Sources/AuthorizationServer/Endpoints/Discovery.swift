import Encoding
import JOSE
import SMART

/// The discovery documents, rendered from the same lists that dispatch, so that metadata cannot lie (design, Modules).
struct Discovery: Sendable {
    let configuration: Configuration
    let endpoints: EndpointURLs

    /// SMART App Launch 2.2, `smart-configuration` (checklist §1.2, §1.3).
    var smartConfiguration: JSONObject {
        var document = common
        // Checklist DISC-17: SMART's list has the methods of confidential clients only.
        document["token_endpoint_auth_methods_supported"] = .array(confidentialMethods)
        document["introspection_endpoint"] = .string(endpoints.introspection)
        document["capabilities"] = .array(Self.capabilities.map { .string($0) })
        return document
    }

    /// OpenID Connect Discovery 1.0 §3 (checklist OIDC-7).
    var openIDConfiguration: JSONObject {
        var document = common
        document["introspection_endpoint"] = .string(endpoints.introspection)
        document["introspection_endpoint_auth_methods_supported"] = .array(confidentialMethods)
        document["response_modes_supported"] = ["query"]
        document["subject_types_supported"] = ["public"]
        document["id_token_signing_alg_values_supported"] = [.string(KeyStore.idTokenAlgorithm.rawValue)]
        document["claims_supported"] = .array(
            ["iss", "sub", "aud", "exp", "iat", "auth_time", "nonce", "at_hash", "fhirUser"].map { .string($0) })
        document["prompt_values_supported"] = .array(Prompt.allCases.map { .string($0.rawValue) })
        document["claims_parameter_supported"] = false
        document["request_parameter_supported"] = false
        document["request_uri_parameter_supported"] = false
        document["authorization_response_iss_parameter_supported"] = true
        return document
    }

    private var common: JSONObject {
        [
            "issuer": .string(configuration.issuer.value), "jwks_uri": .string(endpoints.jwks),
            "authorization_endpoint": .string(endpoints.authorization), "token_endpoint": .string(endpoints.token),
            "grant_types_supported": .array(tokenGrants.map { .string($0.type.rawValue) }),
            "response_types_supported": ["code"], "code_challenge_methods_supported": ["S256"],
            "token_endpoint_auth_methods_supported": .array(authenticationMethods),
            "scopes_supported": .array(Self.scopes.map { .string($0) }),
        ]
    }

    private var confidentialMethods: [JSON] {
        authenticationMethods.filter { $0 != .string(TokenEndpointAuthMethod.none.rawValue) }
    }

    private var authenticationMethods: [JSON] {
        clientAuthenticationMethods.map { .string($0.name.rawValue) }
    }

    /// Each of them works (checklist DISC-19).
    private static let scopes = [
        "openid", "fhirUser", "launch", "launch/patient", "launch/encounter", "offline_access", "online_access",
        "patient/*.cruds", "user/*.cruds", "patient/*.read", "patient/*.write", "user/*.read", "user/*.write",
    ]

    /// Checklist CAP-1: only what is supported.
    private static let capabilities = [
        "launch-ehr", "launch-standalone", "authorize-post", "client-public", "client-confidential-symmetric",
        "sso-openid-connect", "context-banner", "context-style", "context-ehr-patient", "context-ehr-encounter",
        "context-standalone-patient", "context-standalone-encounter", "permission-offline", "permission-online",
        "permission-patient", "permission-user", "permission-v1", "permission-v2",
    ]
}

/// The published addresses: the issuer and a path, never anything of a request (JW-09).
struct EndpointURLs: Sendable {
    let authorization, token, introspection, jwks: String

    init(_ issuer: Issuer) {
        authorization = issuer.value + "/authorize"
        token = issuer.value + "/token"
        introspection = issuer.value + "/introspect"
        jwks = issuer.value + "/jwks"
    }
}
