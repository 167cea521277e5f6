/// The SHA-256 of a random secret. Only hashes are stored, so that a stolen file opens nothing.
package struct SecretHash: Sendable {
    package let bytes: [UInt8]

    /// nil unless it has 32 octets.
    package init?(_ bytes: [UInt8]) {
        guard bytes.count == 32 else { return nil }
        self.bytes = bytes
    }
}

extension SecretHash: Equatable {
    /// Takes the same time wherever the two differ.
    package static func == (left: SecretHash, right: SecretHash) -> Bool {
        var difference: UInt8 = 0
        for (a, b) in zip(left.bytes, right.bytes) { difference |= a ^ b }
        return difference == 0
    }
}

extension SecretHash: CustomStringConvertible {
    package var description: String { "‹hash›" }
}
