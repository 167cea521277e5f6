package import Encoding

/// A set of public keys (RFC 7517 §5).
package struct JWKSet: Sendable, Equatable {
    package let keys: [JWK]

    package init(keys: [JWK]) { self.keys = keys }

    /// A key of a kind not spoken here is passed over (RFC 7517 §5). Private, symmetric, weak or malformed keys, a repeated
    /// `kid` and, with `requireKeyIDs`, a missing one refuse the whole set: its owner should hear of it.
    package init(_ json: JSON, requireKeyIDs: Bool) throws(JOSEError) {
        guard let values = json.objectValue?["keys"]?.arrayValue else {
            throw .malformed("a JWK Set must be a JSON object with an array named keys")
        }
        guard values.count <= Self.maximumKeys else { throw .notAllowed("more than \(Self.maximumKeys) keys") }
        var keys: [JWK] = []
        var keyIDs: Set<[UInt8]> = []
        for value in values {
            let members = try JWKMembers(value)
            try members.requirePublic()
            if let keyID = try members.string("kid") {
                guard keyIDs.insert(Array(keyID.utf8)).inserted else { throw .notAllowed("a kid used twice") }
            } else if requireKeyIDs {
                throw .missing("kid")
            }
            if members.isUnderstood { keys.append(try JWK(value)) }
        }
        self.keys = keys
    }

    package var json: JSON { ["keys": .array(keys.map(\.json))] }

    /// The one key with this `kid`, compared octet for octet, that fits the algorithm and may check signatures. None or
    /// several: no key at all (SMART App Launch 2.2, client-confidential-asymmetric).
    package func key(withID keyID: String, for algorithm: Algorithm) throws(JOSEError) -> JWK {
        let matches = keys.filter { key in
            key.keyID?.hasSameOctets(as: keyID) == true && algorithm.fits(key.parameters)
                && (key.algorithm == nil || key.algorithm == algorithm)
        }
        guard matches.count == 1, let key = matches.first else { throw .keyMismatch("\(matches.count) keys match") }
        return key
    }

    private static let maximumKeys = 64
}
