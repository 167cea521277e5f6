package import Crypto
package import Encoding

/// A signed object in compact form (RFC 7515 §7.1), taken apart but not yet checked: nothing in it may be believed before
/// `verify` has returned, and its header never chooses a key (`jwk`, `jku`, `x5c` and `x5u` are mere text here).
package struct JWS: Sendable {
    package let algorithmName: String
    package let keyID: String?
    package let type: String?
    package let header: JSONObject
    package let payload: [UInt8]
    private let compact: [UInt8]
    private let signedCount: Int
    private let signature: [UInt8]

    /// Larger ones are not read at all.
    package static let maximumSize = 16_384

    package init(compact: [UInt8]) throws(JOSEError) {
        guard compact.count <= Self.maximumSize else { throw .malformed("more than \(Self.maximumSize) octets") }
        let (first, second) = try Self.separators(compact.span)
        let bytes = compact.span
        let header = try JWSHeader(Self.decode(bytes, 0..<first, "header"))
        algorithmName = header.algorithmName
        keyID = header.keyID
        type = header.type
        self.header = header.json
        payload = try Self.decode(bytes, first + 1..<second, "payload")
        signature = try Self.decode(bytes, second + 1..<compact.count, "signature")
        signedCount = second
        self.compact = compact
    }

    /// The list of allowed algorithms comes from whoever trusts the key, never from the token (RFC 8725 §3.1); and the
    /// algorithm must also be one for such a key.
    package func verify(with key: VerificationKey, allowing algorithms: [Algorithm]) throws(JOSEError) {
        guard let algorithm = algorithms.first(where: { $0.rawValue.hasSameOctets(as: algorithmName) }) else {
            throw .notAllowed("the alg of this JWS")
        }
        guard algorithm.fits(key.parameters) else { throw .keyMismatch("alg \(algorithm.rawValue) with such a key") }
        let input = compact.span.extracting(0..<signedCount)
        guard key.isValid(signature: signature.span, of: input, with: algorithm.signature) else { throw .badSignature }
    }

    /// The places of exactly two dots. Looks for them instead of splitting: what a thousand dots cost is one pass, not a thousand
    /// slices (the class of CVE-2025-30204).
    private static func separators(_ bytes: Span<UInt8>) throws(JOSEError) -> (Int, Int) {
        let dot = UInt8(ascii: ".")
        guard let first = bytes.firstIndex(of: dot), let second = bytes.firstIndex(of: dot, from: first + 1) else {
            throw .malformed("fewer than three parts")
        }
        guard bytes.firstIndex(of: dot, from: second + 1) == nil else { throw .malformed("more than three parts") }
        return (first, second)
    }

    private static func decode(_ bytes: Span<UInt8>, _ range: Range<Int>, _ part: String) throws(JOSEError) -> [UInt8] {
        guard let decoded = Base64URL.decode(bytes.extracting(range)) else {
            throw .malformed("\(part) is not base64url")
        }
        return decoded
    }
}
