import Crypto
import Encoding
import HTTP
import JOSE
import SMART
import Storage
import Threads

/// `/admin/v1/keys`: the signing keys, never more of them than their public half. Each change happens with the transaction that
/// records it: what cannot be recorded does not happen, and what was recorded has.
struct KeyAdministration: Sendable {
    let server: AuthorizationServer

    @Sendable func list(_ request: AdministrationRequest) async throws -> Response { .json(200, answer()) }

    /// `{"algorithm", "bits"?}`: a next key, published at once.
    @Sendable func generate(_ request: AdministrationRequest) async throws -> Response {
        let asked = try AskedKey(try request.json(), "algorithm", "bits")
        let keys = server.keys
        let key = try await server.keyWork.run { try keys.make(asked.algorithm, bits: asked.bits) }
        try await change(request, .keyGenerated, "key \(key.keyID)") { try $0.adding(key) }
        return .json(201, answer(key.keyID))
    }

    /// `{"algorithm", "now"?, "force"?}`: the next key signs.
    @Sendable func rotate(_ request: AdministrationRequest) async throws -> Response {
        let asked = try AskedKey(try request.json(), "algorithm", "now", "force")
        guard asked.force || !asked.now else {
            throw Problem(
                status: 409, title: "Rotating now breaks something",
                detail: "Resource servers that do not have the new key yet refuse what it signs until they fetch /jwks "
                    + "again: every new access token and id_token, for as long as they keep what they have, often a day. "
                    + "With force it happens all the same.")
        }
        let algorithm = asked.algorithm
        let isForced = asked.now && asked.force
        let detail = "\(algorithm.rawValue)\(isForced ? ", forced" : "")"
        try await change(request, .keyRotated, detail) { try $0.rotating(algorithm, force: isForced) }
        return .json(200, answer())
    }

    /// `{"compromised"?}`: takes back a next key; or, one that was stolen, in whichever state, with all its tokens.
    @Sendable func retire(_ request: AdministrationRequest) async throws -> Response {
        let keyID = request.pathParameter("kid")
        let json = request.body.isEmpty ? JSON.object([:]) : try request.json()
        guard try AskedKey.flag(json, "compromised", of: ["compromised"]) else {
            try await change(request, .keyRemoved, "key \(keyID)") { try $0.withdrawing(keyID) }
            return .json(200, answer())
        }
        let keys = server.keys
        let replacement = try await server.keyWork.run { () -> RingKey? in
            let moment = keys.moment()
            guard let key = moment.ring.key(keyID), key.state == .active, moment.next(key.algorithm) == nil else {
                return nil
            }
            return try keys.make(key.algorithm)
        }
        try await change(request, .keyRevoked, "key \(keyID)") {
            try $0.revoking(keyID, replacement: replacement)
        }
        return .json(200, answer())
    }

    /// All files get the current passphrase, as it is said now and not at the start.
    @Sendable func reencrypt(_ request: AdministrationRequest) async throws -> Response {
        let (keys, read) = (server.keys, server.configuration.readKeyPassphrases)
        let (passphrases, blocks) = try await server.keyWork.run {
            do {
                let passphrases = try read?() ?? keys.passphrases
                return (passphrases, try keys.blocks(under: passphrases))
            } catch  where error is KeyStoreFailure || error is PrivateFile.Failure {
                throw Problem(status: 409, title: "Nothing was encrypted anew", detail: "\(error)")
            }
        }
        try await change(request, .keysReencrypted, "\(blocks.count) keys") {
            try $0.resealed(blocks, under: passphrases)
        }
        return .json(200, answer())
    }

    private func change(
        _ request: AdministrationRequest, _ event: AuditEvent, _ detail: String,
        _ plan: @escaping @Sendable (KeyMoment) throws -> KeyPlan
    ) async throws {
        let (keys, now, address) = (server.keys, server.clock.now, request.peer.address)
        let id = try keys.newChange()
        do {
            try await request.write(server.database, once: true) { transaction in
                try transaction.audit(event, actor: request.caller.name, address: address, detail: detail, at: now)
                try keys.prepare(id, transaction, plan)
            }
        } catch {
            keys.abandon(id)
            if let refusal = error as? KeyRefusal { throw refusal.problem }
            throw error
        }
        keys.adopt(id)
        // It has happened; files that cannot be written now are tried again, and counted among the failures then.
        try? await server.keyWork.run { try keys.finish() }
    }

    // MARK: Answers

    private func answer() -> JSON {
        let moment = server.keys.moment()
        return ["keys": .array(moment.ring.keys.map { Self.json($0, moment) })]
    }

    private func answer(_ keyID: String) -> JSON {
        let moment = server.keys.moment()
        return moment.ring.key(keyID).map { Self.json($0, moment) } ?? .null
    }

    private static func json(_ key: RingKey, _ moment: KeyMoment) -> JSON {
        var object: JSONObject = [
            "kid": .string(key.keyID), "algorithm": .string(key.algorithm.rawValue),
            "state": .string(key.state.rawValue),
            "published_at": .integer(key.notes.published), "since": .integer(key.notes.since),
        ]
        if case .rsa(let bits) = key.key.kind { object["bits"] = .integer(Int64(bits)) }
        if key.state == .next { object["usable_in"] = .integer(moment.wait(key)) }
        object["encrypted"] = .bool(String(decoding: key.pem, as: UTF8.self).contains("ENCRYPTED PRIVATE KEY"))
        return .object(object)
    }
}

/// A key as an administrator asks for it, every member checked.
private struct AskedKey: Sendable {
    let algorithm: Algorithm
    let bits: Int?
    let now: Bool
    let force: Bool

    init(_ json: JSON, _ members: String...) throws {
        var errors = Self.unknown(json, members)
        let name = json["algorithm"]?.stringValue
        let known = KeyStore.algorithms.first { $0.rawValue == name }
        if known == nil {
            errors.append(
                ("algorithm", "must be one of \(KeyStore.algorithms.map(\.rawValue).joined(separator: ", "))"))
        }
        var bits: Int?
        if let value = json["bits"] {
            bits = value.integerValue.flatMap { Int(exactly: $0) }
            if known == .es256 {
                errors.append(("bits", "is only for RS256"))
            } else if !Configuration.rsaKeySizes.contains(bits ?? 0) {
                errors.append(("bits", "must be 2048, 3072 or 4096"))
            }
        }
        for member in ["now", "force"] where json[member] != nil && json[member]?.boolValue == nil {
            errors.append((member, "must be true or false"))
        }
        guard errors.isEmpty, json.objectValue != nil, let known else { throw Self.problem(errors) }
        algorithm = known
        self.bits = bits
        now = json["now"]?.boolValue ?? false
        force = json["force"]?.boolValue ?? false
    }

    static func flag(_ json: JSON, _ member: String, of members: [String]) throws -> Bool {
        var errors = unknown(json, members)
        if json[member] != nil, json[member]?.boolValue == nil { errors.append((member, "must be true or false")) }
        guard errors.isEmpty, json.objectValue != nil else { throw problem(errors) }
        return json[member]?.boolValue ?? false
    }

    private static func unknown(_ json: JSON, _ members: [String]) -> [(member: String, reason: String)] {
        (json.objectValue?.names ?? []).filter { !members.contains($0) }.map { ($0, "is not a member of this request") }
    }

    private static func problem(_ errors: [(member: String, reason: String)]) -> Problem {
        Problem(
            status: 422, title: "The request is not valid", detail: "See the members named in errors.", errors: errors)
    }
}

extension KeyRefusal {
    fileprivate var problem: Problem {
        switch self {
        case .unknownKey(let keyID):
            Problem(status: 404, title: "No such key", detail: "There is no key \(OAuthError.safe(keyID)).")
        case .unknownAlgorithm(let name):
            Problem(status: 404, title: "No such key", detail: "There is no \(OAuthError.safe(name)) key that signs.")
        case .noNext(let algorithm):
            Problem(
                status: 409, title: "There is no next key",
                detail:
                    "Generate one for \(algorithm.rawValue) first; it is published at once and can sign a day later.")
        case .tooEarly(let algorithm, let wait):
            Problem(
                status: 409, title: "The next key is not known yet",
                detail:
                    "The next \(algorithm.rawValue) key has to be published for \(wait) seconds more before it signs: "
                    + "who does not have it yet refuses what it signs.")
        case .active:
            Problem(
                status: 409, title: "The key signs",
                detail:
                    "Rotate it; or, if it was stolen, say that it is compromised: it and all its tokens end at once.")
        case .alreadyRetired:
            Problem(
                status: 409, title: "The key is retired",
                detail:
                    "It goes by itself when its last token has expired. If it was stolen, say that it is compromised.")
        case .tooMany:
            Problem(status: 409, title: "Too many keys", detail: "Take back the next keys that are not needed.")
        case .underWay:
            Problem(status: 409, title: "Another change is under way", detail: "Try again in a moment.")
        }
    }
}
