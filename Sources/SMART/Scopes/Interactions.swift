/// What may be done with a resource, the letters of SMART v2 scopes (SCP-1).
package struct Interactions: OptionSet, Sendable, Hashable {
    package let rawValue: UInt8

    package init(rawValue: UInt8) { self.rawValue = rawValue & 0b11111 }

    package static let create = Interactions(rawValue: 1)
    /// Read, vread and the history of one resource.
    package static let read = Interactions(rawValue: 2)
    /// Update, also as create, and patch.
    package static let update = Interactions(rawValue: 4)
    package static let delete = Interactions(rawValue: 8)
    /// Search, and the history of a type or of the whole system.
    package static let search = Interactions(rawValue: 16)

    package static let all = Interactions(rawValue: 0b11111)

    // What `OptionSet` has for these is generic, and costs hundreds of instructions where another module calls it.
    package var isEmpty: Bool { rawValue == 0 }
    package func isDisjoint(with other: Interactions) -> Bool { rawValue & other.rawValue == 0 }
    package func isSuperset(of other: Interactions) -> Bool { rawValue & other.rawValue == other.rawValue }
    package func contains(_ other: Interactions) -> Bool { isSuperset(of: other) }

    /// SCP-2: an in-order choice of `cruds`, at least one letter and none twice. Anything else is no permission at all.
    package init?(letters: String) {
        var interactions: Interactions = []
        for byte in letters.utf8 {
            guard let next = Self.byLetter.first(where: { $0.letter == byte })?.interaction,
                next.rawValue > interactions.rawValue
            else { return nil }
            interactions.insert(next)
        }
        guard !interactions.isEmpty else { return nil }
        self = interactions
    }

    package var letters: String { Self.letters[Int(rawValue)] }

    /// For each of the 32 raw values.
    private static let letters: [String] = (0...all.rawValue).map { rawValue in
        let present = byLetter.filter { rawValue & $0.interaction.rawValue != 0 }
        return String(decoding: present.map(\.letter), as: UTF8.self)
    }

    private static let byLetter: [(letter: UInt8, interaction: Interactions)] = [
        (UInt8(ascii: "c"), .create), (UInt8(ascii: "r"), .read), (UInt8(ascii: "u"), .update),
        (UInt8(ascii: "d"), .delete), (UInt8(ascii: "s"), .search),
    ]

    /// SCP-3: the words of SMART v1.
    init?(version1 word: String) {
        guard let interactions = Self.byWord.first(where: { $0.word == word })?.interactions else { return nil }
        self = interactions
    }

    /// The v1 word that means exactly this, if there is one.
    var version1Word: String? { Self.byWord.first { $0.interactions == self }?.word }

    private static let byWord: [(word: String, interactions: Interactions)] = [
        ("read", [.read, .search]), ("write", [.create, .update, .delete]), ("*", .all),
    ]
}
