import SMART

/// A value as it stands in a search parameter or is known of a resource, as far as it can be told from another by its text.
///
/// That can be said of a token with its system and of a plain reference. A string is found by its beginning, a date or number by
/// a range, a code without its system in any, a reference also by its address or version (R4 Search, "Search Parameter Types").
enum SearchValue: Equatable {
    /// `http://loinc.org|8480-6`, in small letters: some systems take either case for the same.
    case token(system: String, code: String)
    /// `patient/456`
    case reference(type: String, id: String)
    case other(String)

    init(_ text: String) {
        let folded = text.lowercased()
        // `\` escapes, and `$` joins the parts of a composite.
        let isPlain = !text.utf8.contains { $0 == UInt8(ascii: "\\") || $0 == UInt8(ascii: "$") }
        let parts = folded.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
        if isPlain, parts.count == 2, parts[0].utf8.contains(UInt8(ascii: ":")), !parts[1].isEmpty {
            self = .token(system: parts[0], code: parts[1])
            return
        }
        let segments = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        if segments.count == 2, FHIRResourceTypes.contains(segments[0]), FHIRID(segments[1]) != nil {
            self = .reference(type: segments[0].lowercased(), id: segments[1].lowercased())
        } else {
            self = .other(folded)
        }
    }

    /// Whether no FHIR server finds a resource with this value by that criterion, however it compares.
    func isCertainlyNot(_ criterion: SearchValue) -> Bool {
        switch (self, criterion) {
        case (.token, .token), (.reference, .reference): self != criterion
        // By its code alone. What has the code of a version, or begins in the same way, may be a canonical or a string.
        case (.token(let system, let code), .other(let text)):
            Self.isCode(text) && text != code && !"\(system)|\(code)".hasPrefix(text) && !system.hasSuffix("/\(text)")
        case (.reference(let type, let id), .other(let text)):
            FHIRID(text) != nil && text != id && !"\(type)/\(id)".hasPrefix(text)
        default: false
        }
    }

    private static func isCode(_ text: String) -> Bool {
        !text.isEmpty && !text.contains { "|\\$".contains($0) }
    }
}
