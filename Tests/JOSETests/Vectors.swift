import Encoding
import Foundation
import JOSE
import Testing

/// The vectors beside these tests, as values.
enum Vectors {
    static let publishedSignatures = read("published-signatures.json").map(SignatureCase.init)
    static let crossCheckSignatures = read("cross-check-signatures.json").map(SignatureCase.init)
    static let keys = read("keys.json").map(KeyCase.init)
    static let refusedKeys = read("refused-keys.json").map(KeyCase.init)
    static let signing = read("published-signing.json").map(SigningCase.init)

    /// A file that is not there or not what it should be gives no cases, and a test sees to it that there are some.
    private static func read(_ name: String) -> [JSON] {
        guard let folder = Bundle.module.url(forResource: "Vectors", withExtension: nil),
            let data = try? Data(contentsOf: folder.appendingPathComponent(name)),
            let json = try? JSON(parsing: [UInt8](data))
        else { return [] }
        return json.arrayValue ?? []
    }
}

struct SignatureCase: Sendable, CustomTestStringConvertible {
    let name: String
    let key: JSON
    let allowed: [Algorithm]
    let jws: String
    let expectation: String
    var testDescription: String { name }

    init(_ json: JSON) {
        name = json["name"]?.stringValue ?? ""
        key = json["key"] ?? .null
        allowed = (json["allowed"]?.strings ?? []).compactMap(Algorithm.init)
        jws = json["jws"]?.stringValue ?? ""
        expectation = json["expect"]?.stringValue ?? ""
    }
}

struct KeyCase: Sendable, CustomTestStringConvertible {
    let name: String
    let key: JSON
    let thumbprint: String
    let expectation: String
    var testDescription: String { name }

    init(_ json: JSON) {
        name = json["name"]?.stringValue ?? ""
        key = json["key"] ?? .null
        thumbprint = json["thumbprint"]?.stringValue ?? ""
        expectation = json["expect"]?.stringValue ?? ""
    }
}

struct SigningCase: Sendable, CustomTestStringConvertible {
    let name: String
    let pem: String
    let algorithm: String
    let input: String
    let signature: String
    var testDescription: String { name }

    init(_ json: JSON) {
        name = json["name"]?.stringValue ?? ""
        pem = json["pem"]?.stringValue ?? ""
        algorithm = json["algorithm"]?.stringValue ?? ""
        input = json["input"]?.stringValue ?? ""
        signature = json["signature"]?.stringValue ?? ""
    }
}

extension JOSEError {
    /// The case without what it carries, as the vectors name it.
    var kind: String {
        switch self {
        case .malformed: "malformed"
        case .notAllowed: "notAllowed"
        case .keyMismatch: "keyMismatch"
        case .badSignature: "badSignature"
        case .expired: "expired"
        case .notYetValid: "notYetValid"
        case .wrongIssuer: "wrongIssuer"
        case .wrongAudience: "wrongAudience"
        case .missing: "missing"
        case .crypto: "crypto"
        }
    }
}

/// "valid", or the kind of the error.
func outcome(_ body: () throws(JOSEError) -> Void) -> String {
    do {
        try body()
        return "valid"
    } catch {
        return error.kind
    }
}

extension JWS {
    /// A JWS from the texts of its header and payload, with whatever signature.
    static func text(header: String, payload: String = "{}", signature: [UInt8] = [1]) -> [UInt8] {
        let parts = [Array(header.utf8), Array(payload.utf8), signature].map { Base64URL.encode($0) }
        return Array(parts.joined(separator: ".").utf8)
    }
}
