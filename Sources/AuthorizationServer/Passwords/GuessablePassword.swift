import Encoding

/// What a guesser sees in a password: letters and digits without regard to case, and what joins them left out.
///
/// Few passwords in the lists of stolen ones are this long; those that are, are shorter ones in a row. So the password as a
/// whole is compared with everything that can be made of the words, and one other word in it is enough to pass.
struct GuessablePassword {
    private let text: [Unicode.Scalar]
    /// Letters and digits alone, where they are most of it.
    private let core: [Unicode.Scalar]

    init(_ text: String) {
        self.text = Self.folded(text)
        let letters = self.text.filter(Self.isLetterOrDigit)
        core = letters.count >= self.text.count / 2 ? letters : self.text
    }

    /// Up to four different characters, or one piece again and again.
    var repeats: Bool { Set(text).count <= 4 || Self.isRepetition(text) || Self.isRepetition(core) }

    /// Nothing but runs of at least three: `abcd`, `9876`, `xxx`, `qwerty`.
    var isSequence: Bool {
        var rest = core[...]
        while !rest.isEmpty {
            let length = Self.runLength(rest)
            guard length >= 3 else { return false }
            rest = rest.dropFirst(length)
        }
        return true
    }

    /// Whether it falls apart into common passwords, words of these names and digits, with nothing left over.
    func isMade(of names: [String]) -> Bool {
        let words = Self.common + names.flatMap(Self.parts)
        var reachable = [Bool](repeating: false, count: core.count + 1)
        reachable[0] = true
        for start in core.indices where reachable[start] {
            if Self.isDigit(core[start]) { reachable[start + 1] = true }
            for word in words where core[start...].starts(with: word) { reachable[start + word.count] = true }
        }
        return reachable[core.count]
    }

    private static let common = CommonPasswords.words.map { Array($0.unicodeScalars) }

    /// A name as a whole and each word of it; what is shorter than three letters is in too many words.
    private static func parts(_ name: String) -> [[Unicode.Scalar]] {
        let folded = folded(name)
        let words = folded.split { !isLetterOrDigit($0) }.map(Array.init)
        return ([folded.filter(isLetterOrDigit)] + words).filter { $0.count >= 3 }
    }

    private static func folded(_ text: String) -> [Unicode.Scalar] { Array(text.lowercased().nfc.unicodeScalars) }

    private static func isRepetition(_ text: [Unicode.Scalar]) -> Bool {
        guard text.count >= 2 else { return false }
        return (1...text.count / 2).contains { period in
            text.dropFirst(period).elementsEqual(text.dropLast(period))
        }
    }

    private static func runLength(_ text: ArraySlice<Unicode.Scalar>) -> Int {
        var steps = Step.allCases
        var length = 1
        for (left, right) in zip(text, text.dropFirst()) {
            steps.removeAll { !$0.leads(left, right) }
            if steps.isEmpty { break }
            length += 1
        }
        return length
    }

    private static func isLetterOrDigit(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.isAlphabetic || scalar.properties.numericType != nil
    }

    private static func isDigit(_ scalar: Unicode.Scalar) -> Bool { scalar.properties.numericType == .decimal }
}

/// How one character of a run follows the other.
private enum Step: CaseIterable {
    case same, up, down, rightOnKeyboard, leftOnKeyboard

    /// Rows and columns of keyboards.
    private static let keys = [
        "1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm", "qwertzuiopü", "yxcvbnm", "azertyuiop", "qsdfghjklm",
        "1qaz", "2wsx", "3edc", "4rfv", "5tgb", "6yhn", "7ujm",
    ].map { Array($0.unicodeScalars) }

    func leads(_ left: Unicode.Scalar, _ right: Unicode.Scalar) -> Bool {
        switch self {
        case .same: left == right
        case .up: left.value + 1 == right.value
        case .down: left.value == right.value + 1
        case .rightOnKeyboard: Self.areNeighbours(left, right)
        case .leftOnKeyboard: Self.areNeighbours(right, left)
        }
    }

    private static func areNeighbours(_ left: Unicode.Scalar, _ right: Unicode.Scalar) -> Bool {
        keys.contains { row in zip(row, row.dropFirst()).contains { $0 == left && $1 == right } }
    }
}
