/// SplitMix64: the same seed gives the same inputs on every run, so a failure can be repeated.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ word >> 30) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ word >> 27) &* 0x94D0_49BB_1331_11EB
        return word ^ word >> 31
    }

    mutating func bytes(_ count: Int) -> [UInt8] {
        (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &self) }
    }

    /// One to four random edits: a byte changed, removed or put in, a run doubled, the end cut off.
    mutating func mutate(_ original: [UInt8], from alphabet: [UInt8]) -> [UInt8] {
        var bytes = original
        for _ in 0..<Int.random(in: 1...4, using: &self) where !bytes.isEmpty {
            let position = Int.random(in: 0..<bytes.count, using: &self)
            let byte = alphabet.randomElement(using: &self) ?? 0
            switch Int.random(in: 0..<6, using: &self) {
            case 0: bytes[position] = byte
            case 1: bytes[position] = UInt8.random(in: .min ... .max, using: &self)
            case 2: bytes.remove(at: position)
            case 3: bytes.insert(byte, at: position)
            case 4: bytes.insert(contentsOf: bytes[position..<min(position + 8, bytes.count)], at: position)
            default: bytes.removeSubrange(position...)
            }
        }
        return bytes
    }
}
