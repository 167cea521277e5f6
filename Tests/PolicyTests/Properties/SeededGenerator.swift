/// SplitMix64: the same cases on every run, named by their seed.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    mutating func pick<T>(_ choices: [T]) -> T { choices[Int(next() % UInt64(choices.count))] }

    mutating func chance(oneIn count: UInt64) -> Bool { next() % count == 0 }

    /// Each with an even chance.
    mutating func some<T>(of choices: [T]) -> [T] { chosen(choices, next()) }

    /// Three of four.
    mutating func most<T>(of choices: [T]) -> [T] { chosen(choices, next() | next()) }

    private func chosen<T>(_ choices: [T], _ mask: UInt64) -> [T] {
        choices.enumerated().filter { mask & (1 << UInt64($0.offset)) != 0 }.map(\.element)
    }
}
