import Crypto
import JOSE

/// next: published, not yet used · active: signs · retired: published until the last token that it signed has expired.
/// What comes after that has no name: the key is gone, and its file with it (lessons K1).
enum KeyState: String, Sendable, CaseIterable, Comparable {
    case next, active, retired

    /// A key only ever goes on.
    static func < (one: KeyState, other: KeyState) -> Bool { one.place < other.place }

    private var place: Int {
        switch self {
        case .next: 0
        case .active: 1
        case .retired: 2
        }
    }
}

/// One signing key of the ring, as its file says. Printed, it is its name: its block may be a plain private key.
struct RingKey: Sendable, CustomStringConvertible, CustomReflectable {
    let keyID: String
    let algorithm: Algorithm
    var state: KeyState
    let key: SigningKey
    /// The block of its file, encrypted where there is a passphrase: written again as it is when only the notes change.
    var pem: [UInt8]
    var notes: KeyNotes

    var description: String { name }
    var customMirror: Mirror { Mirror(self, children: []) }

    /// The name of its file.
    var name: String { Self.name(keyID, algorithm, state) }

    static func name(_ keyID: String, _ algorithm: Algorithm, _ state: KeyState) -> String {
        "\(keyID).\(algorithm.rawValue).\(state.rawValue).pem"
    }

    var content: [UInt8] { Array(notes.text.utf8) + pem }

    /// The same key in its next state.
    func entering(_ state: KeyState, _ notes: KeyNotes) -> RingKey {
        var key = self
        (key.state, key.notes) = (state, notes)
        return key
    }
}
