/// FNV-1a, 64 bits: names an asset by what is in it, so that caches never show an old one. Not a defence against anybody.
struct ContentHash: Sendable, Equatable {
    let text: String

    init(_ bytes: [UInt8]) {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        let digits = String(hash, radix: 16)
        text = String(repeating: "0", count: 16 - digits.count) + digits
    }
}
