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
}

/// Scope strings over a world small enough to be looked at whole: two FHIR types, two parameters, two values each.
enum GeneratedScopes {
    static func text(_ generator: inout SeededGenerator, upTo maximum: Int = 5) -> String {
        let count = Int(generator.next() % UInt64(maximum + 1))
        return (0..<count).map { _ in item(&generator) }.joined(separator: " ")
    }

    static func item(_ generator: inout SeededGenerator) -> String {
        if generator.chance(oneIn: 10) { return generator.pick(fixed) }
        if generator.chance(oneIn: 12) {
            return "auth/\(generator.pick(["Client", "Token"])).\(letters(&generator))"
        }
        let level = generator.pick(["patient", "user", "user", "system"])
        let type = generator.pick(["*", "Patient", "Observation", "Observation"])
        if generator.chance(oneIn: 6) { return "\(level)/\(type).\(generator.pick(["read", "write", "*"]))" }
        let clauses = (0..<generator.pick([0, 0, 1, 1, 2, 3])).map { _ in clause(&generator) }
        return "\(level)/\(type).\(letters(&generator))\(clauses.isEmpty ? "" : "?")\(clauses.joined(separator: "&"))"
    }

    private static let fixed = ["openid", "launch/patient", "offline_access", "https://example.org/scope", "__own"]

    private static func letters(_ generator: inout SeededGenerator) -> String {
        let chosen = generator.pick(["r", "rs", "cruds", "", ""])
        if !chosen.isEmpty { return chosen }
        let mask = generator.next() % 31 + 1
        return "cruds".enumerated().filter { mask & (1 << UInt64($0.offset)) != 0 }.map { String($0.element) }.joined()
    }

    private static func clause(_ generator: inout SeededGenerator) -> String {
        let values = generator.pick(["a", "b", "a,b", "b,a"])
        return "\(generator.pick(["category", "category", "status"]))=\(values)"
    }
}
