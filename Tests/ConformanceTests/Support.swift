import Crypto
import Encoding
import Foundation
import HTTP
import JOSE
import TestSupport
import Testing

@testable import AuthorizationServer

/// Signing keys that the servers of this target share: making an RSA key takes longer than a whole launch.
private enum SharedKeys {
    static let files: [(name: String, pem: [UInt8])]? = try? [
        ("shared-ec.ES256.active.pem", SigningKey.generate(.p256).pem()),
        ("shared-rsa.RS256.active.pem", SigningKey.generate(.rsa(bits: 2048)).pem()),
    ]

    static func install(in directory: String) throws {
        try PrivateFile.requireDirectory(directory)
        for file in try #require(files) { try PrivateFile.write(file.pem, to: directory + "/" + file.name) }
    }
}

extension TestServer {
    /// A server with the sample people, patients and apps. To be stopped at the end of the test.
    static func withSamples(
        clock: TestClock = TestClock(), _ change: (inout Configuration) -> Void = { _ in }
    ) async throws -> TestServer {
        let path = FileManager.default.temporaryDirectory.path + "/lanyard-\(UUID().uuidString)"
        try PrivateFile.requireDirectory(path)
        try SharedKeys.install(in: path + "/Keys")
        let server = try TestServer(directory: path, clock: clock, change)
        try await server.addSamples()
        return server
    }

    /// Registers a client: the members of `secret-app`, with those that differ.
    func register(_ clientID: String, _ changes: JSONObject) async throws {
        var metadata: JSONObject = [
            "client_id": .string(clientID), "client_name": .string(clientID),
            "grant_types": ["authorization_code", "refresh_token"],
            "redirect_uris": [.string("https://\(clientID).example/cb")],
            "scope":
                "openid fhirUser launch launch/patient launch/encounter offline_access patient/*.cruds user/*.cruds",
        ]
        for member in changes.members { metadata[member.name] = member.value }
        try await administer(.post, "/admin/v1/clients", .object(metadata))
    }

    func isActive(_ tokens: JSON) throws -> Bool {
        try introspect(try #require(tokens["access_token"]?.stringValue))["active"] == true
    }

    /// Opens a launch as the sample EHR; returns its handle.
    func launchHandle(_ json: JSON) throws -> String {
        let response = try openLaunch(json)
        return try #require(response.json["launch"]?.stringValue, "\(response.status) \(response.text)")
    }

    /// The JWK set that is published.
    func publishedKeys() throws -> JWKSet {
        try JWKSet(try send(.get, "/jwks").json, requireKeyIDs: true)
    }

    /// The claims of a JWT whose signature fits the published key that it names.
    func verifiedClaims(_ text: String?, _ algorithm: Algorithm) throws -> JSON {
        let token = try JWS(compact: Array(try #require(text).utf8))
        let key = try #require(try publishedKeys().keys.first { $0.keyID == token.keyID })
        try token.verify(with: try key.verificationKey(), allowing: [algorithm])
        return try JSON(parsing: token.payload)
    }
}

extension App {
    /// Goes on to the page of the first thing that is not answered here.
    func walk(
        _ browser: Browser, as user: String, scope: String, patient: String? = nil, encounter: String? = nil,
        _ changes: [(String, String?)] = []
    ) throws -> Browser.Place {
        var place = try browser.get(authorizePath(scope: scope, changes))
        if place.address.hasPrefix("/sign-in") {
            place = try browser.submit(place, [("username", user), ("password", TestServer.password)])
        }
        if let patient, place.address.hasPrefix("/select-patient") {
            place = try browser.submit(place, [("patient", patient)])
        }
        if let encounter, place.address.hasPrefix("/select-encounter") {
            place = try browser.submit(place, [("encounter", encounter)])
        }
        return place
    }

    /// A code, by a whole launch in a new browser.
    func code(
        _ server: TestServer, as user: String = "patient", scope: String = "launch/patient patient/Patient.rs",
        patient: String? = nil, _ changes: [(String, String?)] = []
    ) throws -> String {
        let place = try launch(Browser(server), as: user, scope: scope, patient: patient, changes)
        return try #require(place.parameters["code"], "\(place.status) \(place.location ?? place.html)")
    }
}

extension Browser.Place {
    /// The names of the parameters at the app's address, in their order.
    var parameterNames: [String] { parameters.items.map(\.name) }
}

extension JSON {
    /// The scopes of a token response or an introspection answer.
    var grantedScopes: Set<String> {
        Set((self["scope"]?.stringValue ?? "").split(separator: " ").map(String.init))
    }
}

/// A refusal of an OAuth endpoint: RFC 6749 §5.2.
func expectRefusal(
    _ response: ClientResponse, _ status: Int, _ error: String, _ comment: Comment? = nil,
    sourceLocation: SourceLocation = #_sourceLocation
) {
    let note: Comment = "\(comment?.rawValue ?? "") \(response.status) \(response.text)"
    #expect(response.status == status, note, sourceLocation: sourceLocation)
    #expect(response.json["error"] == .string(error), note, sourceLocation: sourceLocation)
    #expect(response.json["error_description"]?.stringValue?.isEmpty == false, note, sourceLocation: sourceLocation)
    #expect(response.json["request_id"]?.stringValue?.isEmpty == false, note, sourceLocation: sourceLocation)
    #expect(response.json["access_token"] == nil, note, sourceLocation: sourceLocation)
    #expect(response.headers["content-type"] == "application/json", note, sourceLocation: sourceLocation)
    #expect(response.headers["cache-control"] == "no-store", note, sourceLocation: sourceLocation)
    #expect(response.headers["pragma"] == "no-cache", note, sourceLocation: sourceLocation)
}

/// A refusal that is told to the app: RFC 6749 §4.1.2.1, RFC 9207.
func expectRefusalAtApp(
    _ place: Browser.Place, _ error: String, at redirectURI: String = App.publicApp.redirectURI,
    state: String? = "state-1", _ comment: Comment? = nil, sourceLocation: SourceLocation = #_sourceLocation
) {
    let note: Comment = "\(comment?.rawValue ?? "") \(place.status) \(place.location ?? place.html)"
    #expect(place.status == 303, note, sourceLocation: sourceLocation)
    #expect(place.location?.hasPrefix(redirectURI) == true, note, sourceLocation: sourceLocation)
    #expect(place.location?.contains("#") == false, note, sourceLocation: sourceLocation)
    #expect(place.parameters["error"] == error, note, sourceLocation: sourceLocation)
    #expect(place.parameters["error_description"]?.isEmpty == false, note, sourceLocation: sourceLocation)
    #expect(place.parameters["state"] == state, note, sourceLocation: sourceLocation)
    #expect(place.parameters["iss"] == TestServer.issuer, note, sourceLocation: sourceLocation)
    #expect(place.parameters["code"] == nil, note, sourceLocation: sourceLocation)
    #expect(place.response.headers["cache-control"] == "no-store", note, sourceLocation: sourceLocation)
}

/// A refusal that is told to the person, and to no address.
func expectRefusalOnPage(
    _ place: Browser.Place, _ status: Int = 400, _ comment: Comment? = nil,
    sourceLocation: SourceLocation = #_sourceLocation
) {
    let note: Comment = "\(comment?.rawValue ?? "") \(place.status) \(place.location ?? "")"
    #expect(place.status == status, note, sourceLocation: sourceLocation)
    #expect(place.location == nil, note, sourceLocation: sourceLocation)
    #expect(place.html.hasPrefix("<!"), note, sourceLocation: sourceLocation)
    #expect(place.response.headers.values("set-cookie").isEmpty, note, sourceLocation: sourceLocation)
    #expect(place.response.headers["cache-control"] == "no-store", note, sourceLocation: sourceLocation)
}

/// The files of a keys' folder after a rotation: what was active is retired, new keys are active, one waits.
enum KeyFiles {
    static func rotate(in directory: String) throws {
        for name in try FileManager.default.contentsOfDirectory(atPath: directory) where name.contains(".active.") {
            try FileManager.default.moveItem(
                atPath: directory + "/" + name,
                toPath: directory + "/" + name.replacing(".active.", with: ".retired."))
        }
        let rsa = try SigningKey.generate(.rsa(bits: 2048)).pem()
        let next = try SigningKey.generate(.rsa(bits: 2048)).pem()
        try PrivateFile.write(SigningKey.generate(.p256).pem(), to: directory + "/new-ec.ES256.active.pem")
        try PrivateFile.write(rsa, to: directory + "/new-rsa.RS256.active.pem")
        try PrivateFile.write(next, to: directory + "/next-rsa.RS256.next.pem")
    }

    /// The key that a JWT names.
    static func keyID(_ token: JSON?) throws -> String? {
        try JWS(compact: Array(try #require(token?.stringValue).utf8)).keyID
    }
}
