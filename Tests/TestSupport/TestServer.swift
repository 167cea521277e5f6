package import AuthorizationServer
import Crypto
package import Encoding
import Foundation
package import HTTP
import SMART

/// A whole authorization server on a real socket, with its own folder, keys and database, and a clock that a test moves.
/// The issuer is a fixed name; only the port of the socket differs from run to run.
package final class TestServer: Sendable {
    package static let issuer = "http://127.0.0.1:9400"
    package static let administrationAudience = issuer + "/admin/v1"
    package static let fhirBase = "http://127.0.0.1:9400/fhir"

    package let authorization: AuthorizationServer
    package let administration: Router
    package let figures: Figures
    package let clock: TestClock
    package let directory: String
    package let port: UInt16
    /// Where the administration answers to who brings a token.
    package let administrationPort: UInt16
    private let server: Server

    /// `directory`: of an earlier server, to start again on its data; nil makes a new one, removed at the end.
    /// `log`, `notices`: get what the server would write to its log.
    package init(
        directory: String? = nil, clock: TestClock = TestClock(), notices: AuditNotices = AuditNotices(),
        log: @escaping @Sendable (any Error, Request) -> Void = { _, _ in },
        _ change: (inout Configuration) -> Void = { _ in }
    ) throws {
        let path = directory ?? FileManager.default.temporaryDirectory.path + "/lanyard-\(UUID().uuidString)"
        self.directory = path
        self.clock = clock
        guard let issuer = Issuer(Self.issuer), let base = FHIRBaseURL(Self.fhirBase),
            let cost = PasswordHash.Cost(logN: 4)
        else { throw TestFailure("the fixed configuration is not valid") }
        var configuration = Configuration(
            issuer: issuer, fhirServers: [FHIRServer(base: base, name: "Test records")], dataDirectory: path,
            keysDirectory: path + "/Keys", organizationName: "Test Hospital", passwordCost: cost)
        configuration.policies = TestPolicies.files
        configuration.defaultRoles = TestPolicies.defaultRoles
        configuration.offersAdministration = true
        change(&configuration)
        authorization = try AuthorizationServer(configuration, clock: clock.clock, log: log, audit: notices.add)
        let figures = Figures(authorization)
        self.figures = figures
        administration = try Router(
            authorization.administrationRoutes + [figures.route], onError: authorization.onError)
        let routes = authorization.routes
        let router = try Router(
            routes, onError: authorization.onError, onRefusal: authorization.onRefusal)
        let guarded = try Router(authorization.guardedAdministrationRoutes(figures), onError: authorization.onError)
        let address = ListenAddress.tcp(host: "127.0.0.1", port: 0)
        server = try Server(
            [
                Listener(address: address, tls: nil, router: router, observer: figures.observer("public", routes)),
                Listener(address: address, tls: nil, router: guarded),
            ],
            configuration: ServerConfiguration(), log: { _ in })
        try server.start()
        let http = server
        figures.count { http.connections }
        guard let port = server.boundPorts.first, let administrationPort = server.boundPorts.last else {
            throw TestFailure("no port")
        }
        self.port = port
        self.administrationPort = administrationPort
    }

    /// Stops the sockets and the database and removes the folder, unless another server will go on with it.
    package func stop(keepingData: Bool = false) {
        server.stop(graceSeconds: 1)
        figures.stop()
        authorization.close()
        if !keepingData { try? FileManager.default.removeItem(atPath: directory) }
    }

    /// One request over the socket.
    package func send(
        _ method: Method, _ path: String, headers: [(String, String)] = [], body: String = ""
    ) throws -> ClientResponse {
        try HTTPClient(timeoutSeconds: 20).send(
            method, path, to: .tcp(host: "127.0.0.1", port: port), headers: headers, body: Array(body.utf8))
    }

    /// One request over TCP to the administration, with a token or whatever else `authorization` is.
    package func administer(
        _ method: Method, _ path: String, authorization: String?, body: String = ""
    ) throws -> ClientResponse {
        let headers = authorization.map { [("Authorization", $0)] } ?? []
        return try HTTPClient(timeoutSeconds: 20).send(
            method, path, to: .tcp(host: "127.0.0.1", port: administrationPort),
            headers: headers + [("Content-Type", "application/json")], body: Array(body.utf8))
    }

    /// One POST of a form.
    package func post(
        _ path: String, _ form: [(String, String)], headers: [(String, String)] = []
    ) throws -> ClientResponse {
        try send(
            .post, path, headers: [("Content-Type", "application/x-www-form-urlencoded")] + headers,
            body: FormParameters(form).serialized())
    }

    /// One request of an administrator, through the same routes as the local admin socket.
    @discardableResult
    package func administer(_ method: Method, _ path: String, _ json: JSON? = nil) async throws -> JSON {
        let request = Request(
            method: method, path: path, headers: Headers([("Content-Type", "application/json")]),
            body: json?.serialized() ?? [])
        let response = await administration.respond(to: request)
        guard response.status < 300 else {
            throw TestFailure(
                "\(method.name) \(path): \(response.status) \(String(decoding: response.body, as: UTF8.self))")
        }
        return response.body.isEmpty ? .null : try JSON(parsing: response.body)
    }
}

package struct TestFailure: Error, CustomStringConvertible {
    package let description: String
    package init(_ description: String) { self.description = description }
}

extension ClientResponse {
    /// The body as JSON; null where it is none.
    package var json: JSON { (try? JSON(parsing: body)) ?? .null }
    package var text: String { String(decoding: body, as: UTF8.self) }
}
