import Encoding
import Storage

/// A search of the picker as FHIR asks it: words are names, those with a digit record numbers; all of them must fit.
struct PatientQuery: Sendable {
    let path: String

    private static let mostWords = 4

    /// Nil for what nobody can be found by: an endless text, or a birth date that is none.
    init?(_ search: PatientSearch) {
        guard !search.findsNothing else { return nil }
        var parameters: [(String, String)] = []
        let words = search.text.split { $0.isWhitespace || $0 == "," }.prefix(Self.mostWords)
        for word in words {
            let isNumber = word.utf8.contains { (0x30...0x39).contains($0) }
            parameters.append((isNumber ? "identifier" : "name", Self.escaped(String(word))))
        }
        if let birthDate = search.birthDate {
            guard Self.isDate(birthDate) else { return nil }
            parameters.append(("birthdate", birthDate))
        }
        parameters.append(("_count", String(DirectoryPaging.length)))
        // FHIR servers differ in whether '+' is a space.
        path = "/Patient?" + parameters.map { "\($0.0)=\(PercentEncoding.encode($0.1))" }.joined(separator: "&")
    }

    /// FHIR R4 §3.1.1.4.5: a backslash before what separates the parts of a value.
    private static func escaped(_ word: String) -> String {
        String(word.flatMap { "\\$|".contains($0) ? ["\\", $0] : [$0] })
    }

    /// A whole FHIR `date`, by its form: anything else would be a prefix such as `gt` or half a date.
    static func isDate(_ text: String) -> Bool {
        text.utf8.count == 10
            && text.utf8.enumerated().allSatisfy { index, octet in
                index == 4 || index == 7 ? octet == UInt8(ascii: "-") : (0x30...0x39).contains(octet)
            }
    }
}
