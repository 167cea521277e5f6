/// A moment of the proleptic Gregorian calendar in UTC, years 0 to 9999 (what RFC 3339 can write), no leap seconds.
struct CivilTime: Equatable {
    static let secondsPerDay: Int64 = 86_400
    /// 0000-01-01T00:00:00Z to 9999-12-31T23:59:59Z.
    static let range: ClosedRange<Int64> = -62_167_219_200...253_402_300_799
    private static let daysPerEra: Int64 = 146_097
    /// From 0000-03-01 to 1970-01-01. Years are counted from March, so that the leap day is the last of its year.
    private static let daysToEpoch: Int64 = 719_468

    let year: Int64
    let month: Int64
    let day: Int64
    let hour: Int64
    let minute: Int64
    let second: Int64

    /// Nil for a date or a time of day that does not exist.
    init?(year: Int64, month: Int64, day: Int64, hour: Int64, minute: Int64, second: Int64) {
        guard (0...9999).contains(year), (1...12).contains(month), (0..<24).contains(hour),
            (0..<60).contains(minute), (0..<60).contains(second),
            (1...Self.days(inMonth: month, of: year)).contains(day)
        else { return nil }
        (self.year, self.month, self.day) = (year, month, day)
        (self.hour, self.minute, self.second) = (hour, minute, second)
    }

    /// Seconds beyond the range become its nearest end.
    init(seconds: Int64) {
        let seconds = min(max(seconds, Self.range.lowerBound), Self.range.upperBound)
        let secondOfDay = seconds.modulo(Self.secondsPerDay)
        let days = (seconds - secondOfDay) / Self.secondsPerDay + Self.daysToEpoch
        let dayOfEra = days.modulo(Self.daysPerEra)
        let era = (days - dayOfEra) / Self.daysPerEra
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        year = era * 400 + yearOfEra + (month <= 2 ? 1 : 0)
        day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        hour = secondOfDay / 3_600
        minute = secondOfDay / 60 % 60
        second = secondOfDay % 60
    }

    var seconds: Int64 { daysSinceEpoch * Self.secondsPerDay + hour * 3_600 + minute * 60 + second }

    /// 0 is Sunday.
    var weekday: Int { Int((daysSinceEpoch + 4).modulo(7)) }

    private var daysSinceEpoch: Int64 {
        let marchYear = month <= 2 ? year - 1 : year
        let yearOfEra = marchYear.modulo(400)
        let era = (marchYear - yearOfEra) / 400
        let monthFromMarch = month > 2 ? month - 3 : month + 9
        let dayOfYear = (153 * monthFromMarch + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * Self.daysPerEra + dayOfEra - Self.daysToEpoch
    }

    private static func days(inMonth month: Int64, of year: Int64) -> Int64 {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }
}

extension Int64 {
    /// The remainder that is never negative.
    fileprivate func modulo(_ divisor: Int64) -> Int64 {
        let remainder = self % divisor
        return remainder < 0 ? remainder + divisor : remainder
    }
}
