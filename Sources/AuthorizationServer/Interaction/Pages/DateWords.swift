import Encoding

/// Dates with the month as a word: 3/4 is April to one nurse and March to the next.
struct DateWords: Sendable {
    let texts: Texts.Dates

    init(_ texts: Texts.Dates) {
        self.texts = texts
    }

    /// A FHIR `date` (year, year-month or full) in words; whatever else is stored is shown as it is.
    func date(_ fhirDate: String) -> String {
        let parts = fhirDate.split(separator: "-", omittingEmptySubsequences: false).map(String.init)
        guard let year = parts.first, year.utf8.count == 4, Self.number(year, in: 0...9999) != nil else {
            return fhirDate
        }
        switch parts.count {
        case 1:
            return year
        case 2:
            guard let month = monthName(parts[1]) else { return fhirDate }
            return texts.month(month, year)
        case 3:
            guard let month = monthName(parts[1]), let day = Self.number(parts[2], in: 1...31) else { return fhirDate }
            return texts.day(day, month, year)
        default:
            return fhirDate
        }
    }

    /// In UTC and says so: the server does not know where the person sits.
    func time(_ seconds: Int64) -> String {
        let text = Timestamp.rfc3339(seconds)
        guard let mark = text.firstIndex(of: "T") else { return text }
        return texts.time(date(String(text[..<mark])), String(text[mark...].dropFirst().prefix(5)))
    }

    private func monthName(_ digits: String) -> String? {
        guard let number = Self.number(digits, in: 1...12), texts.months.indices.contains(number - 1) else {
            return nil
        }
        return texts.months[number - 1]
    }

    private static func number(_ digits: String, in range: ClosedRange<Int>) -> Int? {
        guard digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int(digits) else { return nil }
        return range.contains(number) ? number : nil
    }
}
