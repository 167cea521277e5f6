import Crypto

/// What the key files are encrypted with: the one that new files get, and earlier ones that may still open some (lessons K3).
package struct KeyPassphrases: Sendable {
    /// Nil: new files are plain.
    let current: Secret?
    let previous: [Secret]

    package init(current: Secret?, previous: [Secret]) {
        self.current = current
        self.previous = previous
    }

    /// Reads a key file's block; in words for an operator where none opens it.
    func open(_ pem: [UInt8], of path: String) throws(KeyStoreFailure) -> SigningKey {
        let isEncrypted = String(decoding: pem, as: UTF8.self).contains("-----BEGIN ENCRYPTED PRIVATE KEY-----")
        let candidates: [Secret?] = isEncrypted ? ([current].compactMap { $0 } + previous) : [nil]
        var failure: CryptoError?
        for passphrase in candidates {
            do throws(CryptoError) {
                return try SigningKey(pem: pem, passphrase: passphrase?.bytes)
            } catch {
                failure = error
            }
        }
        guard isEncrypted else {
            throw KeyStoreFailure(
                description: "\(path): not a usable private key (\(failure.map { "\($0)" } ?? "no reason"))")
        }
        guard !candidates.isEmpty else {
            throw KeyStoreFailure(
                description: "\(path): is encrypted, and key_passphrase_file (or LANYARD_KEY_PASSPHRASE, or "
                    + "key_passphrase_command) does not say with what")
        }
        throw KeyStoreFailure(
            description: "\(path): not a usable private key, or encrypted with another passphrase than the current one "
                + "and those of key_passphrase_previous_files")
    }

    /// The block of a new file.
    func seal(_ key: SigningKey) throws(CryptoError) -> [UInt8] { try key.pem(passphrase: current?.bytes) }
}
