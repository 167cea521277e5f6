/// Passwords, and secrets that people choose, as stored: scrypt in the PHC string format, `$scrypt$ln=15,r=8,p=3$salt$hash`.
package enum PasswordHash {
    /// What a hash costs to make and, for a thief of the database, to guess.
    package struct Cost: Sendable, Equatable {
        let scrypt: Scrypt

        /// Nil for a cost that scrypt does not know or this machine should not pay: ln 1…20, r 1…32, p 1…16, 256 MiB.
        package init?(logN: Int, blockSize: Int = 8, parallelization: Int = 1) {
            guard let scrypt = Scrypt(logN: logN, blockSize: blockSize, parallelization: parallelization) else {
                return nil
            }
            self.scrypt = scrypt
        }

        private init(_ scrypt: Scrypt) { self.scrypt = scrypt }

        /// N = 2¹⁵, r = 8, p = 3.
        package static let recommended = Cost(Scrypt.recommended)
    }

    /// Throws for a password with a NUL in it: scrypt's HMAC fills a short key up with zeros, so that octets at the end
    /// would not count.
    package static func make(
        _ password: [UInt8], cost: Cost = .recommended, random: RandomBytes
    ) throws(CryptoError) -> String {
        guard !password.contains(0) else { throw .unsupported("a password with a NUL in it") }
        let salt = try random(16)
        let hash = try cost.scrypt.key(password, salt: salt, count: 32)
        return PHCString(scrypt: cost.scrypt, salt: salt, hash: hash).text
    }

    /// Takes as long as `make` did with the cost in `phc`. A text that is no such hash is an error, not a wrong password.
    package static func verify(_ password: [UInt8], against phc: String) throws(CryptoError) -> Bool {
        guard let stored = PHCString(phc) else { throw .unsupported("a password hash in an unknown format") }
        let hash = try stored.scrypt.key(password, salt: stored.salt, count: stored.hash.count)
        return ConstantTime.equal(hash, stored.hash) && !password.contains(0)
    }

    /// Whether the text is a hash that `verify` takes, at a cost that this machine pays.
    package static func isReadable(_ phc: String) -> Bool { PHCString(phc) != nil }

    /// True if the hash is cheaper to guess than one made now with that cost, or cannot be read.
    package static func needsUpgrade(_ phc: String, to cost: Cost = .recommended) -> Bool {
        guard let stored = PHCString(phc) else { return true }
        let today = cost.scrypt
        return stored.scrypt.logN < today.logN || stored.scrypt.blockSize < today.blockSize
            || stored.scrypt.parallelization < today.parallelization || stored.salt.count < 16 || stored.hash.count < 32
    }
}
