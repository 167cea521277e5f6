import Encoding
import SMART

/// Reads one parameter of a query as a clause, where it certainly is one.
enum QueryClause {
    private static let maximumValues = 100

    /// Nil for what could be read in two ways or is no equality: then the request only counts as less narrow. So it is
    /// for empty values, FHIR's escapes, a plus sign (a space to some), comparisons (`gt2020`), and all modifiers but
    /// `:missing` and a type.
    static func read(_ name: String, modifier: String?, _ value: Span<UInt8>) -> ScopeParameter? {
        guard modifier == nil || modifier == "missing" || modifier?.utf8.first.map(RequestText.isUppercase) == true
        else { return nil }
        guard let values = literals(value) else { return nil }
        guard let modifier, modifier != "missing" else {
            return ScopeParameter(name: name, modifier: modifier, literals: values)
        }
        // R4 Search, "reference": `subject:Patient=23` is `subject=Patient/23`.
        guard values.allSatisfy({ FHIRID($0) != nil }) else { return nil }
        return ScopeParameter(name: name, literals: values.map { "\(modifier)/\($0)" })
    }

    /// The values between the commas. An escaped comma separates for some readers and not for others; `ScopeParameter`
    /// refuses it, as it does an empty value.
    private static func literals(_ value: Span<UInt8>) -> [String]? {
        guard !value.contains(UInt8(ascii: "+")), !value.contains(UInt8(ascii: "\\")) else { return nil }
        var values: [String] = []
        var start = 0
        while start <= value.count {
            let end = value.firstIndex(of: UInt8(ascii: ","), from: start) ?? value.count
            guard values.count < maximumValues else { return nil }
            let item = value.extracting(start..<end)
            guard !isComparison(item), let text = decoded(item) else { return nil }
            values.append(text)
            start = end + 1
        }
        return values
    }

    static func decoded(_ octets: Span<UInt8>) -> String? {
        let text = RequestText.string(octets)
        return octets.contains(UInt8(ascii: "%")) ? PercentEncoding.decode(text) : text
    }

    /// R4 Search, "Prefixes": eq, ne, gt, lt, ge, le, sa, eb, ap before a number or a date. A word of two letters and a
    /// digit is not told apart, and left out as well.
    private static func isComparison(_ item: Span<UInt8>) -> Bool {
        item.count > 2 && RequestText.isLowercase(item[0]) && RequestText.isLowercase(item[1])
            && (RequestText.isDigit(item[2]) || item[2] == UInt8(ascii: "-") || item[2] == UInt8(ascii: "."))
    }
}
