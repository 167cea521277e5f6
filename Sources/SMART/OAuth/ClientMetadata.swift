package import Encoding

/// What a client is registered with (RFC 7591 §2, OpenID Connect Dynamic Client Registration §2, and our extensions),
/// read as a whole: a value that exists is consistent.
package struct ClientMetadata: Sendable, Equatable {
    package let clientName: String?
    package let clientURI: WebURL?
    package let logoURI: WebURL?
    package let tosURI: WebURL?
    package let policyURI: WebURL?
    package let contacts: [String]
    package let applicationType: ApplicationType
    package let redirectURIs: [RedirectURI]
    package let postLogoutRedirectURIs: [RedirectURI]
    /// Where the client hears of the end of sessions (OpenID Connect Back-Channel Logout 1.0 §2.2).
    package let backchannelLogoutURI: WebURL?
    /// Whether the client needs `sid` to tell sessions apart; every logout token carries one anyway.
    package let backchannelLogoutSessionRequired: Bool
    /// Where an EHR launch may begin (REG-1).
    package let launchURIs: [WebURL]
    package let grantTypes: [GrantType]
    package let responseTypes: [ResponseType]
    package let tokenEndpointAuthMethod: TokenEndpointAuthMethod
    /// Nil: any of the usual ones.
    package let tokenEndpointAuthSigningAlgorithm: AssertionAlgorithm?
    /// The most that the client may ever be granted.
    package let scope: ScopeSet
    /// A JWK set as it was sent; whether its keys are good is for whoever accepts the registration.
    package let jwks: JSON?
    package let jwksURI: WebURL?
    /// `allowed_origins`, our extension: origins of scripts that call the token endpoint, where they are not those of the
    /// redirect URIs.
    package let declaredOrigins: [String]?
    /// `resource_server_audiences`, our extension: the FHIR servers whose tokens this client may introspect.
    package let resourceServerAudiences: [FHIRBaseURL]
    /// `fhir_context_version`, our extension.
    package let fhirContextVersion: FHIRContextVersion
    /// `access_token_format`, our extension: what the client's access tokens look like.
    package let accessTokenFormat: AccessTokenFormat

    /// Nil: RS256.
    package let introspectionSignedResponseAlgorithm: IntrospectionAlgorithm?

    /// What to do with a member that is not in the list: an operator's mistake, or something of another server.
    package enum UnknownMembers: Sendable { case refuse, ignore }

    /// One thing that is wrong: the member, and why, in words for the client's developer.
    package struct Problem: Sendable, Equatable {
        package let member: String
        package let reason: String

        package init(member: String, reason: String) {
            self.member = member
            self.reason = reason
        }
    }

    /// All that is wrong with a registration.
    package struct Problems: Error, Equatable {
        package let items: [Problem]
    }

    package init(_ json: JSON, unknownMembers: UnknownMembers) throws(Problems) {
        let (draft, problems) = Self.reading(json, unknownMembers: unknownMembers)
        guard problems.isEmpty else { throw Problems(items: problems) }
        self = draft
    }

    /// What can be read, with all that is wrong: for telling everything there is to say at once. A draft that has problems
    /// is never registered.
    package static func reading(
        _ json: JSON, unknownMembers: UnknownMembers
    ) -> (draft: ClientMetadata, problems: [Problem]) {
        var reader = ClientMetadataReader(json)
        let draft = ClientMetadata(&reader)
        if unknownMembers == .refuse { reader.refuseUnknownMembers() }
        reader.add(draft.contradictions)
        return (draft, reader.problems)
    }

    private init(_ reader: inout ClientMetadataReader) {
        clientName = reader.name("client_name")
        clientURI = reader.url("client_uri")
        logoURI = reader.url("logo_uri")
        tosURI = reader.url("tos_uri")
        policyURI = reader.url("policy_uri")
        contacts = reader.contacts("contacts")
        applicationType = reader.choice("application_type", default: .web)
        redirectURIs = reader.redirectURIs("redirect_uris", applicationType)
        postLogoutRedirectURIs = reader.redirectURIs("post_logout_redirect_uris", applicationType)
        backchannelLogoutURI = reader.notificationURL("backchannel_logout_uri")
        backchannelLogoutSessionRequired = reader.flag("backchannel_logout_session_required")
        launchURIs = reader.launchURIs("launch_uris")
        grantTypes = reader.choices("grant_types", default: [.authorizationCode])
        responseTypes = reader.choices(
            "response_types", default: grantTypes.contains(.authorizationCode) ? [.code] : [])
        tokenEndpointAuthMethod = reader.choice("token_endpoint_auth_method", default: .clientSecretBasic)
        tokenEndpointAuthSigningAlgorithm = reader.choice("token_endpoint_auth_signing_alg")
        scope = reader.scope("scope")
        jwks = reader.keySet("jwks")
        jwksURI = reader.keySetURL("jwks_uri")
        declaredOrigins = reader.origins("allowed_origins")
        resourceServerAudiences = reader.audiences("resource_server_audiences")
        fhirContextVersion = reader.choice("fhir_context_version", default: .objects)
        accessTokenFormat = reader.choice("access_token_format", default: .jwt)
        introspectionSignedResponseAlgorithm = reader.choice("introspection_signed_response_alg")
    }

    /// Origins that CORS answers (CORS-2): the declared ones, else those of the redirect URIs.
    package var allowedOrigins: [String] {
        if let declaredOrigins { return declaredOrigins }
        var origins: [String] = []
        for case let origin? in redirectURIs.map({ RedirectURI.origin(of: $0.value) }) where !origins.contains(origin) {
            origins.append(origin)
        }
        return origins
    }

    package var isPublic: Bool { tokenEndpointAuthMethod == .none }

    package var isResourceServer: Bool { !resourceServerAudiences.isEmpty }

    /// The registered redirect URI that `presented` is (AZ-01).
    package func redirectURI(matching presented: String) -> RedirectURI? {
        redirectURIs.first { $0.matches(presented) }
    }

    /// In the names of RFC 7591, defaults included; reads back equal.
    package var json: JSONObject {
        var object = JSONObject()
        object["client_name"] = clientName.map { .string($0) }
        object["client_uri"] = clientURI.map { .string($0.value) }
        object["logo_uri"] = logoURI.map { .string($0.value) }
        object["tos_uri"] = tosURI.map { .string($0.value) }
        object["policy_uri"] = policyURI.map { .string($0.value) }
        object.set("contacts", contacts, omittingEmpty: true)
        object["application_type"] = .string(applicationType.rawValue)
        object.set("redirect_uris", redirectURIs.map(\.value), omittingEmpty: true)
        object.set("post_logout_redirect_uris", postLogoutRedirectURIs.map(\.value), omittingEmpty: true)
        object["backchannel_logout_uri"] = backchannelLogoutURI.map { .string($0.value) }
        if backchannelLogoutSessionRequired { object["backchannel_logout_session_required"] = true }
        object.set("launch_uris", launchURIs.map(\.value), omittingEmpty: true)
        object.set("grant_types", grantTypes.map(\.rawValue))
        object.set("response_types", responseTypes.map(\.rawValue))
        object["token_endpoint_auth_method"] = .string(tokenEndpointAuthMethod.rawValue)
        object["token_endpoint_auth_signing_alg"] = tokenEndpointAuthSigningAlgorithm.map { .string($0.rawValue) }
        if !scope.isEmpty { object["scope"] = .string(scope.text) }
        object["jwks"] = jwks
        object["jwks_uri"] = jwksURI.map { .string($0.value) }
        if let declaredOrigins { object.set("allowed_origins", declaredOrigins) }
        object.set("resource_server_audiences", resourceServerAudiences.map(\.value), omittingEmpty: true)
        object["fhir_context_version"] = .string(fhirContextVersion.rawValue)
        object["access_token_format"] = .string(accessTokenFormat.rawValue)
        object["introspection_signed_response_alg"] = introspectionSignedResponseAlgorithm.map { .string($0.rawValue) }
        return object
    }
}

extension JSONObject {
    fileprivate mutating func set(_ name: String, _ texts: [String], omittingEmpty: Bool = false) {
        if omittingEmpty && texts.isEmpty { return }
        self[name] = .array(texts.map { .string($0) })
    }
}
