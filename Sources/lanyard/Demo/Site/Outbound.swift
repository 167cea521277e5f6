import Encoding
import HTTP
import Threads

/// A client's id and secret, sent as HTTP Basic (`client_secret_basic`).
struct ClientCredentials: Sendable {
    let clientID: String
    let secret: String

    /// RFC 6749 §2.3.1: both halves are form-encoded before they are joined.
    var authorization: String {
        let pair = "\(PercentEncoding.encode(clientID)):\(PercentEncoding.encode(secret))"
        return "Basic \(Base64.encode(Array(pair.utf8)))"
    }
}

/// One party's HTTP calls to the others. They block, so they run on threads of the party's own: were the threads shared,
/// apps that wait for the FHIR endpoint could keep it from asking the authorization server.
struct Outbound: Sendable {
    /// No party of the demo calls anything but the demo.
    struct ForeignURL: Error {}

    private let site: DemoSite
    private let client = HTTPClient(timeoutSeconds: 10)
    private let pool: WorkerPool

    init(_ site: DemoSite, name: String) {
        self.site = site
        pool = WorkerPool(name: name, threads: 4, capacity: 256)
    }

    func get(_ url: String, headers: [(String, String)] = []) async throws -> ClientResponse {
        try await send(.get, url, headers: headers, body: [])
    }

    /// Sends a form, with the client's credentials if it has any.
    func post(_ form: FormParameters, to url: String, as client: ClientCredentials? = nil) async throws
        -> ClientResponse
    {
        var headers = [("Content-Type", "application/x-www-form-urlencoded"), ("Accept", "application/json")]
        if let client { headers.append(("Authorization", client.authorization)) }
        return try await send(.post, url, headers: headers, body: Array(form.serialized().utf8))
    }

    func post(_ json: JSON, to url: String, token: String) async throws -> ClientResponse {
        let headers = [("Content-Type", "application/json"), ("Authorization", "Bearer \(token)")]
        return try await send(.post, url, headers: headers, body: json.serialized())
    }

    private func send(_ method: HTTP.Method, _ url: String, headers: [(String, String)], body: [UInt8]) async throws
        -> ClientResponse
    {
        guard let target = site.pathAndQuery(of: url) else { throw ForeignURL() }
        let fields = headers + [("Host", "127.0.0.1:\(site.port)")]
        return try await pool.run { [client, site] in
            try client.send(method, target, to: .tcp(host: "127.0.0.1", port: site.port), headers: fields, body: body)
        }
    }
}
