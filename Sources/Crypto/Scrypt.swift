import COpenSSL

/// The password-based key derivation function of RFC 7914.
struct Scrypt: Equatable {
    /// The binary logarithm of N, the cost in processor time and memory.
    let logN: Int
    let blockSize: Int
    let parallelization: Int

    /// Nil for parameters outside RFC 7914 §2, or that would take more than `maximumMemory`.
    init?(logN: Int, blockSize: Int, parallelization: Int) {
        guard (1...20).contains(logN), (1...32).contains(blockSize), (1...16).contains(parallelization),
            128 * blockSize << logN <= Self.maximumMemory
        else { return nil }
        self.logN = logN
        self.blockSize = blockSize
        self.parallelization = parallelization
    }

    private init(logN: Int, parallelization: Int) {
        self.logN = logN
        blockSize = 8
        self.parallelization = parallelization
    }

    /// One of the settings that the OWASP Password Storage Cheat Sheet holds equal: 32 MiB and about a third of a second.
    /// The one with N = 2¹⁷ needs 128 MiB for each sign-in under way, more than all the rest of the server.
    static let recommended = Scrypt(logN: 15, parallelization: 3)

    private static let maximumMemory = 1 << 28

    func key(_ password: [UInt8], salt: [UInt8], count: Int) throws(CryptoError) -> [UInt8] {
        var key = [UInt8](repeating: 0, count: count)
        let characters = password.map { CChar(bitPattern: $0) }
        // Room for the B and temporary blocks beside V; OpenSSL's own limit of 32 MiB is too small for a good cost.
        let memory = UInt64(Self.maximumMemory) + (1 << 20)
        let status = unsafe EVP_PBE_scrypt(
            characters, characters.count, salt, salt.count, 1 << UInt64(logN), UInt64(blockSize),
            UInt64(parallelization), memory, &key, key.count)
        guard status == 1 else { throw .fromQueue("EVP_PBE_scrypt") }
        return key
    }
}
