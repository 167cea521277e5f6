import Encoding
import HTTP
import Storage
import Synchronization
import TestSupport
import Testing
import Threads

@testable import AuthorizationServer

extension TestServer {
    static func started(_ change: (inout Configuration) -> Void = { _ in }) async throws -> TestServer {
        let server = try TestServer(change)
        try await server.addSamples()
        return server
    }

    /// A POST of a form that says exactly what the attack wants: no cookie, no Origin but those given.
    func submit(
        _ path: String, _ form: [(String, String)], cookies: [String: String] = [:], headers: [(String, String)] = []
    ) throws -> ClientResponse {
        try post(path, form, headers: Self.cookieHeader(cookies) + headers)
    }

    func page(_ path: String, cookies: [String: String] = [:], headers: [(String, String)] = []) throws
        -> ClientResponse
    {
        try send(.get, path, headers: Self.cookieHeader(cookies) + headers)
    }

    private static func cookieHeader(_ cookies: [String: String]) -> [(String, String)] {
        cookies.isEmpty ? [] : [("Cookie", cookies.map { "\($0.key)=\($0.value)" }.joined(separator: "; "))]
    }

    static var sameOrigin: [(String, String)] { [("Origin", issuer), ("Sec-Fetch-Site", "same-origin")] }

    /// A bearer request to `/launches`.
    func openLaunch(bearer: String, _ json: JSON = ["client_id": "public-app"]) throws -> ClientResponse {
        try send(
            .post, "/launches", headers: [("Authorization", "Bearer " + bearer), ("Content-Type", "application/json")],
            body: json.text)
    }

    /// The answer to an introspection by the sample resource server, to the octet.
    func introspected(_ token: String) throws -> ClientResponse {
        try post(
            "/introspect", [("token", token)], headers: [App.basic("fhir-server", "fhir-server-secret-0123456789")])
    }

    /// How many live grants the database holds, of all people.
    func liveGrants() throws -> Int {
        let now = clock.now
        return try authorization.database.read { (transaction) throws(StorageError) in
            var count = 0
            for user in try transaction.users(after: nil, limit: 100) {
                count += try transaction.liveGrants(userID: user.id, after: nil, limit: 100, now: now).count
            }
            return count
        }
    }

    /// The status of an administrator's request; nothing is thrown for a refusal.
    func administered(_ method: HTTP.Method, _ path: String, _ json: JSON) async -> (status: Int, text: String) {
        let response = await administration.respond(
            to: Request(
                method: method, path: path, headers: Headers([("Content-Type", "application/json")]),
                body: json.serialized()))
        return (response.status, String(decoding: response.body, as: UTF8.self))
    }
}

extension App {
    static let scope = "openid fhirUser launch/patient patient/Patient.rs offline_access"

    /// Signs in and picks; stops at the page that asks for consent.
    func consentPage(
        _ browser: Browser, as user: String, scope: String = App.scope, patient: String = "1",
        _ changes: [(String, String?)] = []
    ) throws -> Browser.Place {
        var place = try browser.get(authorizePath(scope: scope, changes))
        if place.address.hasPrefix("/sign-in") {
            place = try browser.submit(place, [("username", user), ("password", TestServer.password)])
        }
        if place.address.hasPrefix("/select-patient") {
            place = try browser.submit(place, [("patient", patient)])
        }
        if place.address.hasPrefix("/select-encounter") { place = try browser.submit(place, [("encounter", "")]) }
        guard place.address.hasPrefix("/consent") else {
            throw TestFailure("no consent page: \(place.status) \(place.address) \(place.location ?? "")")
        }
        return place
    }

    /// A fresh code of the sample user.
    func code(_ server: TestServer, as user: String = "patient", scope: String = App.scope) throws -> String {
        let place = try launch(Browser(server), as: user, scope: scope)
        guard let code = place.parameters["code"] else { throw TestFailure("no code: \(place.status) \(place.html)") }
        return code
    }
}

/// RFC 6749 §5.2 as every refusal of the protocol's endpoints must have it: the error, no-store, no token.
func expectRefused(
    _ response: ClientResponse, _ status: Int, _ error: String, sourceLocation: SourceLocation = #_sourceLocation
) {
    #expect(response.status == status, "\(response.text)", sourceLocation: sourceLocation)
    #expect(response.json["error"]?.stringValue == error, "\(response.text)", sourceLocation: sourceLocation)
    #expect(response.headers["cache-control"] == "no-store", sourceLocation: sourceLocation)
    #expect(response.json["access_token"] == nil, sourceLocation: sourceLocation)
}

/// A refusal told to the person: a page, nowhere to go on to, nothing kept.
func expectPage(
    _ response: ClientResponse, _ statuses: ClosedRange<Int> = 400...403,
    sourceLocation: SourceLocation = #_sourceLocation
) {
    #expect(statuses.contains(response.status), "\(response.status)", sourceLocation: sourceLocation)
    #expect(response.headers["location"] == nil, sourceLocation: sourceLocation)
    #expect(response.headers["refresh"] == nil, sourceLocation: sourceLocation)
    #expect(response.headers["content-type"] == "text/html; charset=utf-8", sourceLocation: sourceLocation)
    #expect(response.headers["cache-control"] == "no-store", sourceLocation: sourceLocation)
    #expect(response.headers.values("set-cookie").isEmpty, sourceLocation: sourceLocation)
}

/// The introspection of anything that is not live: to the octet, and nothing in the headers that tells one from another.
func expectInactive(_ response: ClientResponse, sourceLocation: SourceLocation = #_sourceLocation) {
    #expect(response.status == 200, sourceLocation: sourceLocation)
    #expect(response.text == #"{"active":false}"#, sourceLocation: sourceLocation)
    let names = Set(response.headers.all.map { $0.name.lowercased() })
    #expect(
        names.subtracting(["connection", "date"]) == ["content-type", "content-length", "cache-control", "pragma"],
        sourceLocation: sourceLocation)
    #expect(response.headers["cache-control"] == "no-store", sourceLocation: sourceLocation)
}

/// Runs `body` on so many threads of the system, all let go at once; their results in the order of the threads.
func race<T: Sendable>(_ threads: Int, _ body: @escaping @Sendable (Int) throws -> T) throws -> [T] {
    let race = Race<T>(threads)
    for thread in 0..<threads {
        let isStarted = Thread.start(named: "racer") { race.run(thread, body) }
        guard isStarted else { throw TestFailure("no thread") }
    }
    return try race.results()
}

/// Holds the racers at the line until all are there, and collects what they bring.
private final class Race<T: Sendable>: Sendable {
    private struct State {
        var ready = 0
        var results: [Int: Result<T, any Error>] = [:]
    }

    private let count: Int
    private let state = Mutex(State())
    private let go: [Signal]
    private let done = Signal()

    init(_ count: Int) {
        self.count = count
        go = (0..<count).map { _ in Signal() }
    }

    func run(_ thread: Int, _ body: (Int) throws -> T) {
        let isLast = state.withLock { state in
            state.ready += 1
            return state.ready == count
        }
        if isLast { for signal in go { signal.raise() } }
        go[thread].wait()
        let result = Result { try body(thread) }
        let isOver = state.withLock { state in
            state.results[thread] = result
            return state.results.count == count
        }
        if isOver { done.raise() }
    }

    func results() throws -> [T] {
        done.wait()
        return try state.withLock { $0.results }.sorted { $0.key < $1.key }.map { try $0.value.get() }
    }
}
