import Encoding
import Testing

@testable import SMART

/// A registration that is right, to be changed in one place.
private let minimal: JSONObject = ["client_name": "Lab Viewer", "redirect_uris": ["https://app.example/cb"]]

private func metadata(
    _ changes: JSONObject = [:], unknownMembers: ClientMetadata.UnknownMembers = .refuse
) throws(ClientMetadata.Problems) -> ClientMetadata {
    var object = minimal
    for member in changes.members { object[member.name] = member.value.isNull ? nil : member.value }
    return try ClientMetadata(.object(object), unknownMembers: unknownMembers)
}

/// The members that are wrong.
private func problems(
    _ changes: JSONObject, unknownMembers: ClientMetadata.UnknownMembers = .refuse
) -> [String] {
    do {
        _ = try metadata(changes, unknownMembers: unknownMembers)
        return []
    } catch {
        for item in error.items { #expect(!item.reason.isEmpty) }
        return error.items.map(\.member)
    }
}

@Suite struct `RFC 7591 §2 Client metadata` {
    @Test func `defaults are those of the specification`() throws {
        let client = try metadata()
        #expect(client.applicationType == .web)
        #expect(client.grantTypes == [.authorizationCode])
        #expect(client.responseTypes == [.code])
        #expect(client.tokenEndpointAuthMethod == .clientSecretBasic)
        #expect(client.scope.isEmpty)
        #expect(client.fhirContextVersion == .objects)
        #expect(!client.isPublic)
        #expect(!client.isResourceServer)
    }

    static let complete: [JSONObject] = [
        minimal,
        ["redirect_uris": ["https://app.example/cb"], "token_endpoint_auth_method": "none"],
        [
            "client_name": "Whole App", "client_uri": "https://app.example/",
            "logo_uri": "https://app.example/logo.png",
            "tos_uri": "https://app.example/tos", "policy_uri": "https://app.example/policy",
            "contacts": ["ops@app.example"], "application_type": "native",
            "redirect_uris": ["com.example.app:/cb", "http://127.0.0.1/cb", "https://app.example/cb?x=1"],
            "post_logout_redirect_uris": ["https://app.example/bye"],
            "backchannel_logout_uri": "https://app.example/logout?a=b", "backchannel_logout_session_required": true,
            "launch_uris": ["https://app.example/launch?a=b"],
            "grant_types": ["authorization_code", "refresh_token", "client_credentials"], "response_types": ["code"],
            "token_endpoint_auth_method": "private_key_jwt",
            "scope": "openid patient/*.read launch/patient user/Observation.rs?category=a auth/Token.r",
            "jwks": ["keys": [["kty": "EC"]]], "allowed_origins": ["https://app.example:8443"],
            "resource_server_audiences": ["https://fhir.example/r4"], "fhir_context_version": "2.0",
        ],
        [
            "client_name": "Backend", "grant_types": ["client_credentials"], "scope": "system/*.rs",
            "token_endpoint_auth_method": "private_key_jwt", "jwks_uri": "https://backend.example/jwks",
        ],
        [
            "client_name": "FHIR server", "grant_types": [], "resource_server_audiences": ["https://fhir.example/r4"],
            "token_endpoint_auth_method": "client_secret_post", "allowed_origins": [],
        ],
    ]

    @Test(arguments: complete) func `what is printed reads back equal`(object: JSONObject) throws {
        let client = try ClientMetadata(.object(object), unknownMembers: .refuse)
        let printed = JSON.object(client.json)
        #expect(try ClientMetadata(printed, unknownMembers: .refuse) == client)
        #expect(try ClientMetadata(JSON(parsing: printed.serialized()), unknownMembers: .refuse) == client)
        for member in object.members where member.value != .array([]) {
            #expect(client.json[member.name] == member.value)
        }
    }

    @Test func `all problems are reported at once`() {
        let found = problems([
            "client_name": 1, "client_uri": "x",
            "redirect_uris": ["https://app.example/cb", "javascript:x", "http://a.example"],
            "grant_types": ["implicit", "password"], "response_types": ["token"], "scope": "openid email",
            "application_type": "desktop", "jwks": "x", "launch_uris": "https://app.example", "redirect_uri": "x",
        ])
        #expect(
            found == [
                "client_name", "client_uri", "application_type", "redirect_uris[1]", "redirect_uris[2]", "launch_uris",
                "grant_types[0]", "grant_types[1]", "response_types[0]", "scope", "jwks", "redirect_uri",
            ])
    }

    @Test(arguments: [JSON.null, "x", [], 1]) func `metadata is an object`(json: JSON) {
        #expect(throws: ClientMetadata.Problems.self) { try ClientMetadata(json, unknownMembers: .ignore) }
    }

    @Test func `an unknown member is refused or ignored, as the caller wants`() throws {
        let changes: JSONObject = ["software_id": "x", "grant_type": "y"]
        #expect(problems(changes) == ["software_id", "grant_type"])
        #expect(try metadata(changes, unknownMembers: .ignore) == metadata())
    }

    static let wrongMembers: [(JSONObject, String)] = [
        (["redirect_uris": "https://app.example/cb"], "redirect_uris"), (["redirect_uris": [1]], "redirect_uris"),
        (["redirect_uris": ["myapp:/cb"]], "redirect_uris[0]"),
        (["redirect_uris": ["com.example.app:/cb"]], "redirect_uris[0]"),
        (["post_logout_redirect_uris": ["data:x"]], "post_logout_redirect_uris[0]"),
        (["launch_uris": ["http://app.example/launch"]], "launch_uris[0]"),
        (["launch_uris": ["https://app.example/#x"]], "launch_uris[0]"),
        (["launch_uris": ["https://app.example/?iss=x"]], "launch_uris[0]"),
        (["launch_uris": ["https://app.example/?a=b&%6Caunch=x"]], "launch_uris[0]"),
        (["launch_uris": ["com.example.app:/launch"]], "launch_uris[0]"),
        (["grant_types": ["implicit"]], "grant_types[0]"), (["response_types": ["id_token"]], "response_types[0]"),
        (["token_endpoint_auth_method": "client_secret_jwt"], "token_endpoint_auth_method"),
        (["scope": ["openid"]], "scope"), (["scope": "patient/Observation.read-only"], "scope"),
        (["jwks": ["key": []]], "jwks"), (["jwks": ["keys": "x"]], "jwks"), (["jwks": []], "jwks"),
        (["jwks_uri": "http://app.example/jwks"], "jwks_uri"), (["jwks_uri": "http://127.0.0.1/jwks"], "jwks_uri"),
        (["allowed_origins": ["https://app.example/"]], "allowed_origins[0]"),
        (["allowed_origins": ["https://APP.example"]], "allowed_origins[0]"),
        (["allowed_origins": ["https://app.example:443"]], "allowed_origins[0]"),
        (["allowed_origins": ["null"]], "allowed_origins[0]"), (["allowed_origins": ["*"]], "allowed_origins[0]"),
        (["allowed_origins": ["http://app.example"]], "allowed_origins[0]"),
        (["resource_server_audiences": ["fhir.example"]], "resource_server_audiences[0]"),
        (["fhir_context_version": "2.1"], "fhir_context_version"),
        (["fhir_context_version": 2], "fhir_context_version"),
        (["contacts": ["a\nb"]], "contacts[0]"), (["contacts": "a@b"], "contacts"),
        (["backchannel_logout_uri": "http://app.example/bye"], "backchannel_logout_uri"),
        (["backchannel_logout_uri": "https://app.example/bye#x"], "backchannel_logout_uri"),
        (["backchannel_logout_uri": "com.example.app:/bye"], "backchannel_logout_uri"),
        (["backchannel_logout_session_required": "true"], "backchannel_logout_session_required"),
        // Consistency.
        (["backchannel_logout_session_required": true], "backchannel_logout_session_required"),
        (["redirect_uris": .null], "redirect_uris"), (["redirect_uris": []], "redirect_uris"),
        (["response_types": []], "response_types"), (["grant_types": []], "grant_types"),
        (["grant_types": ["refresh_token"]], "grant_types"),
        (["grant_types": ["client_credentials"], "response_types": ["code"]], "response_types"),
        (["grant_types": ["client_credentials"], "token_endpoint_auth_method": "none"], "token_endpoint_auth_method"),
        (
            ["resource_server_audiences": ["https://fhir.example"], "token_endpoint_auth_method": "none"],
            "token_endpoint_auth_method"
        ),
        (["jwks": ["keys": []], "jwks_uri": "https://app.example/jwks"], "jwks"),
        (["token_endpoint_auth_method": "private_key_jwt"], "jwks"),
    ]

    @Test(arguments: wrongMembers) func `the member that is wrong is named, and only it`(
        changes: JSONObject, member: String
    ) {
        #expect(problems(changes) == [member])
    }

    @Test func `lists are bounded and repeats dropped`() throws {
        let uris = (0..<51).map { JSON.string("https://app.example/\($0)") }
        #expect(problems(["redirect_uris": .array(uris)]) == ["redirect_uris"])
        #expect(problems(["redirect_uris": .array(Array(uris.prefix(50)))]).isEmpty)
        let client = try metadata(["grant_types": ["authorization_code", "authorization_code"]])
        #expect(client.grantTypes == [.authorizationCode])
    }

    @Test func `CORS-2: origins are declared, or those of the redirect URIs`() throws {
        let uris: JSON = [
            "https://app.example/cb", "https://APP.example/other", "com.example.app:/cb", "http://127.0.0.1:3000/",
        ]
        let native = try metadata(["redirect_uris": uris, "application_type": "native"])
        #expect(native.allowedOrigins == ["https://app.example", "http://127.0.0.1:3000"])
        let declared = try metadata(["allowed_origins": ["https://static.example"]])
        #expect(declared.allowedOrigins == ["https://static.example"])
        #expect(try metadata(["allowed_origins": []]).allowedOrigins.isEmpty)
    }

    @Test func `AZ-01: the registered URI is found by what is presented`() throws {
        let client = try metadata([
            "application_type": "native", "redirect_uris": ["https://app.example/cb", "http://127.0.0.1/cb"],
        ])
        #expect(client.redirectURI(matching: "http://127.0.0.1:5000/cb")?.value == "http://127.0.0.1/cb")
        #expect(client.redirectURI(matching: "https://app.example/cb/") == nil)
    }
}

@Suite struct `AD-04 and AZ-06 What people are shown about a client` {
    @Test(arguments: [
        "", " ", " App", "App ", "A\u{202E}ppa", "A\u{2066}b", "A\u{200F}b", "A\u{061C}b", "A\u{200B}b", "A\u{FEFF}b",
        "A\nb",
        "A\tb", "A\u{0}b", "A\u{7F}b", "A\u{85}b", "A\u{2028}b", "A\u{A0}b", "A\u{E000}b", "A\u{AD}b",
        String(repeating: "x", count: 201),
    ])
    func `a name that hides or turns around what is read is refused`(name: String) {
        #expect(problems(["client_name": .string(name)]) == ["client_name"])
    }

    @Test(arguments: ["A", "Müller & Søn", "診療アプリ", "تطبيق", "App <script>", String(repeating: "x", count: 200)])
    func `any other name is not`(name: String) throws {
        #expect(try metadata(["client_name": .string(name)]).clientName == name)
    }

    static let dangerous = [
        "javascript:alert(1)", "JAVASCRIPT:alert(1)", "java\tscript:alert(1)", " javascript:alert(1)",
        "data:text/html,x",
        "vbscript:x", "file:///etc/passwd", "blob:https://a.example/x", "about:blank", "http://app.example/logo.png",
        "https://user:secret@app.example/", "/logo.png",
    ]

    @Test(arguments: ["client_uri", "logo_uri", "tos_uri", "policy_uri"], dangerous)
    func `a link that is not https is refused`(member: String, uri: String) {
        var changes = JSONObject()
        changes[member] = .string(uri)
        #expect(problems(changes) == [member])
    }

    @Test(arguments: ["redirect_uris", "post_logout_redirect_uris", "launch_uris"], dangerous)
    func `a destination that is not https is refused`(member: String, uri: String) {
        var changes = JSONObject()
        changes[member] = [.string(uri)]
        #expect(problems(changes) == ["\(member)[0]"])
    }

    @Test func `what is wrong with a scope is shown in part only`() throws {
        let scope = (0..<400).map { "no\($0)" + String(repeating: "x", count: 100) }.joined(separator: " ")
        let error = #expect(throws: ClientMetadata.Problems.self) { try metadata(["scope": .string(scope)]) }
        #expect(try #require(error?.items.first).reason.utf8.count < 600)
    }
}
