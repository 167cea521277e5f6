/// A cursor over the bytes of a timestamp; each step says whether it found what it was asked for.
struct TimestampReader {
    private let bytes: [UInt8]
    private var index = 0

    init(_ text: String) { bytes = Array(text.utf8) }

    var isAtEnd: Bool { index == bytes.count }

    mutating func skip(_ symbol: Unicode.Scalar) -> Bool {
        guard index < bytes.count, bytes[index] == UInt8(ascii: symbol) else { return false }
        index += 1
        return true
    }

    /// Exactly `count` digits.
    mutating func digits(_ count: Int) -> Int64? {
        guard bytes.count - index >= count else { return nil }
        var value: Int64 = 0
        for byte in bytes[index..<index + count] {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
            value = value &* 10 &+ Int64(byte - UInt8(ascii: "0"))
        }
        index += count
        return value
    }

    /// The position in `words` of the word that stands here.
    mutating func word(of words: [String]) -> Int? {
        let rest = bytes[index...]
        guard let position = words.firstIndex(where: { rest.starts(with: $0.utf8) }) else { return nil }
        index += words[position].utf8.count
        return position
    }

    /// RFC 3339 time-secfrac: absent, or a point and at least one digit.
    mutating func skipFraction() -> Bool {
        guard skip(".") else { return true }
        guard digits(1) != nil else { return false }
        while digits(1) != nil {}
        return true
    }

    /// RFC 3339 time-offset, in seconds east of UTC.
    mutating func offset() -> Int64? {
        if skip("Z") || skip("z") { return 0 }
        let isWest = skip("-")
        guard isWest || skip("+"), let hours = digits(2), skip(":"), let minutes = digits(2), hours < 24, minutes < 60
        else { return nil }
        return (hours * 3_600 + minutes * 60) * (isWest ? -1 : 1)
    }
}
