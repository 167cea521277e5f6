import Encoding
import HTTP

/// Fills an empty server with the samples, through the administration API: what an operator would do by hand.
struct DemoSeed {
    /// An administration request that was not answered with success.
    struct Failure: Error, CustomStringConvertible {
        let path: String
        let status: Int
        let answer: String
        var description: String { "POST \(path) answered \(status): \(answer)" }
    }

    let site: DemoSite
    let administration: Router

    /// Everything the demo needs; returns the secrets that the server made.
    func run(_ data: SampleData) async throws -> DemoSecrets {
        try await post("/admin/v1/patients", data.importBundle)
        for user in SampleUser.all { try await post("/admin/v1/users", metadata(of: user)) }
        var secrets: [String: String] = [:]
        for app in SampleApp.all {
            secrets[app.id] = try await post("/admin/v1/clients", metadata(of: app))["client_secret"]?.stringValue
        }
        let ehr = try await post("/admin/v1/clients", ehrMetadata)
        secrets[EHREndpoints.clientID] = ehr["client_secret"]?.stringValue
        let fhir = try await post("/admin/v1/resource-servers", fhirMetadata)
        secrets[TokenIntrospection.clientID] = fhir["client_secret"]?.stringValue
        return DemoSecrets(byClient: secrets)
    }

    private func metadata(of user: SampleUser) -> JSON {
        var members: JSONObject = [
            "username": .string(user.username), "password": .string(user.password), "name": .string(user.name),
            "patients": .array(user.patients.map { .string($0) }),
        ]
        members["fhirUser"] = user.fhirUser.map { .string($0) }
        members["roles"] = .array([user.rolePolicy].compactMap { $0.map { .string($0) } })
        return .object(members)
    }

    /// RFC 7591 §2 client metadata, and the launch URL that an EHR opens.
    private func metadata(of app: SampleApp) -> JSON {
        var members: JSONObject = [
            "client_id": .string(app.id), "client_name": .string(app.name),
            "client_uri": .string("\(site.issuer)/app/\(app.id)"),
            "redirect_uris": [.string(site.redirectURI(of: app))],
            "grant_types": ["authorization_code", "refresh_token"], "response_types": ["code"],
            "token_endpoint_auth_method": app.isConfidential ? "client_secret_basic" : "none",
            "scope": .string(app.scopes.joined(separator: " ")),
        ]
        if app.launch == .ehr { members["launch_uris"] = [.string(site.launchURI(of: app))] }
        return .object(members)
    }

    private var ehrMetadata: JSON {
        [
            "client_id": .string(EHREndpoints.clientID), "client_name": "Demo EHR",
            "grant_types": ["client_credentials"], "token_endpoint_auth_method": "client_secret_basic",
            "scope": "auth/Launch.c",
        ]
    }

    private var fhirMetadata: JSON {
        [
            "client_id": .string(TokenIntrospection.clientID), "name": "Demo FHIR endpoint",
            "audiences": [.string(site.fhirBase)],
        ]
    }

    @discardableResult
    private func post(_ path: String, _ json: JSON) async throws -> JSON {
        let request = Request(
            method: .post, path: path, headers: Headers([("Content-Type", "application/json")]),
            body: json.serialized())
        let response = await administration.respond(to: request)
        guard (200..<300).contains(response.status) else {
            throw Failure(path: path, status: response.status, answer: String(decoding: response.body, as: UTF8.self))
        }
        return response.body.isEmpty ? .null : try JSON(parsing: response.body)
    }
}
