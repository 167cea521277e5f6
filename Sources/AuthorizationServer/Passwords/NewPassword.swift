import Encoding

/// A password that somebody may have from now on (PW-02, SP 800-63B-4 §3.1.1.2): long, not one that is guessed first, and
/// otherwise whatever the person likes. Nothing is cut off, and no kind of character is asked for.
struct NewPassword: Sendable {
    let secret: Secret

    enum Refusal: Error, Sendable, Equatable {
        case tooShort, tooLong, hasNUL, repeats, isSequence, isGuessable

        var reason: String {
            switch self {
            case .tooShort: "must have at least \(NewPassword.leastCharacters) characters"
            case .tooLong: "must have at most \(NewPassword.mostOctets) octets"
            case .hasNUL: "must not have a NUL in it"
            case .repeats: "must not repeat the same few characters"
            case .isSequence: "must not be a sequence like abcdef or a row of keys"
            case .isGuessable:
                "must not be made of nothing but common passwords, the person's names and those of the organization"
            }
        }
    }

    /// With a password as the only factor.
    static let leastCharacters = 15
    static let mostOctets = 1024

    /// `names`: of the person, of the organization. Passwords made of nothing else are guessed first.
    init(_ text: String, names: [String]) throws(Refusal) {
        // Before anything that takes longer for longer texts.
        guard text.utf8.count <= Self.mostOctets else { throw .tooLong }
        let text = text.nfc
        let scalars = Array(text.unicodeScalars)
        // Each code point counts as one character.
        guard scalars.count >= Self.leastCharacters else { throw .tooShort }
        guard text.utf8.count <= Self.mostOctets else { throw .tooLong }
        guard !text.utf8.contains(0) else { throw .hasNUL }
        let guess = GuessablePassword(text)
        guard !guess.repeats else { throw .repeats }
        guard !guess.isSequence else { throw .isSequence }
        guard !guess.isMade(of: names) else { throw .isGuessable }
        secret = Secret(Array(text.utf8))
    }
}
