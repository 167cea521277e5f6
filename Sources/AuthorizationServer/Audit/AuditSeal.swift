import Crypto
import Encoding
import JOSE
import Storage

/// What this server signs of its audit records: at a checkpoint, which record was the last one; at an anchor, which was the last
/// to be removed. By its hash either says all records before it.
struct AuditSeal: Sendable, Equatable {
    /// The `typ` that keeps the one from passing for the other, and for any other token of ours (RFC 8725 §3.11).
    enum Kind: String, Sendable {
        case checkpoint = "lanyard-audit-checkpoint+jwt"
        case anchor = "lanyard-audit-anchor+jwt"
    }

    let kind: Kind
    /// Counts checkpoints from 1; 0 of an anchor.
    let number: Int64
    let seq: Int64
    let hash: [UInt8]
    let at: Int64
    /// Of a checkpoint, how many records are in the chain up to it; of an anchor, how many were removed.
    let count: Int64
    /// The last record from before the chain.
    let start: Int64

    struct Trouble: Error {
        let reason: String
    }

    func signed(with keys: KeyStore, issuer: String) throws -> AuditStatement {
        let signer = keys.accessTokenSigner
        guard let key = keys.published.keys.first(where: { $0.keyID == signer.keyID }) else {
            throw KeyStoreFailure(description: "the key that signs is not published")
        }
        let payload: JSON = [
            "iss": .string(issuer), "number": .integer(number), "seq": .integer(seq),
            "hash": .string(Base64URL.encode(hash)), "at": .integer(at), "count": .integer(count),
            "start": .integer(start),
        ]
        return AuditStatement(
            jws: try signer.sign(payload.serialized(), type: kind.rawValue), jwk: key.json.text)
    }

    /// What a JWS says, with no word on who signed it.
    init(_ jws: JWS, _ kind: Kind) throws(Trouble) {
        guard jws.type == kind.rawValue else { throw Trouble(reason: "is of another type than \(kind.rawValue)") }
        guard let json = try? JSON(parsing: jws.payload), let seq = json["seq"]?.integerValue,
            let hash = json["hash"]?.stringValue.flatMap(Base64URL.decode), hash.count == 32,
            let at = json["at"]?.integerValue, let count = json["count"]?.integerValue,
            let start = json["start"]?.integerValue, let number = json["number"]?.integerValue, seq >= 0
        else { throw Trouble(reason: "does not say seq, hash, at, count, start and number") }
        self.init(kind: kind, number: number, seq: seq, hash: hash, at: at, count: count, start: start)
    }

    /// As it is kept: signed by the key that is kept with it, whose thumbprint is answered. Whether that key is to be believed is
    /// another question.
    static func read(_ statement: AuditStatement, _ kind: Kind) throws(Trouble) -> (seal: AuditSeal, thumbprint: String)
    {
        let key: JWK
        let jws: JWS
        do {
            key = try JWK(JSON(parsing: Array(statement.jwk.utf8)))
            jws = try JWS(compact: Array(statement.jws.utf8))
            try jws.verify(with: key.verificationKey(), allowing: [.es256])
        } catch {
            throw Trouble(reason: "is not signed by the key that is kept with it (\(error))")
        }
        return (try AuditSeal(jws, kind), key.thumbprint)
    }

    init(kind: Kind, number: Int64, seq: Int64, hash: [UInt8], at: Int64, count: Int64, start: Int64) {
        self.kind = kind
        self.number = number
        self.seq = seq
        self.hash = hash
        self.at = at
        self.count = count
        self.start = start
    }
}

extension AuditStatement {
    /// How the audit records name it.
    var digest: String { "sha256:" + Base64URL.encode(Digest.sha256(Array(jws.utf8))) }
}

extension AuditSeal {
    /// RFC 7638, of a key as it is kept.
    static func thumbprint(_ jwk: JSON) -> String? { (try? JWK(jwk))?.thumbprint }
}

extension AuditHashing {
    static let standard = AuditHashing { Digest.sha256($0) }
}
