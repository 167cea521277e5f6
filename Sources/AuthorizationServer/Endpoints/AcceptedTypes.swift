import HTTP

/// What `Accept` says of media types (RFC 9110 §12.5.1). Parameters other than the weight are not looked at, and a range whose
/// weight is none counts as not there.
struct AcceptedTypes: Sendable {
    private var ranges: [(type: String, weight: Int)] = []

    init(_ headers: Headers) {
        for field in headers.values("accept") {
            for element in field.utf8.split(separator: UInt8(ascii: ",")) {
                guard let range = Self.range(element) else { continue }
                ranges.append(range)
            }
        }
    }

    /// In thousandths, of the range that names the type most exactly; 0 where none does.
    func weight(_ type: String) -> Int {
        let family = type.prefix { $0 != "/" } + "/*"
        return named(type) ?? named(String(family)) ?? named("*/*") ?? 0
    }

    /// In thousandths; nil where the type itself, in whichever letter case, is not named.
    func named(_ type: String) -> Int? { ranges.last { $0.type == type }?.weight }

    private static func range(_ element: Substring.UTF8View) -> (type: String, weight: Int)? {
        let parts = element.split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false).map(trimmed)
        guard let type = parts.first, !type.isEmpty else { return nil }
        guard let text = parts.dropFirst().first(where: { $0.hasPrefix("q=") }) else { return (type, 1000) }
        return weight(text.utf8.dropFirst(2)).map { (type, $0) }
    }

    private static func trimmed(_ part: Substring.UTF8View) -> String {
        String(Substring(part)).lowercased().filter { $0 != " " && $0 != "\t" }
    }

    /// RFC 9110 §12.4.2: 0 to 1, with at most three decimals.
    private static func weight(_ text: Substring.UTF8View) -> Int? {
        guard let whole = text.first, whole == UInt8(ascii: "0") || whole == UInt8(ascii: "1"), text.count <= 5 else {
            return nil
        }
        let rest = text.dropFirst()
        guard rest.isEmpty || rest.first == UInt8(ascii: ".") else { return nil }
        var decimals = 0
        var unit = 100
        for digit in rest.dropFirst() {
            guard (0x30...0x39).contains(digit) else { return nil }
            decimals += Int(digit - 0x30) * unit
            unit /= 10
        }
        if whole == UInt8(ascii: "1") { return decimals == 0 ? 1000 : nil }
        return decimals
    }
}
