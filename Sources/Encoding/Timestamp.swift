/// Seconds since the epoch as text and back: RFC 3339 for JSON, IMF-fixdate (RFC 9110 §5.6.7) for HTTP. Always UTC.
package enum Timestamp {
    private static let weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    /// `2026-01-31T08:49:37Z`. Seconds outside the years 0 to 9999 are written as the nearest end.
    package static func rfc3339(_ seconds: Int64) -> String {
        let time = CivilTime(seconds: seconds)
        return "\(padded(time.year, 4))-\(padded(time.month))-\(padded(time.day))T\(clock(time))Z"
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
        let month = months[Int(time.month) - 1]
        return "\(weekdays[time.weekday]), \(padded(time.day)) \(month) \(padded(time.year, 4)) \(clock(time)) GMT"
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

    private static func clock(_ time: CivilTime) -> String {
        "\(padded(time.hour)):\(padded(time.minute)):\(padded(time.second))"
    }

    private static func padded(_ value: Int64, _ width: Int = 2) -> String {
        let digits = String(value)
        return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
    }
}
