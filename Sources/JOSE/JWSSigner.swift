package import Crypto
import Encoding

/// Signs with one of this server's keys, in compact form.
package struct JWSSigner: Sendable {
    package let keyID: String
    package let algorithm: Algorithm
    private let key: SigningKey
    private let preparedHeaders: [String: [UInt8]]

    package init(key: SigningKey, algorithm: Algorithm, keyID: String) throws(JOSEError) {
        guard algorithm.fits(key.publicKey.parameters) else {
            throw .keyMismatch("alg \(algorithm.rawValue) with such a key")
        }
        self.key = key
        self.algorithm = algorithm
        self.keyID = keyID
        preparedHeaders = Self.usualTypes.reduce(into: [:]) { headers, type in
            headers[type] = Self.header(algorithm, keyID, type: type)
        }
    }

    /// `type` becomes `typ`, which keeps one sort of token from passing for another (RFC 8725 §3.11).
    package func sign(_ payload: [UInt8], type: String) throws(JOSEError) -> String {
        var compact = preparedHeaders[type] ?? Self.header(algorithm, keyID, type: type)
        compact += Base64URL.encodeBytes(payload)
        let signature: [UInt8]
        do {
            signature = try key.sign(compact, with: algorithm.signature)
        } catch {
            throw .crypto(error)
        }
        compact.append(UInt8(ascii: "."))
        compact += Base64URL.encodeBytes(signature)
        return String(decoding: compact, as: UTF8.self)
    }

    /// The protected header, encoded, with the dot that follows it.
    private static func header(_ algorithm: Algorithm, _ keyID: String, type: String) -> [UInt8] {
        let header: JSON = ["alg": .string(algorithm.rawValue), "kid": .string(keyID), "typ": .string(type)]
        return Base64URL.encodeBytes(header.serialized()) + [UInt8(ascii: ".")]
    }

    /// Prepared once; any other type is encoded when it is asked for.
    private static let usualTypes = ["JWT", "at+jwt", "logout+jwt", "token-introspection+jwt"]
}
