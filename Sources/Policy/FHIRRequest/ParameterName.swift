/// The name of a search parameter, with all that leads to it (R4 Search, "Chained parameters", "Reverse Chaining"):
/// `name`, `name:exact`, `subject:Patient.name`, `patient._has:Group:member:_id`.
struct ParameterName: Sendable, Equatable {
    /// The parameter at the end.
    let name: String
    let modifier: String?
    /// Whether it is a parameter of another resource than the one that is searched.
    let isChained: Bool

    private static let maximumLength = 64
    private static let maximumLinks = 8

    /// `reached` gets each type that a link leads to: who learns which observations have a patient of that name learns
    /// something of the patient.
    init(_ key: Span<UInt8>, of type: String?, reached: inout ReachedTypes) throws(FHIRRequestError) {
        var source = type
        var start = 0
        for links in 0...Self.maximumLinks {
            let end = try Self.endOfWord(in: key, from: start)
            let name = RequestText.string(key.extracting(start..<end))
            guard end < key.count else {
                self.init(name: name, modifier: nil, isChained: links > 0)
                return
            }
            if key[end] == UInt8(ascii: ".") {
                source = try Self.follow(name, of: source, reached: &reached)
                start = end + 1
            } else {
                guard key[end] == UInt8(ascii: ":") else { throw .parameterName }
                let wordEnd = try Self.endOfWord(in: key, from: end + 1)
                let word = RequestText.string(key.extracting(end + 1..<wordEnd))
                guard wordEnd < key.count else {
                    self.init(name: name, modifier: word, isChained: links > 0)
                    return
                }
                if name == "_has" {
                    start = try Self.endOfReverseLink(in: key, from: wordEnd)
                } else {
                    guard key[wordEnd] == UInt8(ascii: "."), !name.utf8.starts(with: "_".utf8) else {
                        throw .parameterName
                    }
                    start = wordEnd + 1
                }
                source = try RequestPath.knownType(word)
                try reached.search(source)
            }
        }
        throw .chainTooLong
    }

    private init(name: String, modifier: String?, isChained: Bool) {
        self.name = name
        self.modifier = modifier
        self.isChained = isChained
    }

    /// Nil for a link to several types.
    private static func follow(
        _ name: String, of source: String?, reached: inout ReachedTypes
    ) throws(FHIRRequestError) -> String? {
        guard !name.utf8.starts(with: "_".utf8) else { throw .parameterName }
        guard let targets = ReferenceParameters.targets(of: name, from: source) else {
            try reached.search(nil)
            return nil
        }
        for target in targets { try reached.search(target) }
        return targets.count == 1 ? targets.first : nil
    }

    /// `:patient:` of `_has:Observation:patient:code`, from its first colon.
    private static func endOfReverseLink(in key: Span<UInt8>, from colon: Int) throws(FHIRRequestError) -> Int {
        guard key[colon] == UInt8(ascii: ":") else { throw .parameterName }
        let end = try endOfWord(in: key, from: colon + 1)
        guard end < key.count, key[end] == UInt8(ascii: ":") else { throw .parameterName }
        return end + 1
    }

    private static func endOfWord(in key: Span<UInt8>, from start: Int) throws(FHIRRequestError) -> Int {
        var end = start
        while end < key.count, RequestText.isNameCharacter(key[end]) { end += 1 }
        guard end > start, end - start <= maximumLength,
            RequestText.isLetter(key[start]) || key[start] == UInt8(ascii: "_")
        else { throw .parameterName }
        return end
    }
}
