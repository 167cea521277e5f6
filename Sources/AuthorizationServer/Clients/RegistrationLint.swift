import Crypto
import JOSE
import SMART

/// What is allowed in a registration and most likely not meant, or not as good as it could be. Each rule is one entry of
/// the table; a good registration has no warning.
struct RegistrationLint: Sendable {
    let metadata: ClientMetadata
    /// Those of `jwks`, as far as they are sound.
    let keys: [JWK]

    /// In the order of the rules, each beginning with the member that it is about.
    var warnings: [String] { Self.rules.compactMap { $0.warning(self) } }

    private struct Rule: Sendable {
        let member: String
        let words: String
        /// What breaks it; nil if nothing does. May be empty where the words say it all.
        let findings: @Sendable (RegistrationLint) -> [String]?

        init(_ member: String, _ words: String, if isBroken: @escaping @Sendable (RegistrationLint) -> Bool) {
            (self.member, self.words) = (member, words)
            findings = { isBroken($0) ? [] : nil }
        }

        init(_ member: String, _ words: String, each broken: @escaping @Sendable (RegistrationLint) -> [String]) {
            (self.member, self.words) = (member, words)
            findings = { lint in
                let found = broken(lint)
                return found.isEmpty ? nil : found
            }
        }

        func warning(_ lint: RegistrationLint) -> String? {
            guard let found = findings(lint) else { return nil }
            let more = found.count > 3 ? ", …" : ""
            return "\(member): \(words)" + (found.isEmpty ? "" : ": " + found.prefix(3).joined(separator: ", ") + more)
        }
    }

    private static let rules: [Rule] = addressRules + scopeRules + grantRules + keyRules
}

/// Redirect and launch URIs.
extension RegistrationLint {
    private static let addressRules: [Rule] = [
        Rule("redirect_uris", "http reaches only an app on the user's own machine; application_type native says that") {
            $0.metadata.applicationType == .web && $0.metadata.redirectURIs.contains { $0.value.hasPrefix("http://") }
        },
        Rule("launch_uris", "http reaches only an app on the user's own machine") {
            $0.metadata.applicationType == .web && $0.metadata.launchURIs.contains { $0.value.hasPrefix("http://") }
        },
        Rule("launch_uris", "the scope launch is there, but no EHR can launch an app without a launch URI") {
            $0.metadata.scope.contains(.launch) && $0.metadata.launchURIs.isEmpty
        },
        Rule("scope", "a launch URI is there, but without the scope launch the app gets nothing of the EHR's context") {
            !$0.metadata.launchURIs.isEmpty && !$0.metadata.scope.contains(.launch)
        },
    ]
}

/// What the scopes are, and what they are together.
extension RegistrationLint {
    private static let scopeRules: [Rule] = [
        Rule("scope", "patient/ scopes without launch or launch/patient never get a patient from the EHR") {
            let scope = $0.metadata.scope
            return !scope.resources(level: .patient).isEmpty && !scope.contains(.launch)
                && !scope.contains(.launchContext(.patient))
        },
        Rule("scope", "only the words of SMART v1; .rs and .cruds say more exactly what the app needs") {
            let fhir = $0.fhirScopes
            return !fhir.isEmpty && fhir.allSatisfy(\.isVersion1)
        },
        Rule("scope", "a wildcard is every resource type that there is and will be; name those that the app needs") {
            $0.fhirScopes.filter { $0.type == .any }.map(\.writtenText)
        },
        Rule("scope", "fhirUser is told in the id_token, which there is only with openid") {
            $0.metadata.scope.contains(.fhirUser) && !$0.metadata.scope.contains(.openid)
        },
    ]

    private var fhirScopes: [ResourceScope] { metadata.scope.resources.filter { $0.level != .auth } }
}

/// Scopes that the grant types or the authentication never give.
extension RegistrationLint {
    private static let grantRules: [Rule] = [
        Rule("grant_types", "without refresh_token, offline_access and online_access are never granted") {
            ($0.metadata.scope.contains(.offlineAccess) || $0.metadata.scope.contains(.onlineAccess))
                && !$0.metadata.grantTypes.contains(.refreshToken)
        },
        Rule("grant_types", "refresh_token is there, but only offline_access or online_access gives a refresh token") {
            $0.metadata.grantTypes.contains(.refreshToken) && !$0.metadata.scope.contains(.offlineAccess)
                && !$0.metadata.scope.contains(.onlineAccess)
        },
        Rule("grant_types", "without client_credentials, system/ scopes are never granted") {
            $0.metadata.grantTypes.contains(.clientCredentials)
                ? [] : $0.metadata.scope.resources(level: .system).map(\.writtenText)
        },
        // A client has these on its own, or a person lets it administer for them.
        Rule("grant_types", "without client_credentials or authorization_code, auth/ scopes are never granted") {
            $0.metadata.grantTypes.contains(.clientCredentials) || $0.metadata.grantTypes.contains(.authorizationCode)
                ? [] : $0.metadata.scope.resources(level: .auth).map(\.writtenText)
        },
        Rule("grant_types", "without authorization_code, scopes that a person grants are never granted") {
            $0.metadata.grantTypes.contains(.authorizationCode)
                ? [] : $0.metadata.scope.scopes.filter { $0.resource?.level.isOfClient != true }.map(\.text)
        },
        Rule("scope", "nothing can be granted without a scope") {
            $0.metadata.scope.isEmpty && !$0.metadata.grantTypes.isEmpty
        },
        Rule("token_endpoint_auth_method", "system/ scopes need private_key_jwt; a secret never gets them") {
            $0.metadata.tokenEndpointAuthMethod.usesSecret && !$0.metadata.scope.resources(level: .system).isEmpty
        },
    ]
}

/// Strength and upkeep of the client's keys.
extension RegistrationLint {
    private static let keyRules: [Rule] = [
        Rule("jwks", "jwks_uri is strongly preferred: behind it the client changes its keys by itself") {
            $0.metadata.jwks != nil
        },
        Rule("jwks", "RSA keys of less than 3072 bits are good for a few years yet; make new ones longer") {
            $0.keys.contains { if case .rsa(let bits) = $0.parameters.kind { bits < 3072 } else { false } }
        },
        Rule("jwks", "ES384 signatures, of P-384 keys, are checked far more slowly here than RS384 ones") {
            !$0.keys.isEmpty && $0.keys.allSatisfy { $0.parameters.kind == .p384 }
        },
    ]
}

extension Level {
    /// What a client is given for itself, with nobody signed in.
    fileprivate var isOfClient: Bool { self == .system || self == .auth }
}
