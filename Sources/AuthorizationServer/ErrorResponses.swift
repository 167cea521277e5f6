import Crypto
import Encoding
package import HTTP
import SMART
import Storage
import Threads

/// The only place where an error becomes bytes. OAuth errors are told; everything else is the server's own trouble: 503
/// where a retry may help (a full queue, a busy or full disk, no memory), else 500, and never an OAuth error (lessons S2).
package struct ErrorResponses: Sendable {
    let issuer: String
    let refusals: RecentRefusals
    let log: @Sendable (any Error, Request) -> Void

    package func response(to error: any Error, _ request: Request) -> Response {
        if let error = error as? OAuthError { return response(to: error, request) }
        if let problem = error as? Problem { return problem.response(request) }
        log(error, request)
        return Self.trouble(error).response(request)
    }

    /// RFC 6749 §5.2: JSON, no-store, a challenge where the client used a challengeable scheme.
    private func response(to error: OAuthError, _ request: Request) -> Response {
        refusals.record(error, request)
        if error.detail != nil { log(error, request) }
        var body: JSONObject = ["error": .string(error.code.rawValue), "error_description": .string(error.description)]
        body["request_id"] = .string(request.id)
        var response = Response.json(error.status, .object(body))
        response.forbidStoring()
        if let challenge = error.challenge { response.set("WWW-Authenticate", text(of: challenge, error)) }
        return response
    }

    private func text(of challenge: OAuthError.Challenge, _ error: OAuthError) -> String {
        switch challenge {
        case .basic: "Basic realm=\"\(issuer)\", charset=\"UTF-8\""
        case .bearerWithoutError: "Bearer realm=\"\(issuer)\""
        case .bearer(let scope):
            "Bearer realm=\"\(issuer)\", error=\"\(error.code.rawValue)\", error_description=\"\(error.description)\""
                + (scope.map { ", scope=\"\($0)\"" } ?? "")
        }
    }

    /// What the caller may know of our own trouble.
    static func trouble(_ error: any Error) -> Problem {
        error is StorageError || error is WorkerPool.Full || error is DirectoryTrouble
            || error as? CryptoError == .outOfMemory
            ? Problem(
                status: 503, title: "The server cannot answer now", detail: "Try again in a moment.", retryAfter: 1)
            : Problem(
                status: 500, title: "The request could not be completed", detail: "The log of the server says why.")
    }
}

/// A refusal outside OAuth: RFC 9457 problem details.
package struct Problem: Error, Sendable {
    package let status: Int
    package let title: String
    package let detail: String
    package var errors: [(member: String, reason: String)]
    var retryAfter: Int?
    /// Why, in a word for programs: an extension member (RFC 9457 §3.2).
    var reason: String?

    package init(
        status: Int, title: String, detail: String, errors: [(member: String, reason: String)] = [],
        retryAfter: Int? = nil
    ) {
        self.status = status
        self.title = title
        self.detail = detail
        self.errors = errors
        self.retryAfter = retryAfter
    }

    package func response(_ request: Request) -> Response {
        var body: JSONObject = ["title": .string(title), "status": .integer(Int64(status)), "detail": .string(detail)]
        if !errors.isEmpty {
            body["errors"] = .array(
                errors.map { .object(["member": .string($0.member), "reason": .string($0.reason)]) })
        }
        body["reason"] = reason.map { .string($0) }
        body["request_id"] = .string(request.id)
        var response = Response(
            status: status, headers: [("Content-Type", "application/problem+json")],
            body: JSON.object(body).serialized())
        if let retryAfter { response.set("Retry-After", String(retryAfter)) }
        response.forbidStoring()
        return response
    }
}

extension Response {
    /// RFC 6749 §5.1, SE-11: nothing on the way keeps what may hold a token.
    mutating func forbidStoring() {
        set("Cache-Control", "no-store")
        set("Pragma", "no-cache")
    }

    /// A JSON document, already written, that nothing on the way keeps. Its fields are put together once for all answers.
    static func unstoredJSON(_ document: [UInt8]) -> Response {
        var response = unstoredJSONHead
        response.body = document
        return response
    }

    private static let unstoredJSONHead = {
        var head = Response(status: 200, headers: [("Content-Type", "application/json")])
        head.forbidStoring()
        return head
    }()
}
