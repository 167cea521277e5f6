/// Seconds since the epoch as text and back: RFC 3339 for JSON, IMF-fixdate (RFC 9110 §5.6.7) for HTTP. Always UTC.
package enum Timestamp {
    private static let weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    /// `2026-01-31T08:49:37Z`. Seconds outside the years 0 to 9999 are written as the nearest end.
    package static func rfc3339(_ seconds: Int64) -> String {
        let time = CivilTime(seconds: seconds)
        var text: [UInt8] = []
        append(time.year, width: 4, to: &text)
        text.append(UInt8(ascii: "-"))
        append(time.month, to: &text)
        text.append(UInt8(ascii: "-"))
        append(time.day, to: &text)
        text.append(UInt8(ascii: "T"))
        appendClock(time, to: &text)
        text.append(UInt8(ascii: "Z"))
        return String(decoding: text, as: UTF8.self)
    }

    /// Nil unless the text is an RFC 3339 §5.6 date-time of a moment that exists. Fractions are cut off.
    package static func seconds(rfc3339 text: String) -> Int64? {
        var reader = TimestampReader(text)
        guard let year = reader.digits(4), reader.skip("-"), let month = reader.digits(2), reader.skip("-"),
            let day = reader.digits(2), reader.skip("T") || reader.skip("t"), let hour = reader.digits(2),
            reader.skip(":"), let minute = reader.digits(2), reader.skip(":"), let second = reader.digits(2),
            reader.skipFraction(), let offset = reader.offset(), reader.isAtEnd
        else { return nil }
        let isLeap = second == 60
        guard
            let time = CivilTime(
                year: year, month: month, day: day, hour: hour, minute: minute, second: isLeap ? 59 : second)
        else { return nil }
        let seconds = time.seconds - offset + (isLeap ? 1 : 0)
        // RFC 3339 §5.7: a leap second is the last of a UTC day.
        return isLeap && seconds % CivilTime.secondsPerDay != 0 ? nil : seconds
    }

    /// `Sun, 06 Nov 1994 08:49:37 GMT`.
    package static func httpDate(_ seconds: Int64) -> String {
        let time = CivilTime(seconds: seconds)
        var text = Array("\(weekdays[time.weekday]), ".utf8)
        append(time.day, to: &text)
        text.append(contentsOf: " \(months[Int(time.month) - 1]) ".utf8)
        append(time.year, width: 4, to: &text)
        text.append(UInt8(ascii: " "))
        appendClock(time, to: &text)
        text.append(contentsOf: " GMT".utf8)
        return String(decoding: text, as: UTF8.self)
    }

    /// Nil unless the text is an IMF-fixdate, its day of the week the right one. RFC 9110 wants the two obsolete forms
    /// read as well; here they count as no date, which a condition ignores (§13.1.3): nobody has sent them for decades.
    package static func seconds(httpDate text: String) -> Int64? {
        var reader = TimestampReader(text)
        guard let weekday = reader.word(of: weekdays), reader.skip(","), reader.skip(" "), let day = reader.digits(2),
            reader.skip(" "), let month = reader.word(of: months), reader.skip(" "), let year = reader.digits(4),
            reader.skip(" "), let hour = reader.digits(2), reader.skip(":"), let minute = reader.digits(2),
            reader.skip(":"), let second = reader.digits(2), reader.skip(" "), reader.word(of: ["GMT"]) != nil,
            reader.isAtEnd,
            let time = CivilTime(
                year: year, month: Int64(month) + 1, day: day, hour: hour, minute: minute, second: second)
        else { return nil }
        return weekday == time.weekday ? time.seconds : nil
    }

    private static func appendClock(_ time: CivilTime, to text: inout [UInt8]) {
        append(time.hour, to: &text)
        text.append(UInt8(ascii: ":"))
        append(time.minute, to: &text)
        text.append(UInt8(ascii: ":"))
        append(time.second, to: &text)
    }

    /// Exactly `width` digits.
    private static func append(_ value: Int64, width: Int = 2, to text: inout [UInt8]) {
        if width > 1 { append(value / 10, width: width - 1, to: &text) }
        text.append(UInt8(ascii: "0") + UInt8(value % 10))
    }
}
