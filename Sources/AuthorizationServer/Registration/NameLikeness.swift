import Encoding
import SMART
import Storage

/// What a name looks like to a person who reads it on the consent page (AD-04). Names that look alike fold to one text.
enum NameLikeness {
    /// Why no client may call itself that; nil if the letters are of one script and none is in disguise.
    static func problem(_ name: String) -> String? {
        if key(name).isEmpty { return "must hold letters or digits" }
        let letters = name.unicodeScalars.filter(\.properties.isAlphabetic)
        if letters.contains(where: isDisguised) { return "must not hold letters in another shape" }
        let scripts = Set(letters.compactMap(Script.init))
        // A name in another script may hold Latin words, but Greek and Cyrillic pass for Latin.
        let mixes = scripts.count > 1 && scripts != [.latin, .other]
        return mixes ? "must not mix letters of scripts that look alike" : nil
    }

    /// Without letter case, spaces, punctuation and accents, and one sign for all that look the same.
    static func key(_ name: String) -> String {
        var key = ""
        for scalar in name.lowercased().nfc.unicodeScalars.flatMap(withoutAccents).map(plainDigit) {
            if let shape = shapes[scalar] {
                key += shape
            } else if scalar.properties.isAlphabetic || scalar.properties.numericType != nil {
                key.unicodeScalars.append(scalar)
            }
        }
        return key.replacing("rn", with: "m").replacing("vv", with: "w")
    }

    /// The letter under the accents, and any that is more than an accent. Elsewhere than in Latin, Greek and Cyrillic the marks
    /// tell letters apart.
    private static func withoutAccents(_ scalar: Unicode.Scalar) -> [Unicode.Scalar] {
        guard shapes[scalar] == nil, scalar.value < 0x530 || (0x1E00...0x1FFF).contains(scalar.value) else {
            return [scalar]
        }
        return Array(String(scalar).nfd.unicodeScalars)
    }

    /// Digits of all scripts and shapes as those of ASCII.
    private static func plainDigit(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        guard let value = scalar.properties.numericValue, (0...9).contains(value), value == value.rounded() else {
            return scalar
        }
        return Unicode.Scalar(UInt8(ascii: "0") + UInt8(value))
    }

    private enum Script {
        case latin, greek, cyrillic, armenian, cherokee, other

        /// Nil for letters that belong to several, such as modifiers.
        init?(_ scalar: Unicode.Scalar) {
            switch scalar.value {
            case 0x41...0x5A, 0x61...0x7A, 0xAA, 0xBA, 0xC0...0x24F, 0x250...0x2AF, 0x1E00...0x1EFF: self = .latin
            case 0x2B0...0x36F: return nil
            case 0x370...0x3FF, 0x1F00...0x1FFF: self = .greek
            case 0x400...0x52F, 0x1C80...0x1C8F, 0x2DE0...0x2DFF, 0xA640...0xA69F: self = .cyrillic
            case 0x530...0x58F: self = .armenian
            case 0x13A0...0x13FF, 0xAB70...0xABBF: self = .cherokee
            default: self = .other
            }
        }
    }

    /// Letters that stand for others: phonetic and modifier letters, letter-like and enclosed ones, full-width and
    /// mathematical ones, and the small forms of Latin Extended.
    private static func isDisguised(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x250...0x2FF, 0x1D00...0x1DBF, 0x2070...0x209F, 0x2100...0x218F, 0x2460...0x24FF, 0x2C60...0x2C7F,
            0xA720...0xA7FF, 0xAB30...0xAB6F, 0xFB00...0xFB06, 0xFF21...0xFF5A, 0x1D400...0x1D7FF, 0x1F100...0x1F1FF:
            true
        default: false
        }
    }

    /// The usual look-alikes, in lower case, with the sign that stands for them all.
    private static let shapes: [Unicode.Scalar: String] = {
        let rows = [
            ("a", "àáâãäåāăąǎȁȃạảấầẩẫậắằẳẵặаӑӓαάἀἁ"), ("ae", "æӕ"), ("b", "ьъβв"), ("c", "çćĉċčсҫϲ"), ("d", "ďđԁ"),
            ("e", "èéêëēĕėęěȅȇẹẻẽếềểễệеёѐєҽεέ"), ("f", "ƒϝ"), ("g", "ĝğġģǧԍ"), ("h", "ĥħһнη"), ("j", "ĵјϳ"),
            ("k", "ķĸкқκ"),
            // One stroke: the letters i and l, the digit 1, and what looks like them.
            ("l", "i1ìíîïĩīĭįıǐȉȋịỉіїӏιίϊΐĺļľŀł"),
            ("m", "мϻ"), ("n", "ñńņňŉŋпиπ"), ("o", "0òóôõöøōŏőơǒȍȏọỏốồổỗộớờởỡợоӧοόσօ"), ("oe", "œ"), ("p", "рρ"),
            ("q", "ԛ"),
            ("r", "ŕŗřȑȓгя"), ("s", "śŝşšșѕ"), ("ss", "ß"), ("t", "ţťŧțтτ"), ("th", "þ"),
            ("u", "ùúûüũūŭůűųưǔụủứừửữựυύ"), ("v", "ѵν"), ("w", "ŵԝωώшщ"), ("x", "хҳχ"), ("y", "ýÿŷỳỵỷỹуўүγ"),
            ("z", "źżžζ"),
        ]
        let pairs = rows.flatMap { sign, alike in alike.unicodeScalars.map { ($0, sign) } }
        return Dictionary(pairs) { first, _ in first }
    }()
}

extension NameLikeness {
    /// Refuses a name that a person could take for that of another client, in the transaction that gives the name.
    static func requireUnlike(
        _ metadata: ClientMetadata, id: String, _ transaction: borrowing WriteTransaction
    ) throws {
        guard let name = metadata.clientName else { return }
        try foldOthers(transaction)
        guard try transaction.client(nameKey: key(name), otherThan: id) == nil else {
            throw OAuthError(registration: [
                .init(member: "client_name", reason: "looks like the name of a client that is registered already")
            ])
        }
    }

    /// Names are folded when they are first compared: those of clients that came or changed since the last time.
    private static func foldOthers(_ transaction: borrowing WriteTransaction) throws {
        while true {
            let unfolded = try transaction.clientsWithoutNameKey(limit: 500)
            if unfolded.isEmpty { return }
            for client in unfolded {
                let json = try? JSON(parsing: Array(client.metadata.utf8))
                try transaction.setClientNameKey(client.id, key(json?["client_name"]?.stringValue ?? client.id))
            }
        }
    }
}
