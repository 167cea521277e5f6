import Crypto
import Encoding
import HTTP
import Storage

/// `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header): whoever heard no answer to a creation asks again with the same
/// key, and nothing is created twice. What is shown once is not shown again.
struct RepeatedCreation: Sendable {
    private let key: String
    private let caller: String
    private let fingerprint: SecretHash
    private let server: AuthorizationServer

    /// As long as people and their programs may try again.
    private static let life: Int64 = 86_400

    /// Of one caller, so that nobody fills the database with answers.
    private static let most = 10_000

    /// Nil where the request has no key.
    init?(_ request: Request, of caller: AdministrationCaller, _ server: AuthorizationServer) throws {
        guard let text = request.headers["idempotency-key"] else { return nil }
        guard (1...255).contains(text.utf8.count), text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw Problem(
                status: 400, title: "Wrong Idempotency-Key",
                detail: "Idempotency-Key must be 1 to 255 visible ASCII characters.")
        }
        key = text
        self.caller = caller.name
        self.server = server
        let octets = Array(request.path.utf8) + [0] + request.query + [0] + Self.withoutGuessable(request.body)
        guard let fingerprint = SecretHash(Digest.sha256(octets)) else { return nil }
        self.fingerprint = fingerprint
    }

    /// A hash of what people choose could be guessed at.
    private static func withoutGuessable(_ body: [UInt8]) -> [UInt8] {
        guard var object = (try? JSON(parsing: body))?.objectValue else { return body }
        for name in ["password", "client_secret", "secrets", "users"] where object[name] != nil { object[name] = .null }
        return JSON.object(object).serialized()
    }

    /// The answer that was given before, or that of `create`, which is then kept.
    func answer(_ create: () async throws -> Response) async throws -> Response {
        if let before = try await claim() { return before }
        do {
            let response = try await create()
            let body = Self.withoutSecrets(response.body)
            let (key, caller) = (key, caller)
            try await server.database.write { transaction in
                try transaction.keepAnswer(
                    .init(status: response.status, body: body), ofIdempotencyKey: key, caller: caller)
            }
            return response
        } catch {
            // Only what is sure to have changed nothing is forgotten.
            if error is Problem || error is AdministrationRefusal {
                let (key, caller) = (key, caller)
                try await server.database.write { try $0.releaseIdempotencyKey(key, caller: caller) }
            }
            throw error
        }
    }

    private func claim() async throws -> Response? {
        let (key, caller, fingerprint, now) = (key, caller, fingerprint, server.clock.now)
        let known = try await server.database.write { transaction in
            let known = try transaction.claimIdempotencyKey(
                key, caller: caller, fingerprint: fingerprint, now: now, expiresAt: now.adding(seconds: Self.life))
            guard try known != nil || !transaction.hasIdempotencyKeys(beyond: Self.most, caller: caller) else {
                throw Problem(
                    status: 409, title: "Too many Idempotency-Keys",
                    detail: "\(Self.most) of yours are kept, each for a day: ask again without, or later.")
            }
            return known
        }
        guard let known else { return nil }
        guard known.fingerprint == fingerprint else {
            throw Problem(
                status: 422, title: "Another request",
                detail: "This Idempotency-Key was used for a request that is not the same.")
        }
        guard let answer = known.answer else {
            throw Problem(
                status: 409, title: "Begun before",
                detail:
                    "A request with this Idempotency-Key was begun, and its end is not known: see whether it was done.")
        }
        return Response(
            status: answer.status, headers: [("Content-Type", "application/json"), ("Idempotency-Replayed", "true")],
            body: Array(answer.body.utf8))
    }

    /// What an answer shows once, wherever it stands: a launch is also in the URL that the browser is sent to.
    private static let secrets = [
        "client_secret", "generated_secrets", "token", "registration_access_token", "launch", "launch_url",
    ]

    /// TK-05: a secret is shown once.
    private static func withoutSecrets(_ body: [UInt8]) -> String {
        guard var object = (try? JSON(parsing: body))?.objectValue else { return "" }
        for name in secrets { object[name] = nil }
        return JSON.object(object).text
    }
}
