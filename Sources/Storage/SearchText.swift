/// Folding for search: what is stored and what is asked for go through the same.
enum SearchText {
    /// Fields are kept apart by a character that no search can contain.
    static func joined(_ fields: [String]) -> String { fields.map(fold).joined(separator: "\u{1F}") }

    /// The words that somebody looks for: "García, ana" is "garcia" and "ana".
    static func words(_ text: String) -> [String] {
        fold(text).split(separator: " ").map(withoutMarks).map(plain).filter { !$0.isEmpty }
    }

    /// The words that something is found by: "O'Brien-Smith" by "o'brien-smith", "o", "brien", "smith" and
    /// "obriensmith".
    static func storedWords(_ text: String) -> [String] {
        words(text).flatMap { word -> [String] in
            let parts = word.unicodeScalars.split { !isLetterOrDigit($0) }.map { String($0) }
            return parts.count > 1 ? [word] + parts + [parts.joined()] : [word]
        }
    }

    /// Lower case, single spaces, no control characters.
    private static func fold(_ text: String) -> String {
        let words = text.lowercased().unicodeScalars.split { $0.value <= 0x20 || $0.value == 0x7F }
        return words.map { String($0) }.joined(separator: " ")
    }

    /// Without the commas that people write between names.
    private static func withoutMarks(_ word: Substring) -> String {
        var word = word.drop { $0 == "," }
        while word.last == "," { word.removeLast() }
        return String(word)
    }

    /// Who types without accents finds names with them: Latin letters lose their marks, others stay as they are.
    private static func plain(_ word: String) -> String {
        var result = String.UnicodeScalarView()
        for scalar in word.unicodeScalars where !(0x300...0x36F).contains(scalar.value) {
            if let letters = base[scalar] { result.append(contentsOf: letters) } else { result.append(scalar) }
        }
        return String(result)
    }

    private static func isLetterOrDigit(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.isAlphabetic || scalar.properties.numericType != nil
    }

    /// Letters of Latin-1 and Latin Extended-A, in lower case.
    private static let base: [Unicode.Scalar: String.UnicodeScalarView] = {
        let rows = [
            ("a", "àáâãäåāăą"), ("ae", "æ"), ("c", "çćĉċč"), ("d", "ďđð"), ("e", "èéêëēĕėęě"), ("g", "ĝğġģ"),
            ("h", "ĥħ"),
            ("i", "ìíîïĩīĭįı"), ("j", "ĵ"), ("k", "ķ"), ("l", "ĺļľŀł"), ("n", "ñńņňŉ"), ("o", "òóôõöøōŏő"), ("oe", "œ"),
            ("r", "ŕŗř"), ("s", "śŝşš"), ("ss", "ß"), ("t", "ţťŧ"), ("th", "þ"), ("u", "ùúûüũūŭůűų"), ("w", "ŵ"),
            ("y", "ýÿŷ"), ("z", "źżž"),
        ]
        let pairs = rows.flatMap { letters, marked in marked.unicodeScalars.map { ($0, letters.unicodeScalars) } }
        return Dictionary(uniqueKeysWithValues: pairs)
    }()
}
