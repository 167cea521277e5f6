/// The logical id of a FHIR resource: 1 to 64 letters, digits, hyphens and dots.
package struct FHIRID: Sendable, Hashable {
    package let value: String

    /// FHIR R4 §2.24.0.1. `.` and `..` are refused: in a URL they are not ids but steps.
    package init?(_ text: String) {
        guard (1...64).contains(text.utf8.count),
            text.utf8.allSatisfy({ $0.isLetter || $0.isDigit || $0.isOne(of: "-.") }),
            text != ".", text != ".."
        else { return nil }
        value = text
    }
}
