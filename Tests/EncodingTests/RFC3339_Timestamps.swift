import Encoding
import Testing

@Suite struct `RFC 3339 §5.6 Timestamps` {
    @Test(arguments: [
        (0, "1970-01-01T00:00:00Z"), (-1, "1969-12-31T23:59:59Z"), (951_782_400, "2000-02-29T00:00:00Z"),
        (951_868_800, "2000-03-01T00:00:00Z"),
        (1_000_000_000, "2001-09-09T01:46:40Z"), (2_147_483_648, "2038-01-19T03:14:08Z"),
        (4_107_542_399, "2100-02-28T23:59:59Z"),
        (4_107_542_400, "2100-03-01T00:00:00Z"), (253_402_300_799, "9999-12-31T23:59:59Z"),
        (-62_167_219_200, "0000-01-01T00:00:00Z"),
        (-2_203_891_200, "1900-03-01T00:00:00Z"),
    ])
    func `the moment is written and read`(seconds: Int64, text: String) {
        #expect(Timestamp.rfc3339(seconds) == text)
        #expect(Timestamp.seconds(rfc3339: text) == seconds)
    }

    @Test(arguments: [
        ("1985-04-12T23:20:50.52Z", 482_196_050), ("1996-12-19T16:39:57-08:00", 851_042_397),
        ("1990-12-31T23:59:60Z", 662_688_000),
        ("1990-12-31T15:59:60-08:00", 662_688_000), ("1937-01-01T12:00:27.87+00:20", -1_041_337_173),
        ("1970-01-01t00:00:00z", 0),
        ("1970-01-01T00:00:00.000000000000000000000001Z", 0), ("1970-01-01T00:00:00-00:00", 0),
        ("1970-01-01T23:59:00+23:59", 0),
    ])
    func `§5.8: offsets, fractions and leap seconds are read`(text: String, seconds: Int64) {
        #expect(Timestamp.seconds(rfc3339: text) == seconds)
    }

    @Test(arguments: [
        "", "1970", "1970-01-01", "1970-01-01T00:00:00", "1970-01-01 00:00:00Z", "1970-01-01T00:00Z",
        "1970-1-1T00:00:00Z", "1970-13-01T00:00:00Z",
        "1970-00-01T00:00:00Z", "1970-01-00T00:00:00Z", "1970-01-32T00:00:00Z", "1970-04-31T00:00:00Z",
        "1971-02-29T00:00:00Z",
        "1900-02-29T00:00:00Z", "1970-01-01T24:00:00Z", "1970-01-01T00:60:00Z", "1970-01-01T00:00:61Z",
        "1970-01-01T00:00:60Z",
        "1990-12-31T23:59:60-08:00", "1970-01-01T00:00:00.Z", "1970-01-01T00:00:00+24:00", "1970-01-01T00:00:00+00:60",
        "1970-01-01T00:00:00+0000", "1970-01-01T00:00:00Z ", " 1970-01-01T00:00:00Z", "1970-01-01T00:00:00ZZ",
        "+970-01-01T00:00:00Z",
        "-970-01-01T00:00:00Z", "19700101T000000Z", "1970-01-01T00:00:00,5Z", "１970-01-01T00:00:00Z",
    ])
    func `a text that is no date-time, or a moment that does not exist, is refused`(text: String) {
        #expect(Timestamp.seconds(rfc3339: text) == nil)
    }

    @Test func `every day of 400 years comes back, one after the other`() {
        var seconds: Int64 = 946_684_800
        for _ in 0..<146_097 {
            let text = Timestamp.rfc3339(seconds)
            if Timestamp.seconds(rfc3339: text) != seconds { Issue.record("\(text) is not \(seconds)") }
            seconds += 86_400
        }
        #expect(Timestamp.rfc3339(seconds) == "2400-01-01T00:00:00Z")
    }

    @Test(arguments: [
        (Int64.max, "9999-12-31T23:59:59Z"), (253_402_300_800, "9999-12-31T23:59:59Z"), (.min, "0000-01-01T00:00:00Z"),
        (-62_167_219_201, "0000-01-01T00:00:00Z"),
    ])
    func `TK-16: seconds beyond the calendar are written as its end, without a trap`(seconds: Int64, text: String) {
        #expect(Timestamp.rfc3339(seconds) == text)
        #expect(!Timestamp.httpDate(seconds).isEmpty)
    }
}

@Suite struct `RFC 9110 §5.6.7 HTTP dates` {
    @Test(arguments: [
        (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"), (0, "Thu, 01 Jan 1970 00:00:00 GMT"),
        (-1, "Wed, 31 Dec 1969 23:59:59 GMT"),
        (951_782_400, "Tue, 29 Feb 2000 00:00:00 GMT"), (1_735_689_599, "Tue, 31 Dec 2024 23:59:59 GMT"),
    ])
    func `an IMF-fixdate is written and read`(seconds: Int64, text: String) {
        #expect(Timestamp.httpDate(seconds) == text)
        #expect(Timestamp.seconds(httpDate: text) == seconds)
    }

    @Test(arguments: [
        "", "Mon, 06 Nov 1994 08:49:37 GMT", "sun, 06 Nov 1994 08:49:37 GMT", "Sun, 6 Nov 1994 08:49:37 GMT",
        "Sun, 06 nov 1994 08:49:37 GMT",
        "Sun, 06 Nov 94 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:37", "Sun, 06 Nov 1994 08:49:37 UTC",
        "Sun, 06 Nov 1994 08:49:37 GMT ",
        "Sun 06 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 24:49:37 GMT", "Sun, 31 Nov 1994 08:49:37 GMT",
        "Sunday, 06-Nov-94 08:49:37 GMT",
    ])
    func `another form, the wrong weekday or a moment that does not exist is refused`(text: String) {
        #expect(Timestamp.seconds(httpDate: text) == nil)
    }
}

@Suite struct `TK-16 saturating time` {
    @Test(
        arguments: [
            (0, 5, 5), (10, -20, -10), (Int64.max, 1, Int64.max), (.max, .max, .max), (.min, -1, .min),
            (.min, .min, .min), (.max, .min, -1), (.max, 0, .max),
        ] as [(Int64, Int64, Int64)])
    func `adding stops at the ends`(time: Int64, seconds: Int64, sum: Int64) {
        #expect(time.adding(seconds: seconds) == sum)
    }

    @Test(
        arguments: [
            (0, 5, -5), (10, 20, -10), (Int64.min, 1, Int64.min), (.max, -1, .max), (0, .min, .max), (-1, .min, .max),
            (-2, .max, .min), (.min, .min, 0),
        ] as [(Int64, Int64, Int64)])
    func `subtracting stops at the ends`(time: Int64, seconds: Int64, difference: Int64) {
        #expect(time.subtracting(seconds: seconds) == difference)
    }
}
